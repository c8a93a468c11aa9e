import { causedBy, type JobEnvelope } from '@smart-tickets/contracts';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';

/**
 * Sends on their way, in the transaction that settles a message, those that waited for it; or only those that waited for their
 * turn behind it, where it leaves its sender's line. Call it after settling.
 */
export async function resumeWaiting(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<unknown>,
  settledId: string,
  what: 'all' | 'turn' = 'all',
): Promise<void> {
  const waiting = await new InboundStore(tx).takeWaiting(settledId, what);
  const cause = causedBy(job);
  appendEvents(
    tx,
    waiting.map((messageId) => ({
      id: deps.newId(),
      topic: 'inbound.received' as const,
      payload: { messageId },
      cause,
    })),
  );
}
