import type { ChannelKind } from '@smart-tickets/contracts';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { ChannelGate } from '../domain/channel.ts';
import type { Envelope, InboundMessage, RawFormat } from '../domain/inbound-message.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import { AuditStore } from '../persistence/audit-store.ts';
import { InboundStore, type NewInbound, type Stored } from '../persistence/inbound-store.ts';
import type { Connector, Deps } from './deps.ts';
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
  for (;;) {
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

/** Why nothing was stored: the channel does not take it, or uploads of some items have gone. */
type StoreFault = { readonly fault: IngestFault } | { readonly gone: readonly ItemToStore[] };

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
    const store = (some: readonly NewInbound[]): Promise<Stored> =>
      new InboundStore(tx).store(connector.channelId, connector.generation, some, causeOf(connector), kind);
    const { channel, messages, newIds } = await store(inbound);
    const fault = refusalOf(channel, connector, kind);
    if (fault !== null) return err({ fault });
    const found = new Map(messages);
    const fresh = new Set(newIds);
    const lost = new Map(
      inbound.flatMap((item) => (messages.has(item.externalId) ? [] : [[item.externalId, item]])),
    );
    if (lost.size > 0) {
      const again = await store(await takeBack(deps, tx, connector, [...lost.values()]));
      for (const [externalId, message] of again.messages) found.set(externalId, message);
      for (const id of again.newIds) fresh.add(id);
    }

    const ingested: Ingested[] = [];
    const gone: ItemToStore[] = [];
    for (const item of items) {
      const message = found.get(item.externalId);
      if (message === undefined) throw new Error('a message was neither stored nor found');
      // Of two with one external id in a batch the first is the new one.
      const isNew = fresh.delete(message.id);
      if (isNew && !(await needUploads(tx, connector.channelId, message.id, item.uploads))) gone.push(item);
      ingested.push({ message, duplicate: !isNew });
    }
    return gone.length > 0 ? err({ gone }) : ok(ingested);
  });
}

const causeOf = ({ requestId }: Connector) => ({ requestId, eventId: null, depth: 0 });

/**
 * Forgets that items were received of which the database has lost everything else, so that they can be stored as if they
 * were new: each under the id that it had, by which its ticket knows it. What was erased stays so.
 */
async function takeBack(
  deps: Deps,
  tx: Tx,
  { workspaceId, channelId }: Connector,
  lost: readonly NewInbound[],
): Promise<NewInbound[]> {
  const audit = new AuditStore(tx);
  const externalIds = lost.map(({ externalId }) => externalId);
  audit.restoreErased(channelId, externalIds, deps.now().toISOString());
  // Somebody else may just have done it, with the same message.
  const released = await audit.releaseLost(channelId, externalIds);
  if (released.size > 0)
    deps.log.error(
      { workspaceId, channelId, many: released.size },
      'messages that were lost are handed in again',
    );
  return lost.map((item) => ({ ...item, id: released.get(item.externalId) ?? item.id }));
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
