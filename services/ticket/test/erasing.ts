import type { NormalisedMessage } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { readErasure, type Erasure } from '../src/persistence/erasure-queries.ts';
import { recordErasure } from '../src/use-cases/record-erasure.ts';
import type { TicketDesk } from './ticket-desk.ts';

/** Somebody to be erased, or not to be. */
export interface Person {
  /** What only their data hold. */
  readonly word: string;
  /** Their mail address, which holds the word. */
  readonly address: string;
  readonly from: NormalisedMessage['from'];
}

let serial = 0;
/** A person whom no other test knows. */
export function person(): Person {
  serial += 1;
  const word = `secret${serial}x`;
  const address = `${word}@example.org`;
  return {
    word,
    address,
    from: { name: `Name ${word}`, identities: [{ kind: 'EMAIL', value: address, verified: true }] },
  };
}

/**
 * A text in a conversation: the mail that a person answers to, and by which theirs is known. `guest` gets a copy, and so
 * has a part in it.
 */
export function saying(
  who: Person,
  own: string,
  inReplyTo: string[] = [],
  guest: Person | null = null,
): Partial<NormalisedMessage> {
  const thread = { own, inReplyTo, references: [], conversation: null };
  const cc = guest === null ? [] : [guest.address];
  return { messageId: newId(), from: who.from, subject: who.word, text: who.word, thread, cc, others: cc };
}

/** Every row of every table of the service in which a word stands. */
export async function rowsWith(desk: TicketDesk, word: string): Promise<string[]> {
  const { rows: tables } = await desk.system.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'r'
        and relname <> 'migrations'`,
  );
  const found: string[] = [];
  for (const { name } of tables) {
    const { rows } = await desk.system.query<{ row: string }>(
      `select row_to_json(t)::text as row from ${name} t where row_to_json(t)::text ilike '%' || $1 || '%'`,
      [word],
    );
    found.push(...rows.map(({ row }) => `${name}: ${row}`));
  }
  return found;
}

/** The erasure of one of our customers. */
export function erasureOf(desk: TicketDesk, customerId: string | null): Promise<Erasure | null> {
  return readErasure(desk.deps.pool, desk.ours.workspaceId, customerId ?? '');
}

/** Answers for the other services, as they would; one of them twice. */
export async function answerAll(desk: TicketDesk, customerId: string | null): Promise<void> {
  const erasureId = (await erasureOf(desk, customerId))?.id ?? '';
  const { rows } = await desk.system.query<{ part: number }>(
    `select distinct part from erasure_part where erasure_id = $1`,
    [erasureId],
  );
  for (const service of ['channel-ingest', 'routing', 'search', 'search']) {
    for (const { part } of rows) {
      await recordErasure(desk.deps, desk.job({ erasureId, part, service, counts: { things: 1 } }));
    }
  }
}

/** Makes ids until the power goes. */
export function failAfter(count: number): () => string {
  let made = 0;
  return () => {
    made += 1;
    if (made > count) throw new Error('power cut');
    return newId();
  };
}
