import type { ChannelKind } from '@smart-tickets/contracts';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { ChannelGate } from '../domain/channel.ts';
import type { Envelope, InboundMessage, RawFormat } from '../domain/inbound-message.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import { AuditStore } from '../persistence/audit-store.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Connector, Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import type { SenderLines } from './sender-line.ts';

export interface Ingested {
  readonly message: InboundMessage;
  /** True when this very message had been handed in before. */
  readonly duplicate: boolean;
}

export type IngestFault =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'FORBIDDEN'; readonly message: string }
  | { readonly code: 'INVALID'; readonly field: readonly string[]; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly field: readonly string[]; readonly message: string };

/** Something to be kept, checked and in the form in which it is kept. */
export interface ItemToStore {
  readonly externalId: string;
  readonly format: RawFormat;
  readonly raw: Buffer;
  /** Where not all of it is kept: how large it is. */
  readonly sizeBytes?: number | null;
  readonly receivedAt: string;
  readonly ownKey: string | null;
  readonly envelope?: Envelope | null;
  readonly lines: SenderLines;
  /** The channel's uploads that it names; their bytes must be there already. */
  readonly uploads: readonly { readonly id: string; readonly sha256: string }[];
}

/**
 * Keeps something received for good, with the event that starts its way, in one transaction and, where it names no files,
 * one round trip. What the channel has had before under the same external id is not kept again: its first result is given
 * back.
 * @param kind the kind of channel on which alone this may be handed in
 */
export async function storeInbound(
  deps: Deps,
  connector: Connector,
  item: ItemToStore,
  kind: ChannelKind | null = null,
): Promise<Result<Ingested, IngestFault>> {
  const [result] = await storeAll(deps, connector, [item], kind);
  if (result === undefined) throw new Error('a message was neither stored nor refused');
  return result;
}

/** As `storeInbound`, for many at once: in their order, each with its own result, in one transaction for all. */
export async function storeAll(
  deps: Deps,
  connector: Connector,
  items: readonly ItemToStore[],
  kind: ChannelKind | null = null,
): Promise<Result<Ingested, IngestFault>[]> {
  const refused = new Set<ItemToStore>();
  for (let losses = 0; ;) {
    const kept = items.filter((item) => !refused.has(item));
    const stored = await tryToStore(deps, connector, kept, kind);
    if (stored.ok) {
      if (stored.value.some(({ duplicate }) => !duplicate)) deps.eventsWritten();
      const results = new Map(kept.map((item, index) => [item, stored.value[index]]));
      return items.map((item) => {
        const result = results.get(item);
        return result === undefined ? err(uploadGone) : ok(result);
      });
    }
    if ('lost' in stored.error) {
      losses += 1;
      if (losses > mostLosses) throw new Error('a message was neither stored nor found');
      await releaseLost(deps, connector, stored.error.lost);
      continue;
    }
    if (!('gone' in stored.error)) {
      const { fault } = stored.error;
      return items.map((item) => err(refused.has(item) ? uploadGone : fault));
    }
    // Nothing was written: the others are stored without these.
    for (const item of stored.error.gone) refused.add(item);
  }
}

const uploadGone: IngestFault = {
  code: 'INVALID',
  field: ['input', 'attachmentIds'],
  message: 'An upload of this message has just been forgotten: announce it again.',
};

/**
 * Why nothing was stored: the channel does not take it, uploads of some items have gone, or the database has lost what it
 * had under some external ids.
 */
type StoreFault =
  | { readonly fault: IngestFault }
  | { readonly gone: readonly ItemToStore[] }
  | { readonly lost: readonly string[] };

/** Tries of storing what the database has lost; others may be handing it in at the same time. */
const mostLosses = 3;

/** Forgets that something was received of which nothing else is left: it is stored as if it were new. */
async function releaseLost(deps: Deps, connector: Connector, externalIds: readonly string[]): Promise<void> {
  const { workspaceId, channelId } = connector;
  const many = await inTransaction(deps, workspaceId, (tx) =>
    new AuditStore(tx).releaseLost(channelId, externalIds),
  );
  // Somebody else may just have done it, with the same message.
  if (many > 0)
    deps.log.error({ workspaceId, channelId, many }, 'messages that were lost are handed in again');
}

function tryToStore(
  deps: Deps,
  connector: Connector,
  items: readonly ItemToStore[],
  kind: ChannelKind | null,
): Promise<Result<Ingested[], StoreFault>> {
  if (items.length === 0) return Promise.resolve(ok([]));
  // In the order of the items, as their line is.
  const inbound = items.map((item) => ({ ...item, id: deps.newId(), eventId: deps.newId() }));
  return inWorkspace<Ingested[], StoreFault>(deps.pool, connector.workspaceId, async (tx) => {
    const cause = { requestId: connector.requestId, eventId: null, depth: 0 };
    const store = new InboundStore(tx);
    const { channelId, generation } = connector;
    const { channel, messages, newIds } = await store.store(channelId, generation, inbound, cause, kind);
    const fault = refusalOf(channel, connector, kind);
    if (fault !== null) return err({ fault });
    const gone: ItemToStore[] = [];
    for (const [index, item] of items.entries()) {
      const id = inbound[index]?.id ?? '';
      if (newIds.has(id) && !(await needUploads(tx, channelId, id, item.uploads))) gone.push(item);
    }
    if (gone.length > 0) return err({ gone });
    const lost = inbound.flatMap(({ externalId }) => (messages.has(externalId) ? [] : [externalId]));
    if (lost.length > 0) return err({ lost });
    return ok(
      inbound.map(({ externalId, id }) => {
        const message = messages.get(externalId);
        if (message === undefined) throw new Error('a message was neither stored nor found');
        return { message, duplicate: !newIds.has(id) };
      }),
    );
  });
}

/** Notes what a message needs; false when one of its uploads, and with it perhaps the bytes, has gone meanwhile. */
async function needUploads(
  tx: Tx,
  channelId: string,
  messageId: string,
  uploads: readonly { readonly id: string; readonly sha256: string }[],
): Promise<boolean> {
  if (uploads.length === 0) return true;
  const store = new AttachmentStore(tx);
  const sha256s = uploads.map(({ sha256 }) => sha256);
  await store.lock(sha256s);
  const there = await store.usable(
    channelId,
    uploads.map(({ id }) => id),
  );
  store.need(messageId, sha256s);
  return there.length === uploads.length;
}

/** The first result of what the channel has had before under an external id; null when it has not. */
export async function firstResult(
  deps: Deps,
  connector: Connector,
  externalId: string,
): Promise<Result<Ingested | null, IngestFault>> {
  return inWorkspace<Ingested | null, IngestFault>(deps.pool, connector.workspaceId, async (tx) => {
    const { channel, message } = await new InboundStore(tx).findFirst(connector.channelId, externalId);
    const refusal = refusalOf(channel, connector);
    if (refusal !== null) return err(refusal);
    return ok(message === null ? null : { message, duplicate: true });
  });
}

function refusalOf(
  channel: ChannelGate | null,
  connector: Connector,
  kind: ChannelKind | null = null,
): IngestFault | null {
  if (channel === null) return { code: 'NOT_FOUND' };
  if (channel.tokenGeneration !== connector.generation) {
    return { code: 'FORBIDDEN', message: 'This channel token has been replaced by a newer one.' };
  }
  if (!channel.enabled) return { code: 'FORBIDDEN', message: 'The channel is switched off.' };
  if (kind !== null && channel.kind !== kind) {
    return { code: 'FORBIDDEN', message: `Only a channel of kind ${kind} takes this.` };
  }
  return null;
}
