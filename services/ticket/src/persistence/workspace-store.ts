import type { Tx } from '@smart-tickets/kit/postgres';
import type { Workspace } from '../domain/workspace.ts';

/** The workspace itself, within one transaction of it. */
export class WorkspaceStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The workspace, locked until the end of the transaction; null when the service does not know it. */
  async lock(): Promise<Workspace | null> {
    const { rows } = await this.#tx.query<Workspace>({
      name: 'workspace-lock',
      text: `select workspace_id as id, name, time_zone as "timeZone",
                    close_resolved_after_days as "closeResolvedAfterDays", retention_days as "retentionDays"
               from workspace where workspace_id = $1 for update`,
      values: [this.#tx.workspaceId],
    });
    return rows[0] ?? null;
  }

  /** Writes the settings of the locked workspace. */
  save(workspace: Workspace): void {
    this.#tx.send({
      name: 'workspace-save',
      text: `update workspace set name = $2, time_zone = $3, close_resolved_after_days = $4, retention_days = $5
              where workspace_id = $1`,
      values: [
        this.#tx.workspaceId,
        workspace.name,
        workspace.timeZone,
        workspace.closeResolvedAfterDays,
        workspace.retentionDays,
      ],
    });
  }
}
