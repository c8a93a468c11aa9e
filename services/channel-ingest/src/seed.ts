import type pg from 'pg';
import { z } from 'zod';

const seedSchema = z.object({
  workspace: z.object({ id: z.uuid(), timeZone: z.string().default('UTC') }),
  channels: z.array(
    z.object({
      id: z.uuid(),
      kind: z.string(),
      name: z.string(),
      address: z.string().nullable(),
      teamId: z.uuid().nullable(),
      tokenGeneration: z.int(),
    }),
  ),
});

/** Puts the first workspace's channels into the database; once is as good as often. */
export async function seedChannels(systemPool: pg.Pool, seed: unknown): Promise<void> {
  const { workspace, channels } = seedSchema.parse(seed);
  await systemPool.query(
    `insert into channel (workspace_id, id, kind, name, address, team_id, token_generation)
     select $1, c.id, c.kind, c.name, c.address, c."teamId", c."tokenGeneration"
       from jsonb_to_recordset($2::jsonb)
            as c(id uuid, kind text, name text, address text, "teamId" uuid, "tokenGeneration" integer)
     on conflict do nothing`,
    [workspace.id, JSON.stringify(channels)],
  );
  // Whatever the workspace says of itself counts more.
  await systemPool.query(
    `insert into workspace_setting (workspace_id, time_zone, pos)
     select $1, name, 0 from pg_timezone_names where lower(name) = lower($2) limit 1
     on conflict do nothing`,
    [workspace.id, workspace.timeZone],
  );
}
