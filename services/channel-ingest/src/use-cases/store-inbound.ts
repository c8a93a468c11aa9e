import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage, RawFormat } from '../domain/inbound-message.ts';
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
 * Keeps something received for good, with the event that starts its way, in one transaction and one round trip. What
 * the channel has had before under the same external id is not kept again: its first result is given back.
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
    return ok({ message, duplicate: !isNew });
  });
  if (result.ok && !result.value.duplicate) deps.eventsWritten();
  return result;
}

function refusalOf(channel: Channel | null, connector: Connector): IngestFault | null {
  if (channel === null) return { code: 'NOT_FOUND' };
  if (channel.tokenGeneration !== connector.generation) {
    return { code: 'FORBIDDEN', message: 'This channel token has been replaced by a newer one.' };
  }
  if (!channel.enabled) return { code: 'FORBIDDEN', message: 'The channel is switched off.' };
  return null;
}
