import { isId } from '@smart-tickets/kit/ids';
import type { Tx } from '@smart-tickets/kit/postgres';

/** Agents within one transaction of one workspace; routing owns them, here only their ids are known. */
export class AgentStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Those of some ids that are agents of this workspace. */
  async known(ids: readonly string[]): Promise<ReadonlySet<string>> {
    if (ids.length === 0) return new Set();
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'agents-known',
      text: `select id from assignable where workspace_id = $1 and kind = 'AGENT' and id = any($2)`,
      values: [this.#tx.workspaceId, ids.filter(isId)],
    });
    return new Set(rows.map(({ id }) => id));
  }
}
