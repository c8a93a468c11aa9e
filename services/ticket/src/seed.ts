import type pg from 'pg';
import { z } from 'zod';

const seedSchema = z.object({
  workspace: z.object({ id: z.uuid(), name: z.string(), timeZone: z.string() }),
  teams: z.array(z.object({ id: z.uuid() })),
  agents: z.array(z.object({ id: z.uuid(), role: z.string() })),
});

/** Puts the first workspace and what its tickets can be assigned to into the database; once is as good as often. */
export async function seedTickets(systemPool: pg.Pool, seed: unknown): Promise<void> {
  const { workspace, teams, agents } = seedSchema.parse(seed);
  await systemPool.query(
    `insert into workspace (workspace_id, name, time_zone) values ($1, $2, $3) on conflict do nothing`,
    [workspace.id, workspace.name, workspace.timeZone],
  );
  const assignable = [
    ...teams.map(({ id }) => ({ kind: 'TEAM', id })),
    ...agents.filter(({ role }) => role !== 'VIEWER').map(({ id }) => ({ kind: 'AGENT', id })),
  ];
  await systemPool.query(
    `insert into assignable (workspace_id, kind, id)
     select $1, a.kind, a.id from jsonb_to_recordset($2::jsonb) as a(kind text, id uuid) on conflict do nothing`,
    [workspace.id, JSON.stringify(assignable)],
  );
}
