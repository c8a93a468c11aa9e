import {
  causedBy,
  type InboundSettled,
  type JobEnvelope,
  type NormalisedMessage,
} from '@smart-tickets/contracts';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type { Deps } from './deps.ts';

/** Writes the event that tells the intake what has become of a message, where no change of a ticket tells it. */
export function writeSettled(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  settled: Omit<InboundSettled, 'messageId'>,
): void {
  appendEvents(tx, [
    {
      id: deps.newId(),
      topic: 'ticket.message-settled',
      payload: { messageId: job.payload.messageId, ...settled },
      cause: causedBy(job),
    },
  ]);
}

/** Tells the intake that a message could not be filed after all attempts, so that it is kept for a person to retry. */
export async function refuseMessage(
  deps: Deps,
  job: JobEnvelope<NormalisedMessage>,
  reason: string,
): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, (tx) => {
    writeSettled(deps, tx, job, { outcome: 'DEAD_LETTER', ticketId: null, reason });
    return Promise.resolve(ok(undefined));
  });
  deps.eventsWritten();
}
