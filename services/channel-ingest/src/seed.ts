import type pg from 'pg';
import { z } from 'zod';
import { comparableAddress } from './domain/mail-address.ts';

const seedSchema = z.object({
  workspace: z.object({ id: z.uuid(), timeZone: z.string().default('UTC') }),
  teams: z.array(z.object({ id: z.uuid() })).default([]),
  agents: z.array(z.object({ id: z.uuid(), email: z.string().min(1) })).default([]),
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

/**
 * Puts the first workspace's channels into the database, with what the intake knows of its people; once is as good as often.
 */
export async function seedChannels(systemPool: pg.Pool, seed: unknown): Promise<void> {
  const { workspace, teams, agents, channels } = seedSchema.parse(seed);
  await seedPeople(systemPool, workspace.id, teams, agents);
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

async function seedPeople(
  systemPool: pg.Pool,
  workspaceId: string,
  teams: readonly { readonly id: string }[],
  agents: readonly { readonly id: string; readonly email: string }[],
): Promise<void> {
  await systemPool.query(
    `insert into known_team (workspace_id, id)
     select $1, t.id from jsonb_to_recordset($2::jsonb) as t(id uuid) on conflict do nothing`,
    [workspaceId, JSON.stringify(teams)],
  );
  const addresses = agents.map(({ id, email }) => ({ id, address: comparableAddress(email.trim()) }));
  await systemPool.query(
    `insert into agent_address (workspace_id, address, agent_id)
     select $1, a.address, a.id from jsonb_to_recordset($2::jsonb) as a(id uuid, address text) on conflict do nothing`,
    [workspaceId, JSON.stringify(addresses)],
  );
}
