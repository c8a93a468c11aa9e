import type { TicketSnapshot } from '@smart-tickets/contracts';
import { configOf, plainConfig } from './languages.ts';
import { folded, readable, searchable } from './search-text.ts';

/** What stands where a subject was erased. */
export const erasedSubject = '(erased)';
/** How many of a ticket's messages, counted from the newest, can be found. */
export const maxMessages = 50;
/** Longest text of a ticket's messages together, in characters. */
export const maxBodyLength = 100_000;
const maxSubjectLength = 2_000;
// A tsvector ends at 1 MiB. A word of two bytes, the worst case, takes seven there for three of the text, and the text
// stands in it twice: so this much always fits, with the subject.
const maxIndexedBytes = 200_000;
const maxIndexedSubjectBytes = 16_000;

/** A ticket as the index keeps it. Instants are ISO 8601 in UTC. */
export interface SearchDocument {
  readonly ticketId: string;
  readonly number: number;
  readonly subject: string;
  readonly status: string;
  readonly priority: string;
  readonly channel: string;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly tags: readonly string[];
  readonly language: string | null;
  /** Text search configuration that fits the language. */
  readonly config: string;
  readonly version: number;
  /** Place of the event that told of this version in the ticket service's log. */
  readonly pos: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What a document is found by: words for its language's configuration and, without accents, for the plain one. */
export interface IndexedText {
  readonly config: string;
  readonly subject: string;
  readonly body: string;
  readonly plainSubject: string;
  readonly plainBody: string;
}

/** The document of a ticket's snapshot that the event at this position tells, without its messages. */
export function documentOf(ticket: TicketSnapshot, pos: number): SearchDocument {
  return {
    ticketId: ticket.id,
    number: ticket.number,
    subject: readable(ticket.subject, maxSubjectLength),
    status: ticket.status,
    priority: ticket.priority,
    channel: ticket.channel,
    assigneeId: ticket.assigneeId,
    teamId: ticket.teamId,
    tags: ticket.tags.map((tag) => readable(tag, maxSubjectLength)),
    language: ticket.language,
    config: configOf(ticket.language),
    version: ticket.version,
    pos,
    createdAt: ticket.createdAt,
    updatedAt: ticket.updatedAt,
  };
}

/** One text of a ticket's messages, which are given newest first. Older ones give way when it becomes too long. */
export function bodyOf(texts: readonly string[]): string {
  return texts.join('\n').slice(0, maxBodyLength);
}

/** What to index of a subject and a body. With the plain configuration there is only the plain form. */
export function indexedText(config: string, subject: string, body: string): IndexedText {
  const words = {
    subject: searchable(subject, maxIndexedSubjectBytes),
    body: searchable(body, maxIndexedBytes),
  };
  const plain = { plainSubject: folded(words.subject), plainBody: folded(words.body) };
  return config === plainConfig
    ? { config, subject: '', body: '', ...plain }
    : { config, ...words, ...plain };
}
