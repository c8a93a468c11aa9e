import {
  causedBy,
  jobs,
  type AuditedMessages,
  type JobEnvelope,
  type OutboxEvent,
} from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { unknownMessages } from '../persistence/message-audit.ts';
import type { Deps } from './deps.ts';

/**
 * Looks whether messages that the intake believes to be on tickets are there; tells it which are not, and where it asks, which
 * are. Entries are never deleted, not by an erasure either, so one that is not there was lost. Answers once.
 */
export async function confirmMessages(deps: Deps, job: JobEnvelope<AuditedMessages>): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const [fresh, missed] = await Promise.all([
      markConsumed(tx, jobs.confirmMessages.name, job.id),
      unknownMessages(tx, job.payload.messageIds),
    ]);
    if (!fresh) return ok(undefined);
    const gone = new Set(missed);
    const kept = job.payload.tellKept ? job.payload.messageIds.filter((id) => !gone.has(id)) : [];
    const cause = causedBy(job);
    const tell = (topic: Answer, messageIds: string[]): OutboxEvent[] =>
      messageIds.length === 0 ? [] : [{ id: deps.newId(), topic, payload: { messageIds }, cause }];
    appendEvents(tx, [...tell('ticket.messages-missed', missed), ...tell('ticket.messages-kept', kept)]);
    return ok(undefined);
  });
  deps.eventsWritten();
}

type Answer = 'ticket.messages-missed' | 'ticket.messages-kept';
