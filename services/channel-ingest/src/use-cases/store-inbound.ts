import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage, RawFormat } from '../domain/inbound-message.ts';
import { AttachmentStore } from '../persistence/attachment-store.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Connector, Deps } from './deps.ts';

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

/**
 * Keeps something received for good, with the event that starts its way, in one transaction and, where it names no files,
 * one round trip. What the channel has had before under the same external id is not kept again: its first result is given
 * back.
 */
export async function storeInbound(
  deps: Deps,
  connector: Connector,
  item: {
    readonly externalId: string;
    readonly format: RawFormat;
    readonly raw: Buffer;
    readonly receivedAt: string;
    readonly ownKey: string | null;
    /** The channel's uploads that it names; their bytes must be there already. */
    readonly uploads: readonly { readonly id: string; readonly sha256: string }[];
  },
): Promise<Result<Ingested, IngestFault>> {
  const id = deps.newId();
  const result = await inWorkspace<Ingested, IngestFault>(deps.pool, connector.workspaceId, async (tx) => {
    const { channel, message, isNew } = await new InboundStore(tx).store(
      connector.channelId,
      connector.generation,
      { id, ...item },
      {
        id: deps.newId(),
        topic: 'inbound.received',
        payload: { messageId: id },
        cause: { requestId: connector.requestId, eventId: null, depth: 0 },
      },
    );
    const refusal = refusalOf(channel, connector);
    if (refusal !== null) return err(refusal);
    if (message === null) throw new Error('a message was neither stored nor found');
    if (isNew && !(await needUploads(tx, connector.channelId, id, item.uploads))) {
      const text = 'An upload of this message has just been forgotten: announce it again.';
      return err({ code: 'INVALID', field: ['input', 'attachmentIds'], message: text });
    }
    return ok({ message, duplicate: !isNew });
  });
  if (result.ok && !result.value.duplicate) deps.eventsWritten();
  return result;
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

function refusalOf(channel: Channel | null, connector: Connector): IngestFault | null {
  if (channel === null) return { code: 'NOT_FOUND' };
  if (channel.tokenGeneration !== connector.generation) {
    return { code: 'FORBIDDEN', message: 'This channel token has been replaced by a newer one.' };
  }
  if (!channel.enabled) return { code: 'FORBIDDEN', message: 'The channel is switched off.' };
  return null;
}
