import { causedBy, jobs, type EraseCustomerData, type JobEnvelope } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import type pg from 'pg';
import { bodyOf, erasedSubject, indexedText, maxBodyLength } from '../domain/document.ts';
import { eraseMessages, eraseSubjects, markErased, ticketsOf } from '../persistence/erasure-repository.ts';
import { lockSources, readKnown, readTexts, writeText } from '../persistence/projection-repository.ts';

/** What erasing works with. */
export interface EraseCustomerParts {
  readonly pool: pg.Pool;
  readonly newId: () => string;
  readonly eventsWritten: () => void;
}

/**
 * Takes a part of a customer's texts out of the index and answers with how many. Older events of the tickets, which may
 * still come, bring nothing of it back; what is said on them later is found as ever, also when the erasure comes after
 * it. A repeat does nothing.
 */
export async function eraseCustomer(
  parts: EraseCustomerParts,
  job: JobEnvelope<EraseCustomerData>,
): Promise<void> {
  await inWorkspace<undefined, never>(parts.pool, job.workspaceId, async (tx) => {
    if (!(await markConsumed(tx, jobs.eraseFromSearch.name, job.id))) return ok(undefined);
    const { erasureId, part, ticketIds, guestTicketIds, messageIds } = job.payload;
    lockSources(tx, [...ticketIds, ...guestTicketIds, ...messageIds]);
    // A split that the index has not seen yet has left messages on tickets that the job does not name.
    const holding = await ticketsOf(tx, messageIds);
    lockSources(tx, holding);
    markErased(tx, [...ticketIds, ...messageIds], job.pos);
    const [messages, documents] = await Promise.all([
      eraseMessages(tx, ticketIds, messageIds, job.pos),
      eraseSubjects(tx, ticketIds, erasedSubject, job.pos),
    ]);
    for (const ticketId of new Set([...ticketIds, ...holding])) await writeBody(tx, ticketId);
    appendEvents(tx, [
      {
        id: parts.newId(),
        topic: 'customer.data-erased',
        payload: {
          erasureId,
          part,
          service: 'search',
          counts: { documents, messages },
        },
        cause: causedBy(job),
      },
    ]);
    return ok(undefined);
  });
  parts.eventsWritten();
}

/** Makes a document's text again of the messages that are left. */
async function writeBody(tx: Tx, ticketId: string): Promise<void> {
  const known = await readKnown(tx, ticketId);
  if (known === undefined) return;
  const body = bodyOf(await readTexts(tx, ticketId, maxBodyLength));
  writeText(tx, ticketId, body, indexedText(known.config, known.subject, body));
}
