import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok, type Result } from '@smart-tickets/kit/result';
import {
  withSettings,
  type Workspace,
  type WorkspaceFault,
  type WorkspaceUpdate,
} from '../domain/workspace.ts';
import { WorkspaceStore } from '../persistence/workspace-store.ts';
import type { Caller, Deps } from './deps.ts';

/** Changes settings of the workspace, and tells of it by an event. What changes nothing writes nothing. */
export async function updateWorkspace(
  deps: Deps,
  caller: Caller,
  input: WorkspaceUpdate,
): Promise<Result<Workspace, WorkspaceFault>> {
  const result = await inWorkspace<Workspace, WorkspaceFault>(deps.pool, caller.workspaceId, async (tx) => {
    const workspaces = new WorkspaceStore(tx);
    const workspace = await workspaces.lock();
    if (workspace === null) throw new Error(`workspace ${caller.workspaceId} is not known here`);
    const changed = withSettings(workspace, input);
    if (!changed.ok || JSON.stringify(changed.value) === JSON.stringify(workspace)) return changed;
    workspaces.save(changed.value);
    const { id: _id, ...payload } = changed.value;
    const cause = { requestId: caller.requestId, eventId: null, depth: 0 };
    appendEvents(tx, [{ id: deps.newId(), topic: 'workspace.changed', payload, cause }]);
    return ok(changed.value);
  });
  deps.eventsWritten();
  return result;
}
