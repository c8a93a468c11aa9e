import type { Tx } from '@smart-tickets/kit/postgres';

/**
 * Forgets keys older than the sweep's retention in days, `$1`, at most `$2` of them. The promise is a day; a later repeat
 * does nothing twice either.
 */
export const trimIdempotency = `delete from idempotency where (workspace_id, actor_id, key) in (
  select workspace_id, actor_id, key from idempotency where created_at < now() - make_interval(days => $1) limit $2)`;

/** Outcome of claiming a key: ours now, the same request as before, or the key of another request. */
export type Claim =
  | { readonly state: 'NEW' }
  | { readonly state: 'REPEAT'; readonly resultId: string }
  | { readonly state: 'OTHER_INPUT' };

/** Idempotency keys within one transaction. A key that is claimed at the same time elsewhere makes this one wait. */
export class IdempotencyStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  async claim(actorId: string, key: string, requestHash: string, resultId: string): Promise<Claim> {
    const claimed = await this.#tx.query({
      name: 'idempotency-claim',
      text: `insert into idempotency (workspace_id, actor_id, key, request_hash, result_id) values ($1, $2, $3, $4, $5)
             on conflict do nothing`,
      values: [this.#tx.workspaceId, actorId, key, requestHash, resultId],
    });
    if (claimed.rowCount === 1) return { state: 'NEW' };
    const { rows } = await this.#tx.query<{ requestHash: string; resultId: string }>({
      name: 'idempotency-read',
      text: `select request_hash as "requestHash", result_id as "resultId" from idempotency
              where workspace_id = $1 and actor_id = $2 and key = $3`,
      values: [this.#tx.workspaceId, actorId, key],
    });
    const first = rows[0];
    if (first === undefined) throw new Error('an idempotency key vanished while it was claimed');
    return first.requestHash === requestHash
      ? { state: 'REPEAT', resultId: first.resultId }
      : { state: 'OTHER_INPUT' };
  }
}
