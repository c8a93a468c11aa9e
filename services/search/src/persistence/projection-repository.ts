import type { Tx } from '@smart-tickets/kit/postgres';
import type { IndexedText, SearchDocument } from '../domain/document.ts';

/** A document as far as a later event needs to know it. */
export interface KnownDocument {
  readonly version: number;
  readonly subject: string;
  readonly config: string;
}

/** A message to be found. `sentAt` is an ISO 8601 instant, `pos` the place of its event in the ticket service's log. */
export interface SearchMessage {
  readonly messageId: string;
  readonly sentAt: string;
  readonly text: string;
  readonly pos: number;
}

/** What became of a message that was to be kept. */
export interface Kept {
  /** Whether the ticket has it since just now. */
  readonly isNew: boolean;
  /** The ticket that it has left for this one, whose text is to be written anew. */
  readonly leftTicketId: string | null;
}

/**
 * Makes other projections and erasures of these tickets and messages wait until the end of the transaction, also before
 * they have rows to lock.
 */
export function lockSources(tx: Tx, ids: readonly string[]): void {
  tx.send({
    name: 'sources-lock',
    text: `select pg_advisory_xact_lock(hashtextextended('search_doc ' || $1::text || ' ' || id, 0))
             from unnest($2::text[]) as id`,
    values: [tx.workspaceId, [...ids].sort()],
  });
}

/** What is known of the ticket; undefined when nothing is. */
export async function readKnown(tx: Tx, ticketId: string): Promise<KnownDocument | undefined> {
  const { rows } = await tx.query<KnownDocument>({
    name: 'doc-known',
    text: `select version, subject, config from search_doc where workspace_id = $1 and ticket_id = $2`,
    values: [tx.workspaceId, ticketId],
  });
  return rows[0];
}

/**
 * Keeps a message's text once, on the ticket that the latest event of it names, and, of the ticket's messages, only the
 * newest `most`.
 */
export async function keepMessage(
  tx: Tx,
  ticketId: string,
  message: SearchMessage,
  most: number,
): Promise<Kept> {
  const kept = tx.query({
    name: 'message-keep',
    text: `insert into search_message (workspace_id, ticket_id, message_id, sent_at, text, pos)
           values ($1, $2, $3, $4, $5, $6)
           on conflict (workspace_id, message_id) do nothing`,
    values: [tx.workspaceId, ticketId, message.messageId, message.sentAt, message.text, message.pos],
  });
  const moved = tx.query<{ leftTicketId: string }>({
    name: 'message-move',
    text: `with was as (
             select ticket_id from search_message
              where workspace_id = $1 and message_id = $3 and ticket_id <> $2 and pos < $4 for update)
           update search_message m set ticket_id = $2, pos = $4
             from was where m.workspace_id = $1 and m.message_id = $3
           returning was.ticket_id as "leftTicketId"`,
    values: [tx.workspaceId, ticketId, message.messageId, message.pos],
  });
  tx.send({
    name: 'message-trim',
    text: `delete from search_message m
            using (select message_id from search_message
                    where workspace_id = $1 and ticket_id = $2
                    order by sent_at desc, message_id desc offset $3) surplus
            where m.workspace_id = $1 and m.ticket_id = $2 and m.message_id = surplus.message_id`,
    values: [tx.workspaceId, ticketId, most],
  });
  const [inserted, left] = await Promise.all([kept, moved]);
  const leftTicketId = left.rows[0]?.leftTicketId ?? null;
  return { isNew: inserted.rowCount === 1 || leftTicketId !== null, leftTicketId };
}

/** The ticket's texts, newest first, as many as it takes to reach `most` characters. */
export async function readTexts(tx: Tx, ticketId: string, most: number): Promise<string[]> {
  const { rows } = await tx.query<{ text: string }>({
    name: 'message-texts',
    text: `select text from (
             select text, sent_at, message_id,
                    sum(length(text)) over (order by sent_at desc, message_id desc) - length(text) as before
               from search_message where workspace_id = $1 and ticket_id = $2) m
            where before < $3
            order by sent_at desc, message_id desc`,
    values: [tx.workspaceId, ticketId, most],
  });
  return rows.map(({ text }) => text);
}

/** Writes the whole document, unless a later version is there already. */
export function writeDocument(tx: Tx, doc: SearchDocument, body: string, text: IndexedText): void {
  tx.send({
    name: 'doc-write',
    text: `insert into search_doc (workspace_id, ticket_id, number, subject, body, status, priority, channel,
                                   assignee_id, team_id, tags, language, config, version, pos, created_at, updated_at, tsv)
           values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, ${vectorOf(18)})
           on conflict (workspace_id, ticket_id) do update
              set number = excluded.number, subject = excluded.subject, body = excluded.body,
                  status = excluded.status, priority = excluded.priority, channel = excluded.channel,
                  assignee_id = excluded.assignee_id, team_id = excluded.team_id, tags = excluded.tags,
                  language = excluded.language, config = excluded.config, version = excluded.version,
                  pos = excluded.pos, created_at = excluded.created_at, updated_at = excluded.updated_at, tsv = excluded.tsv
            where search_doc.version < excluded.version`,
    values: [...documentValues(tx.workspaceId, doc, body), ...vectorValues(text)],
  });
}

function documentValues(workspaceId: string, doc: SearchDocument, body: string): unknown[] {
  const { ticketId, number, subject, status, priority, channel, assigneeId, teamId } = doc;
  const first = [workspaceId, ticketId, number, subject, body, status, priority, channel, assigneeId, teamId];
  const { tags, language, config, version, pos, createdAt, updatedAt } = doc;
  return [...first, tags, language, config, version, pos, createdAt, updatedAt];
}

/** Changes what is not text, unless a later version is there already. */
export function writeFields(tx: Tx, doc: SearchDocument): void {
  tx.send({
    name: 'doc-fields',
    text: `update search_doc
              set status = $3, priority = $4, assignee_id = $5, team_id = $6, tags = $7, language = $8,
                  version = $9, updated_at = $10, pos = $11
            where workspace_id = $1 and ticket_id = $2 and version < $9`,
    values: [
      tx.workspaceId,
      doc.ticketId,
      doc.status,
      doc.priority,
      doc.assigneeId,
      doc.teamId,
      doc.tags,
      doc.language,
      doc.version,
      doc.updatedAt,
      doc.pos,
    ],
  });
}

/** Replaces the text of a document whose fields are newer than the event that brought the text. */
export function writeText(tx: Tx, ticketId: string, body: string, text: IndexedText): void {
  tx.send({
    name: 'doc-text',
    text: `update search_doc set body = $3, tsv = ${vectorOf(4)} where workspace_id = $1 and ticket_id = $2`,
    values: [tx.workspaceId, ticketId, body, ...vectorValues(text)],
  });
}

// Subjects weigh more than messages. The plain form stands beside the language's, so that exact words are found too.
function vectorOf(first: number): string {
  const [config, subject, body, plainSubject, plainBody] = Array.from(
    { length: 5 },
    (_, n) => `$${first + n}`,
  );
  return `setweight(to_tsvector(${config}::text::regconfig, ${subject}::text), 'A')
       || setweight(to_tsvector(${config}::text::regconfig, ${body}::text), 'B')
       || setweight(to_tsvector('simple', ${plainSubject}::text), 'A')
       || setweight(to_tsvector('simple', ${plainBody}::text), 'B')`;
}

function vectorValues(text: IndexedText): string[] {
  return [text.config, text.subject, text.body, text.plainSubject, text.plainBody];
}

// Counting every document would make all new tickets of a workspace wait for one row.
const sampleOf = 16;

/**
 * Notes that the workspace has documents of this configuration; how many is counted by a sample of the numbers, less
 * those that came while another transaction was counting. Waits only for whoever notes the same configuration first.
 */
export function noteLanguage(tx: Tx, config: string, number: number): void {
  // An insert alone, also one that does nothing, would wait for whoever is counting at the time.
  tx.send({
    name: 'language-note',
    text: `insert into search_language (workspace_id, config, documents)
           select $1, $2, 1
            where not exists (select from search_language where workspace_id = $1 and config = $2)
           on conflict (workspace_id, config) do nothing`,
    values: [tx.workspaceId, config],
  });
  if (number % sampleOf !== 0) return;
  tx.send({
    name: 'language-count',
    text: `with free as (
             select from search_language where workspace_id = $1 and config = $2 for update skip locked)
           update search_language set documents = documents + $3
            where workspace_id = $1 and config = $2 and exists (select from free)`,
    values: [tx.workspaceId, config, sampleOf],
  });
}

/** Tells those who wait for it that the event at this position of the ticket service's log can be found. */
export function markApplied(tx: Tx, pos: number): void {
  tx.send({
    name: 'applied-mark',
    text: `insert into applied_event (workspace_id, pos) values ($1, $2)
           on conflict (workspace_id, pos) do nothing`,
    values: [tx.workspaceId, pos],
  });
  tx.send({
    name: 'applied-low-water',
    text: `insert into applied_low_water (workspace_id, pos)
           select $1, 0 where not exists (select from applied_low_water where workspace_id = $1)
           on conflict (workspace_id) do nothing`,
    values: [tx.workspaceId],
  });
}
