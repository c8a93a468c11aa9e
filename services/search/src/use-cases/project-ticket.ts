import { jobs, type JobEnvelope, type TicketEvent } from '@smart-tickets/contracts';
import { markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok, type Result } from '@smart-tickets/kit/result';
import type pg from 'pg';
import {
  bodyOf,
  documentOf,
  erasedSubject,
  indexedText,
  maxBodyLength,
  maxMessages,
  type SearchDocument,
} from '../domain/document.ts';
import { readable } from '../domain/search-text.ts';
import { readErased } from '../persistence/erasure-repository.ts';
import {
  keepMessage,
  lockSources,
  markApplied,
  noteLanguage,
  readKnown,
  readTexts,
  writeDocument,
  writeFields,
  writeText,
  type KnownDocument,
} from '../persistence/projection-repository.ts';

/**
 * Takes a ticket's event into the index. Events may come in any order and more than once: the fields are those of the
 * highest version seen, the text is that of the newest messages seen, each once and on the ticket that the latest event
 * of it names: a split moves messages to a newer ticket.
 */
export function projectTicket(
  pool: pg.Pool,
  job: JobEnvelope<TicketEvent>,
): Promise<Result<undefined, never>> {
  return inWorkspace<undefined, never>(pool, job.workspaceId, async (tx) => {
    const { ticket: told, entry } = job.payload;
    lockSources(tx, entry === null ? [told.id] : [told.id, entry.id]);
    const [isNew, erased] = await Promise.all([
      markConsumed(tx, jobs.projectTicket.name, job.id),
      readErased(tx, entry === null ? [told.id] : [told.id, entry.id], job.pos),
    ]);
    if (!isNew) return ok(undefined);
    // The event is older than the erasure of what it tells.
    const ticket = erased.has(told.id) ? { ...told, subject: erasedSubject } : told;
    const reading = readKnown(tx, ticket.id);
    const keeping =
      entry?.type === 'MESSAGE' && erased.size === 0
        ? keepMessage(
            tx,
            ticket.id,
            {
              messageId: entry.id,
              sentAt: entry.sentAt,
              text: readable(entry.text, maxBodyLength),
              pos: job.pos,
            },
            maxMessages,
          )
        : Promise.resolve({ isNew: false, leftTicketId: null });
    const [known, kept] = await Promise.all([reading, keeping]);
    await write(tx, documentOf(ticket, job.pos), known, kept.isNew);
    if (kept.leftTicketId !== null) await writeTextAnew(tx, kept.leftTicketId);
    markApplied(tx, job.pos);
    return ok(undefined);
  });
}

async function write(
  tx: Tx,
  doc: SearchDocument,
  known: KnownDocument | undefined,
  messageKept: boolean,
): Promise<void> {
  const isNewer = known === undefined || known.version < doc.version;
  const textChanged =
    messageKept || (isNewer && (known?.subject !== doc.subject || known.config !== doc.config));
  if (!textChanged) {
    if (isNewer) writeFields(tx, doc);
    return;
  }
  const { config, subject } = isNewer ? doc : known;
  const body = bodyOf(await readTexts(tx, doc.ticketId, maxBodyLength));
  const text = indexedText(config, subject, body);
  if (isNewer) writeDocument(tx, doc, body, text);
  else writeText(tx, doc.ticketId, body, text);
  if (known?.config !== config) noteLanguage(tx, config, doc.number);
}

/** Tickets that messages leave are older than those they go to, so no two transactions wait for each other here. */
async function writeTextAnew(tx: Tx, ticketId: string): Promise<void> {
  lockSources(tx, [ticketId]);
  const [known, texts] = await Promise.all([readKnown(tx, ticketId), readTexts(tx, ticketId, maxBodyLength)]);
  if (known === undefined) return;
  const body = bodyOf(texts);
  writeText(tx, ticketId, body, indexedText(known.config, known.subject, body));
}
