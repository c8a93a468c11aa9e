import type pg from 'pg';
import type { Agent, Team } from '../domain/people.ts';

/** Teams, agents, memberships and passwords of one workspace; an agent's place in a team is the order of `agents`. */
export interface SeedRows {
  readonly workspaceId: string;
  readonly teams: readonly Team[];
  readonly agents: readonly (Agent & { readonly teamIds: readonly string[] })[];
  readonly passwords: readonly {
    readonly agent_id: string;
    readonly address: string;
    readonly hash: string;
  }[];
}

/**
 * Writes what is not there yet and leaves the rest as it is; safe to run at every start and in several processes at
 * once. Needs the system role, since it runs before any request says which workspace is meant.
 */
export async function insertSeed(systemPool: pg.Pool, rows: SeedRows): Promise<void> {
  const { workspaceId, teams, agents, passwords } = rows;
  const client = await systemPool.connect();
  try {
    await client.query('begin');
    await client.query(
      `insert into team (workspace_id, id, name)
       select $1, t.id, t.name from jsonb_to_recordset($2::jsonb) as t(id uuid, name text)
       on conflict (workspace_id, id) do nothing`,
      [workspaceId, JSON.stringify(teams)],
    );
    await client.query(
      `insert into agent (workspace_id, id, name, email, role)
       select $1, a.id, a.name, a.email, a.role
         from jsonb_to_recordset($2::jsonb) as a(id uuid, name text, email text, role text)
       on conflict (workspace_id, id) do nothing`,
      [workspaceId, JSON.stringify(agents)],
    );
    await client.query(
      `insert into team_member (workspace_id, team_id, agent_id, position)
       select $1, m.team_id, m.agent_id, m.position
         from jsonb_to_recordset($2::jsonb) as m(team_id uuid, agent_id uuid, position integer)
       on conflict (workspace_id, team_id, agent_id) do nothing`,
      [workspaceId, JSON.stringify(membershipsOf(agents))],
    );
    // A password that was taken away leaves its row, and does not come back by this.
    await client.query(
      `insert into agent_password (workspace_id, agent_id, address, hash, changed_at)
       select $1, p.agent_id, p.address, p.hash, now()
         from jsonb_to_recordset($2::jsonb) as p(agent_id uuid, address text, hash text)
       on conflict do nothing`,
      [workspaceId, JSON.stringify(passwords)],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback').catch(() => undefined);
    throw error;
  } finally {
    client.release();
  }
}

function membershipsOf(
  agents: SeedRows['agents'],
): { team_id: string; agent_id: string; position: number }[] {
  const size = new Map<string, number>();
  return agents.flatMap((agent) =>
    agent.teamIds.map((teamId) => {
      const position = (size.get(teamId) ?? 0) + 1;
      size.set(teamId, position);
      return { team_id: teamId, agent_id: agent.id, position };
    }),
  );
}
