import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';

/** What was erased of a customer, service by service. Instants are ISO 8601. */
export interface Erasure {
  readonly id: string;
  readonly customerId: string;
  readonly requestedAt: string;
  readonly completedAt: string | null;
  readonly parts: {
    readonly service: string;
    readonly erasedAt: string;
    readonly counts: Readonly<Record<string, number>>;
  }[];
}

/** The erasure of a customer, or of the one who stood for them; null when none was asked for. */
export async function readErasure(
  pool: pg.Pool,
  workspaceId: string,
  customerId: string,
): Promise<Erasure | null> {
  const rows = await readInWorkspace<Erasure>(pool, workspaceId, {
    name: 'erasure',
    text: `select e.id, e.customer_id as "customerId", e.requested_at as "requestedAt", e.completed_at as "completedAt",
                  coalesce((
                    select jsonb_agg(jsonb_build_object('service', s.service, 'counts', s.counts,
                             'erasedAt', to_char(s.erased_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
                                     order by s.service)
                      from (select p.service, max(p.erased_at) as erased_at,
                                   (select coalesce(jsonb_object_agg(c.key, c.many), '{}')
                                      from (select v.key, sum(v.value::int) as many
                                              from erasure_part q, jsonb_each_text(q.counts) v
                                             where q.workspace_id = $1 and q.erasure_id = e.id and q.service = p.service
                                             group by v.key) c) as counts
                              from erasure_part p where p.workspace_id = $1 and p.erasure_id = e.id
                             group by p.service) s), '[]') as parts
             from erasure e
            where e.workspace_id = $1
              and e.customer_id = coalesce((select heir_id from customer where workspace_id = $1 and id = $2), $2)`,
    values: [workspaceId, customerId],
  });
  return rows[0] ?? null;
}

/** An erasure that broke off. */
export interface UnfinishedErasure {
  readonly workspaceId: string;
  readonly customerId: string;
  readonly id: string;
  readonly requestedAt: string;
}

/**
 * Erasures that broke off, of all workspaces: asked for some time ago, and not all of their tickets done. The oldest
 * first, at most `limit`; only those behind `after` when it is given.
 */
export async function unfinishedErasures(
  systemPool: pg.Pool,
  limit: number,
  after: UnfinishedErasure | undefined,
): Promise<UnfinishedErasure[]> {
  const { rows } = await systemPool.query<UnfinishedErasure>(
    `select workspace_id as "workspaceId", customer_id as "customerId", id, requested_at as "requestedAt" from erasure
      where parts is null and requested_at < now() - interval '1 minute'
        and ($2::timestamptz is null or (requested_at, id) > ($2, $3::uuid))
      order by requested_at, id limit $1`,
    [limit, after?.requestedAt, after?.id],
  );
  return rows;
}

/** Forgets by what erased customers were known, once nothing can be on its way any more; `$2` bounds it, `$1` is unused. */
export const trimErasedIdentities = `
  delete from erased_identity where (workspace_id, hash) in (
    select workspace_id, hash from erased_identity
     where erased_at < now() - make_interval(days => greatest(30, $1)) limit $2)`;
