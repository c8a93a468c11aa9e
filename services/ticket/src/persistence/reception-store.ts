import type { NormalisedMessage, OutboxEvent } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import { hash } from 'node:crypto';
import type { CustomFieldDefinition } from '../domain/custom-field.ts';
import type { CustomerIdentity } from '../domain/customer.ts';
import type { Opening } from '../domain/loop-breaker.ts';
import { loopWindowMs, maxOpeningsOfSender } from '../domain/loop-breaker.ts';
import type { IdentityHolder } from '../domain/match-customer.ts';
import { partiesOfMessage, partiesOfSender } from '../domain/parties.ts';
import type { GuardedCandidate } from '../domain/stranger-guard.ts';
import { keysLeftBy, ownKeysOf, pointingKeysOf, pointsToOthers } from '../domain/threading.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { appendSql, holdSql, lockSql, lookFirstSql, lookSql, openSql } from './reception-sql.ts';
import { hashesOf, holdersIn, holdersOf, maxIdentities, wordsOf, type HolderRow } from './sender-store.ts';

/** What is known, under lock, when a message is about to be filed. */
export interface ReceptionFacts {
  /** False when the job was done before. */
  readonly fresh: boolean;
  /** The ticket that has this very message already; null when it is new. */
  readonly filedOn: string | null;
  /** Customers who hold what the message says of its sender. */
  readonly holders: readonly IdentityHolder[];
  /** When the last one of them was erased, if any was. */
  readonly erasedAt: string | null;
  /** Tickets to which the message's conversation keys lead; the key of a merged ticket leads to its heir. */
  readonly candidates: readonly (GuardedCandidate & {
    /** The ticket that the key is on: the one it leads to, or one that was merged into that. */
    readonly holderId: string;
    readonly entryCount: number;
    /** What the last of its mails with another subject than its own had; null for none. */
    readonly heardSubject: string | null;
    /** Mails of persons that it got within the window of `loop`; 0 where the message cannot be of a loop. */
    readonly recentMails: number;
  })[];
  /** Of tickets and of customers. */
  readonly definitions: readonly CustomFieldDefinition[];
  /** Whether the agent whom the message names is one to whom tickets can be assigned. */
  readonly agentKnown: boolean;
  /** The sender's tickets that count for the loop breaker, newest first; none when a loop was not asked about. */
  readonly openings: readonly Opening[];
  /** True when keys lead elsewhere since their tickets were locked: roll back and look again. */
  readonly changedMeanwhile: boolean;
}

/** What is asked about a message. */
export interface ReceptionQuestion {
  readonly jobId: string;
  readonly message: NormalisedMessage;
  readonly identities: readonly CustomerIdentity[];
  /** The subject and the instant (ms) of a message that may go around in a loop; null for others. */
  readonly loop: { readonly subject: string; readonly nowMs: number } | null;
}

/** A customer who is made with the message. */
export interface NewSender {
  readonly id: string;
  readonly name: string | null;
  readonly identities: readonly CustomerIdentity[];
  readonly fields: Record<string, unknown>;
  readonly createdAt: string;
}

/** What filing a message writes. */
export interface Filing {
  readonly message: NormalisedMessage;
  /** By what the channel knows the sender, as `KIND:value`. */
  readonly sender: string | null;
  /** Of the ticket's new version, which it carries. */
  readonly event: OutboxEvent<'ticket.changed'>;
  readonly entries: readonly TimelineEntry[];
  /** How many entries the ticket has with these. */
  readonly entryCount: number;
  /** Tickets that lose their conversation keys to this one, and lost messages that do. */
  readonly takeOverFrom: readonly string[];
}

interface HeldRow {
  heldIds: string[];
  holders: HolderRow[];
}

interface Facts {
  fresh: boolean;
  filedOn: string | null;
  erasedAt: string | null;
  definitions: CustomFieldDefinition[] | null;
  openings: Opening[] | null;
  agentKnown: boolean;
}

type FirstLookRow = Facts & { readonly pointed: boolean; readonly holders: HolderRow[] };

type LookRow = Ticket & {
  fact: Facts;
  key: string | null;
  keyKind: GuardedCandidate['kind'];
  hasPart: boolean;
  holderId: string;
  leftBy: string | null;
  entryCount: number;
  heardSubject: string | null;
  recentMails: number;
};

/** A 64-bit lock number for one conversation key or sender of a workspace. */
function lockNumber(workspaceId: string, name: string): bigint {
  return hash('sha256', `${workspaceId}\n${name}`, 'buffer').readBigInt64BE(0);
}

function lockNumbersOf(
  workspaceId: string,
  message: NormalisedMessage,
  identities: readonly CustomerIdentity[],
): bigint[] {
  const senders = identities.map(({ kind, value }) => `from:${kind}:${value}`);
  const names = [...keysLeftBy(message), ...senders];
  return names.map((name) => lockNumber(workspaceId, name));
}

/**
 * Takes the locks under which customers are found by these identities or made, until the end of the transaction; a message
 * of the same sender waits for them.
 */
export function lockSenders(tx: Tx, identities: readonly Pick<CustomerIdentity, 'kind' | 'value'>[]): void {
  const numbers = identities.map(({ kind, value }) => lockNumber(tx.workspaceId, `from:${kind}:${value}`));
  lock(tx, numbers);
}

/** Takes locks in the one order in which everybody takes them, each once. */
function lock(tx: Tx, numbers: readonly bigint[]): void {
  const sorted = [...new Set(numbers)].sort((a, b) => (a < b ? -1 : 1));
  tx.send({
    name: 'reception-lock',
    text: lockSql,
    values: [sorted.map(String)],
  });
}

/** What receiving a message reads and writes beside the ticket. */
export class ReceptionStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Everything the decision needs, in one round trip; a second one where a message that points to none has been named by
   * another before, or its sender was just being erased. Messages that could meet (same sender, or a conversation key in common) are handled one after the
   * other: each takes the locks of all its keys in one order. The candidates are read behind the lock of their tickets, so
   * that a merge or a split which was waited for is seen.
   */
  async look(question: ReceptionQuestion): Promise<ReceptionFacts> {
    const { message, identities } = question;
    lock(this.#tx, lockNumbersOf(this.#tx.workspaceId, message, identities));
    const holders = holdersOf(this.#tx.workspaceId, identities);
    const first = pointsToOthers(message) ? null : await this.#lookFirst(question, holders);
    const holdersOfFirst = holdersIn(first?.holders ?? []);
    // Who was erased while their lock was waited for is not among those erased that the same statement has read.
    const stands = first !== null && !first.pointed && holdersOfFirst.length === first.holders.length;
    if (stands) return factsOf(first, holdersOfFirst, []);

    const [heldRows, rows] = await Promise.all([
      this.#tx.query<HeldRow>({
        name: `reception-hold-${holders.name}`,
        text: holdSql(holders.text),
        values: [...holders.values, pointingKeysOf(message), message.subjectNumber],
      }),
      this.#tx.query<LookRow>({
        name: 'reception-look',
        text: lookSql,
        values: valuesOfLook(this.#tx.workspaceId, question),
      }),
    ]);
    const fact = rows.rows[0]?.fact;
    const [held] = heldRows.rows;
    if (fact === undefined || held === undefined) throw new Error('a row of facts is missing');
    const candidates = rows.rows.flatMap(candidateOf);
    return {
      // The first look has marked the job.
      ...factsOf({ ...fact, fresh: first?.fresh ?? fact.fresh }, holdersIn(held.holders), candidates),
      changedMeanwhile: !candidates.every(({ ticket }) => held.heldIds.includes(ticket.id)),
    };
  }

  async #lookFirst(
    { jobId, message, identities, loop }: ReceptionQuestion,
    holders: ReturnType<typeof holdersOf>,
  ): Promise<FirstLookRow> {
    const { rows } = await this.#tx.query<FirstLookRow>({
      name: `reception-look-first-${holders.name}`,
      text: lookFirstSql(holders.text),
      values: [
        ...holders.values,
        jobId,
        message.messageId,
        keysLeftBy(message),
        hashesOf(this.#tx.workspaceId, identities),
        message.agentId,
        ...valuesOfLoop(loop),
        maxOpeningsOfSender,
      ],
    });
    const [row] = rows;
    if (row === undefined) throw new Error('a row of facts is missing');
    return row;
  }

  /** Files a message on a ticket of its own, of a new customer or a known one. */
  open(filing: Filing, sender: NewSender | null): void {
    const parties = partiesOfMessage(filing.message);
    const values = this.#valuesOf(filing, parties);
    const of = sender === null ? 'known' : 'new';
    const to = parties.length > 0 ? 'others' : 'us';
    this.#tx.send({
      name: `reception-open-${of}-${to}`,
      text: open[of][to],
      values: sender === null ? values : [...values, documentOf(sender)],
    });
  }

  /** Files a message on a ticket that is locked. */
  append(filing: Filing): void {
    const parties = partiesOfMessage(filing.message);
    const to = parties.length > 0 ? 'others' : 'us';
    this.#tx.send({
      name: `reception-append-${to}`,
      text: append[to],
      values: this.#valuesOf(filing, parties),
    });
  }

  /** Notes the subject that a ticket's mails have from now on. */
  hearSubject(ticketId: string, subject: string): void {
    this.#tx.send({
      name: 'reception-hear-subject',
      text: 'update ticket set heard_subject = $3 where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, ticketId, subject],
    });
  }

  #valuesOf(
    { message, sender, event, entries, entryCount, takeOverFrom }: Filing,
    parties: readonly string[],
  ): unknown[] {
    return [
      this.#tx.workspaceId,
      JSON.stringify(event.payload),
      JSON.stringify(entries),
      event.id,
      JSON.stringify(event.cause),
      entryCount,
      keysLeftBy(message),
      ownKeysOf(message),
      takeOverFrom,
      message.messageId,
      event.payload.ticket.id,
      parties,
      sender,
    ];
  }
}

/** By whether the customer is known, and whether the message went to others beside us. */
const open = {
  known: { us: openSql(false, false), others: openSql(false, true) },
  new: { us: openSql(true, false), others: openSql(true, true) },
};
const append = { us: appendSql(false), others: appendSql(true) };

function valuesOfLook(
  workspaceId: string,
  { jobId, message, identities, loop }: ReceptionQuestion,
): unknown[] {
  const verified = identities.filter((identity) => identity.verified);
  return [
    workspaceId,
    jobId,
    message.messageId,
    hashesOf(workspaceId, identities),
    maxOpeningsOfSender,
    pointingKeysOf(message),
    verified.map(({ kind }) => kind),
    verified.map(({ value }) => value),
    ...valuesOfLoop(loop),
    message.subjectNumber,
    partiesOfSender(message, identities),
    message.agentId,
  ];
}

/** Since when a sender's tickets count, and of which subject. */
function valuesOfLoop(loop: ReceptionQuestion['loop']): (string | null)[] {
  return loop === null ? [null, null] : [new Date(loop.nowMs - loopWindowMs).toISOString(), loop.subject];
}

function factsOf(
  { fresh, filedOn, erasedAt, definitions, openings, agentKnown }: Facts,
  holders: readonly IdentityHolder[],
  candidates: ReceptionFacts['candidates'],
): ReceptionFacts {
  return {
    fresh,
    filedOn,
    holders,
    erasedAt,
    definitions: definitions ?? [],
    openings: openings ?? [],
    agentKnown,
    candidates,
    changedMeanwhile: false,
  };
}

function candidateOf(row: LookRow): ReceptionFacts['candidates'] {
  const { fact: _fact, key, keyKind: kind, holderId, leftBy, ...found } = row;
  const { entryCount, heardSubject, hasPart, recentMails, ...ticket } = found;
  return key === null
    ? []
    : [{ key, kind, holderId, leftBy, entryCount, heardSubject, hasPart, recentMails, ticket }];
}

function documentOf({ identities, ...sender }: NewSender): string {
  const kept = identities.slice(0, maxIdentities);
  return JSON.stringify({ ...sender, identities: kept, words: wordsOf(sender.name, kept) });
}
