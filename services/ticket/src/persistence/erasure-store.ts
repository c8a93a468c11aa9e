import type { Tx } from '@smart-tickets/kit/postgres';
import pg from 'pg';
import type { CustomerIdentity } from '../domain/customer.ts';
import { erasingServices, type ErasingService } from '../domain/erasure.ts';
import { identityHash } from './sender-store.ts';

/** How far an erasure has come. */
export interface ErasureState {
  readonly id: string;
  readonly customerId: string;
  readonly requestedBy: string;
  readonly requestedAt: string;
  /** The last ticket that was erased, in the order of ids. */
  readonly reached: string;
  /** Requests to the other services so far; `parts` is how many they are in all, null while that is open. */
  readonly sent: number;
  readonly parts: number | null;
  /** By what the customers were known, in lower case, to be taken out of what others were sent; null when that is done. */
  readonly addresses: readonly string[] | null;
}

const queryCanceled = '57014';
const nobody = '00000000-0000-0000-0000-000000000000';

/** Whether a transaction failed because one of its statements took too long: less at a time may succeed. */
export function tookTooLong(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return error.code === queryCanceled;
  return error instanceof Error && error.message === 'Query read timeout';
}

/** Erasures within one transaction. */
export class ErasureStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The erasure of a customer, locked; null when none was asked for. */
  async lock(customerId: string): Promise<ErasureState | null> {
    const { rows } = await this.#tx.query<ErasureState>({
      name: 'erasure-lock',
      text: `select id, customer_id as "customerId", requested_by as "requestedBy", requested_at as "requestedAt",
                    reached, sent, parts, addresses
               from erasure where workspace_id = $1 and customer_id = $2 for update`,
      values: [this.#tx.workspaceId, customerId],
    });
    return rows[0] ?? null;
  }

  /**
   * Notes that customers, of whom the first stands for the others, are to be erased, and by what they are known; but not
   * what one of them merely claimed and somebody else is known by. The first request to the other services goes along.
   */
  begin(
    erasure: Pick<ErasureState, 'id' | 'customerId' | 'requestedBy' | 'requestedAt'>,
    customerIds: readonly string[],
  ): void {
    this.#tx.send({
      name: 'erasure-begin',
      text: `insert into erasure (workspace_id, customer_id, id, requested_by, requested_at, reached, sent, addresses)
             values ($1, $2, $3, $4, $5, $6, 1, array(
               select distinct lower(i.value) from customer_identity i
                where i.workspace_id = $1 and i.customer_id = any($7)
                  and (i.verified or not exists (
                         select from customer_identity o
                          where o.workspace_id = $1 and o.kind = i.kind and o.value = i.value
                            and o.customer_id <> all($7)))))`,
      values: [
        this.#tx.workspaceId,
        erasure.customerId,
        erasure.id,
        erasure.requestedBy,
        erasure.requestedAt,
        nobody,
        customerIds,
      ],
    });
  }

  /** By what locked customers are known, each identity once. */
  async identitiesOf(customerIds: readonly string[]): Promise<CustomerIdentity[]> {
    const { rows } = await this.#tx.query<CustomerIdentity>({
      name: 'erasure-identities',
      text: `select kind, value, bool_or(verified) as verified from customer_identity
              where workspace_id = $1 and customer_id = any($2) group by kind, value order by kind, value`,
      values: [this.#tx.workspaceId, customerIds],
    });
    return rows;
  }

  /** Erases locked customers themselves. Messages that are on their way from them are recognised by the identities' hashes. */
  eraseCustomers(customerIds: readonly string[], telling: readonly CustomerIdentity[], nowIso: string): void {
    const { workspaceId } = this.#tx;
    for (const table of ['customer_identity', 'customer_word']) {
      const column = table === 'customer_word' ? 'owner_id' : 'customer_id';
      this.#tx.send({
        name: `erase-${table}`,
        text: `delete from ${table} where workspace_id = $1 and ${column} = any($2)`,
        values: [workspaceId, customerIds],
      });
    }
    this.#tx.send({
      name: 'erase-customers',
      text: `update customer set name = null, company = null, language = null, time_zone = null, groups = '{}',
                                 fields = '{}', notes = null, erased_at = $3
              where workspace_id = $1 and id = any($2)`,
      values: [workspaceId, customerIds, nowIso],
    });
    this.#tx.send({
      name: 'erased-identities',
      text: `insert into erased_identity as e (workspace_id, hash, erased_at)
             select $1, hash, $3 from unnest($2::bytea[]) as hash
             on conflict (workspace_id, hash) do update set erased_at = greatest(e.erased_at, excluded.erased_at)`,
      values: [workspaceId, telling.map((identity) => identityHash(workspaceId, identity)), nowIso],
    });
  }

  /** Notes how far a locked erasure has come; with the last part nothing is known any more of by what they were known. */
  advance(erasureId: string, progress: Pick<ErasureState, 'reached' | 'sent' | 'parts'>): void {
    this.#tx.send({
      name: 'erasure-advance',
      text: `update erasure set reached = $3, sent = $4, parts = $5,
                                addresses = case when $5::integer is null then addresses end
              where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, erasureId, progress.reached, progress.sent, progress.parts],
    });
  }

  /** Notes that a service has carried out a part; once, however often it says so. */
  addPart(
    erasureId: string,
    service: ErasingService,
    part: number,
    counts: Readonly<Record<string, number>>,
    nowIso: string,
  ): void {
    this.#tx.send({
      name: 'erasure-part',
      text: `insert into erasure_part (workspace_id, erasure_id, service, part, erased_at, counts)
             values ($1, $2, $3, $4, $5, $6::jsonb) on conflict do nothing`,
      values: [this.#tx.workspaceId, erasureId, service, part, nowIso, JSON.stringify(counts)],
    });
  }

  /**
   * Completes an erasure when all services have carried out all parts, and takes the identities out of what they were
   * asked by. Nobody else may be adding a part meanwhile: lock the erasure before.
   */
  completeIfDone(erasureId: string, nowIso: string): void {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'erasure-complete',
      text: `update erasure e set completed_at = $3
              where e.workspace_id = $1 and e.id = $2 and e.completed_at is null
                and e.parts * $4 = (select count(*) from erasure_part p where p.workspace_id = $1 and p.erasure_id = $2)`,
      values: [workspaceId, erasureId, nowIso, erasingServices.length],
    });
    for (const [table, about] of [
      ['outbox', `(payload ->> 'erasureId')::uuid`],
      ['event_log', 'about'],
    ]) {
      this.#tx.send({
        name: `erase-request-${table}`,
        text: `update ${table} set payload = payload || '{"identities": []}'
                where workspace_id = $1 and topic = 'customer.erasure-requested' and ${about} = $2::uuid
                  and exists (select from erasure where workspace_id = $1 and id = $2 and completed_at is not null)`,
        values: [workspaceId, erasureId],
      });
    }
  }

  /** Locks an erasure by its own id; false when there is none. */
  async lockById(erasureId: string): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'erasure-lock-by-id',
      text: 'select from erasure where workspace_id = $1 and id = $2 for update',
      values: [this.#tx.workspaceId, erasureId],
    });
    return rowCount === 1;
  }
}
