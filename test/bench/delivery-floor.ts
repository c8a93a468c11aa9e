import { newId } from '@smart-tickets/kit/ids';
import { migrate } from '@smart-tickets/kit/migrate';
import pg from 'pg';
import { migrations } from '../../services/channel-ingest/src/persistence/migrations/index.ts';
import { carriers, claimSize } from './carrying.ts';
import { makeFloorDatabase } from './floor-database.ts';
import { secondsOf } from './statistics.ts';

/**
 * Answers per second when nothing but Postgres is at work: `count` rows are claimed and then, one by one, marked as sent, by
 * prepared statements that are their own transactions, into a database of its own under the same constraints and
 * indexes. The owner writes: no row-level security.
 */
export async function deliveryFloor(neighbourUrl: string, count: number): Promise<number> {
  const url = await makeFloorDatabase(neighbourUrl, 'bench_delivery_floor');
  await migrate(url, migrations);
  const pool = new pg.Pool({ connectionString: url, max: carriers });
  try {
    const [workspaceId, channelId] = [newId(), newId()];
    await pool.query(`insert into channel (workspace_id, id, kind, name) values ($1, $2, 'EMAIL', 'Floor')`, [
      workspaceId,
      channelId,
    ]);
    await pool.query(
      `with added as (
         insert into delivery (workspace_id, id, channel_id, ticket_id, pos, status, recipients, claimable_at,
                               created_at, changed_at, size_bytes)
         select $1, gen_random_uuid(), $2, gen_random_uuid(), n, 'QUEUED', $4, now(), now(), now(), 700
           from generate_series(1, $3::int) as n returning workspace_id, id)
       insert into delivery_content (workspace_id, id, content)
       select workspace_id, id, jsonb_build_object('text', repeat('It is on its way. ', 30)) from added`,
      [workspaceId, channelId, count, recipientsJson('QUEUED')],
    );
    await pool.query('analyze delivery');
    const seconds = await secondsOf(carriers, carriers, () => carry(pool, workspaceId, channelId));
    const { rows } = await pool.query(`select from delivery where status <> 'SENT'`);
    if (rows.length > 0) throw new Error(`the floor has left ${rows.length} answers lying`);
    return count / seconds;
  } finally {
    await pool.end();
  }
}

async function carry(pool: pg.Pool, workspaceId: string, channelId: string): Promise<void> {
  for (;;) {
    const { rows } = await pool.query<{ id: string; content: unknown }>({
      name: 'floor-claim',
      text: `with due as (
               select id from delivery
                where workspace_id = $1 and channel_id = $2 and claimable_at <= now() and status in ('QUEUED', 'CLAIMED')
                order by claimable_at, pos limit $3 for update skip locked),
             claimed as (
               update delivery d set status = 'CLAIMED', attempts = attempts + 1,
                                     claimable_at = now() + interval '600 s', changed_at = now()
                 from due where d.workspace_id = $1 and d.id = due.id returning d.id)
             select id, content from claimed join delivery_content using (id) where workspace_id = $1`,
      values: [workspaceId, channelId, claimSize],
    });
    if (rows.length === 0) return;
    for (const { id } of rows) {
      await pool.query({
        name: 'floor-sent',
        text: `update delivery set status = 'SENT', recipients = $3, sent_at = now(), changed_at = now(),
                                   claimable_at = null
                where workspace_id = $1 and id = $2`,
        values: [workspaceId, id, recipientsJson('SENT')],
      });
    }
  }
}

function recipientsJson(status: string): string {
  return JSON.stringify([{ address: 'customer@bench.example', status, error: null }]);
}
