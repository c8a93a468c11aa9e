import type pg from 'pg';
import { z } from 'zod';
import { signInAddress } from '../domain/password.ts';
import { agentRoles } from '../domain/people.ts';
import { insertSeed } from '../persistence/seed-repository.ts';

const seedSchema = z.object({
  workspace: z.object({ id: z.uuid() }),
  teams: z.array(z.object({ id: z.uuid(), name: z.string().min(1) })),
  agents: z.array(
    z.object({
      id: z.uuid(),
      name: z.string().min(1),
      email: z.string().min(1),
      role: z.enum(agentRoles),
      teamIds: z.array(z.uuid()),
      passwordHash: z.string().startsWith('$argon2id$').optional(),
    }),
  ),
});

/**
 * Writes this service's part of the parsed seed file; nothing for null. What is there already stays as it is. Throws
 * when the file is not a seed file.
 */
export async function plantSeed(systemPool: pg.Pool, seed: unknown): Promise<void> {
  if (seed === null) return;
  const { workspace, teams, agents } = seedSchema.parse(seed);
  const passwords = agents.flatMap(({ id, email, passwordHash }) =>
    passwordHash === undefined ? [] : [{ agent_id: id, address: signInAddress(email), hash: passwordHash }],
  );
  await insertSeed(systemPool, { workspaceId: workspace.id, teams, agents, passwords });
}
