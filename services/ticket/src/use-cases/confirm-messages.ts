import { jobs, type JobEnvelope, type MessageIds } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { unknownMessages } from '../persistence/message-audit.ts';
import type { Deps } from './deps.ts';

/**
 * Looks whether messages that the intake believes to be on tickets are there; tells it which are not. Entries are never deleted,
 * not by an erasure either, so one that is not there was lost. Answers once.
 */
export async function confirmMessages(deps: Deps, job: JobEnvelope<MessageIds>): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const [fresh, messageIds] = await Promise.all([
      markConsumed(tx, jobs.confirmMessages.name, job.id),
      unknownMessages(tx, job.payload.messageIds),
    ]);
    if (!fresh || messageIds.length === 0) return ok(undefined);
    const cause = { requestId: job.cause.requestId, eventId: job.id, depth: job.cause.depth + 1 };
    appendEvents(tx, [{ id: deps.newId(), topic: 'ticket.messages-missed', payload: { messageIds }, cause }]);
    return ok(undefined);
  });
  deps.eventsWritten();
}
