import type { NormalisedMessage } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import { createHash } from 'node:crypto';
import type { CustomerIdentity } from '../domain/customer.ts';
import { threadKeysOf, type ThreadCandidate } from '../domain/threading.ts';
import type { Ticket } from '../domain/ticket.ts';
import { ticketColumns } from './ticket-sql.ts';

/** What is known, under lock, when a message is about to be filed. */
export interface ReceptionFacts {
  /** The ticket that has this very message already; null when it is new. */
  readonly filedOn: string | null;
  readonly customerId: string | null;
  readonly candidates: readonly (ThreadCandidate & { readonly entryCount: number })[];
}

type CandidateRow = Ticket & { key: string; kind: 'OWN' | 'NAMED'; entryCount: number };

/** A 64-bit lock number for one conversation key or sender of a workspace. */
function lockNumber(workspaceId: string, name: string): bigint {
  return createHash('sha256').update(`${workspaceId}\n${name}`).digest().readBigInt64BE(0);
}

function lockNumbersOf(
  workspaceId: string,
  message: NormalisedMessage,
  identity: CustomerIdentity,
): string[] {
  const names = [...threadKeysOf(message.thread), `from:${identity.kind}:${identity.value}`];
  const numbers = new Set(names.map((name) => lockNumber(workspaceId, name)));
  return [...numbers].sort((a, b) => (a < b ? -1 : 1)).map(String);
}

/** What receiving a message reads and writes beside the ticket. */
export class ReceptionStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Everything the decision needs, in one round trip. Messages that could meet (same sender, or a
   * conversation key in common) are handled one after the other: each takes the locks of all its keys in one order.
   */
  async look(message: NormalisedMessage, identity: CustomerIdentity): Promise<ReceptionFacts> {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'reception-lock',
      text: 'select pg_advisory_xact_lock(n) from unnest($1::bigint[]) as n',
      values: [lockNumbersOf(workspaceId, message, identity)],
    });
    const filed = this.#tx.query<{ ticketId: string }>({
      name: 'reception-filed',
      text: 'select ticket_id as "ticketId" from timeline_entry where workspace_id = $1 and id = $2',
      values: [workspaceId, message.messageId],
    });
    const customer = this.#tx.query<{ customerId: string }>({
      name: 'reception-customer',
      text: `select customer_id as "customerId" from customer_identity
              where workspace_id = $1 and kind = $2 and value = $3`,
      values: [workspaceId, identity.kind, identity.value],
    });
    const candidates = this.#tx.query<CandidateRow>({
      name: 'reception-candidates',
      text: `select k.key, k.kind, ${ticketColumns}, t.entry_count as "entryCount"
               from thread_key k join ticket t on t.workspace_id = k.workspace_id and t.id = k.ticket_id
              where k.workspace_id = $1 and k.key = any($2)
              order by t.id for update of t`,
      values: [workspaceId, threadKeysOf(message.thread)],
    });
    const [filedRows, customerRows, candidateRows] = await Promise.all([filed, customer, candidates]);
    return {
      filedOn: filedRows.rows[0]?.ticketId ?? null,
      customerId: customerRows.rows[0]?.customerId ?? null,
      candidates: candidateRows.rows.map(({ key, kind, entryCount, ...ticket }) => ({
        key,
        kind,
        entryCount,
        ticket,
      })),
    };
  }

  /** Adds a customer with the one identity by which the channel knows it. */
  addCustomer(customerId: string, name: string | null, identity: CustomerIdentity, nowIso: string): void {
    this.#tx.send({
      name: 'customer-add',
      text: `with made as (insert into customer (workspace_id, id, name, created_at) values ($1, $2, $3, $4))
             insert into customer_identity (workspace_id, kind, value, customer_id, created_at) values ($1, $5, $6, $2, $4)`,
      values: [this.#tx.workspaceId, customerId, name, nowIso, identity.kind, identity.value],
    });
  }

  /**
   * Leaves the message's conversation keys on its ticket. A key keeps the ticket it has, with two exceptions: the key of
   * a message leads to where that message is, whatever has merely named it before; and a follow-up takes the
   * conversation over from the closed ticket.
   */
  rememberKeys(thread: NormalisedMessage['thread'], ticketId: string, takeOverFrom: string | null): void {
    const keys = threadKeysOf(thread);
    if (keys.length === 0) return;
    this.#tx.send({
      name: 'thread-keys',
      text: `insert into thread_key as k (workspace_id, key, kind, ticket_id)
             select $1, key, case when key = any($3) then 'OWN' else 'NAMED' end, $4 from unnest($2::text[]) as key
             on conflict (workspace_id, key) do update
                set kind = case when excluded.kind = 'OWN' then 'OWN' else k.kind end, ticket_id = excluded.ticket_id
              where k.ticket_id = $5 or (excluded.kind = 'OWN' and k.kind = 'NAMED')`,
      values: [
        this.#tx.workspaceId,
        keys,
        [thread.own, thread.conversation].filter((key) => key !== null),
        ticketId,
        takeOverFrom,
      ],
    });
  }
}
