import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { InboundStatus } from '../domain/inbound-message.ts';

/** How many messages were received, and how many of them are in each state. */
export interface Ledger {
  /** Counted by the keys, which are written beside the messages and never deleted with them. */
  readonly received: number;
  readonly counts: Record<InboundStatus, number>;
}

/** The ledger of a channel, or of the whole workspace, as of one instant. */
export async function readLedger(
  pool: pg.Pool,
  workspaceId: string,
  channelId: string | null,
): Promise<Ledger> {
  const rows = await readInWorkspace<{ status: InboundStatus | null; count: number }>(pool, workspaceId, {
    name: 'inbound-ledger',
    text: `select m.status, count(*) as count from inbound_message m
            where m.workspace_id = $1 and ($2::uuid is null or m.channel_id = $2) group by m.status
            union all
           select null, count(*) from inbound_key k
            where k.workspace_id = $1 and ($2::uuid is null or k.channel_id = $2)`,
    values: [workspaceId, channelId],
  });
  const counts = { RECEIVED: 0, ON_TICKET: 0, DUPLICATE: 0, HELD: 0, DEAD_LETTER: 0 };
  let received = 0;
  for (const { status, count } of rows) {
    if (status === null) received = count;
    else counts[status] = count;
  }
  return { received, counts };
}

/** How many messages of all workspaces the last rounds of the reconciliation have missed; for the system role. */
export async function countMissing(systemPool: pg.Pool): Promise<number> {
  const { rows } = await systemPool.query<{ missing: number }>(
    'select coalesce(sum(greatest(missing, found)), 0)::int as missing from inbound_audit',
  );
  return rows[0]?.missing ?? 0;
}

/** All workspaces that have channels. */
export async function readWorkspaces(systemPool: pg.Pool): Promise<string[]> {
  const { rows } = await systemPool.query<{ id: string }>('select distinct workspace_id as id from channel');
  return rows.map(({ id }) => id);
}
