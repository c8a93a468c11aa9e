import type { InboundSettled, JobEnvelope, ProcessInbound } from '@smart-tickets/contracts';
import { markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';
import { forgetAttachments } from './forget-attachments.ts';
import { resumeWaiting } from './resume-waiting.ts';

/**
 * Takes over what the ticket service says has become of a message. The files of one that is on a ticket by another mailbox are
 * forgotten: that one's are the same.
 */
export async function settleInbound(deps: Deps, job: JobEnvelope<InboundSettled>): Promise<void> {
  const { messageId, outcome, ticketId, reason } = job.payload;
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    if (await markConsumed(tx, 'channel-ingest.settle-inbound', job.id)) {
      const store = new InboundStore(tx);
      store.settleFromTicket(messageId, outcome, ticketId, reason, deps.now().toISOString());
      await resumeWaiting(deps, tx, job, messageId);
    }
    return ok(undefined);
  });
  deps.eventsWritten();
  if (outcome === 'DUPLICATE') await forgetAttachments(deps, job.workspaceId, [messageId]);
}

/** Marks a message whose processing has failed for good, so that it is kept for a person to retry. */
export async function buryInbound(
  deps: Deps,
  job: JobEnvelope<ProcessInbound>,
  reason: string,
): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const store = new InboundStore(tx);
    if (await store.lockWaiting(job.payload.messageId)) {
      store.settle(job.payload.messageId, 'DEAD_LETTER', null, reason, deps.now().toISOString());
      await resumeWaiting(deps, tx, job, job.payload.messageId);
    }
    return ok(undefined);
  });
  deps.eventsWritten();
}
