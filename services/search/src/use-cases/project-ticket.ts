import { jobs, type JobEnvelope, type TicketEvent } from '@smart-tickets/contracts';
import { markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok, type Result } from '@smart-tickets/kit/result';
import type pg from 'pg';
import {
  bodyOf,
  documentOf,
  indexedText,
  maxBodyLength,
  maxMessages,
  type SearchDocument,
} from '../domain/document.ts';
import { readable } from '../domain/search-text.ts';
import {
  keepMessage,
  lockTicket,
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
 * highest version seen, the text is that of the newest messages seen, each once.
 */
export function projectTicket(
  pool: pg.Pool,
  job: JobEnvelope<TicketEvent>,
): Promise<Result<undefined, never>> {
  return inWorkspace<undefined, never>(pool, job.workspaceId, async (tx) => {
    if (!(await markConsumed(tx, jobs.projectTicket.name, job.id))) return ok(undefined);
    const { ticket, entry } = job.payload;
    lockTicket(tx, ticket.id);
    const reading = readKnown(tx, ticket.id);
    const keeping =
      entry?.type === 'MESSAGE'
        ? keepMessage(
            tx,
            ticket.id,
            { messageId: entry.id, sentAt: entry.sentAt, text: readable(entry.text, maxBodyLength) },
            maxMessages,
          )
        : Promise.resolve(false);
    const [known, messageKept] = await Promise.all([reading, keeping]);
    await write(tx, documentOf(ticket), known, messageKept);
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
