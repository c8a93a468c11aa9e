import type { JobEnvelope, WorkspaceChanged } from '@smart-tickets/contracts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { followWorkspace as follow } from '../persistence/workspace-setting.ts';
import type { Deps } from './deps.ts';

/** Takes over what the intake goes by of a workspace's settings. Safe to repeat, and in any order: the latest change counts. */
export async function followWorkspace(deps: Deps, job: JobEnvelope<WorkspaceChanged>): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, (tx) => {
    follow(tx, job.payload, job.pos);
    return Promise.resolve(ok(undefined));
  });
}
