import type { Tx } from '@smart-tickets/kit/postgres';

/** The workspace's own people, within one transaction of it. */
export class PeopleStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The agent who has a mail address, in lower case; null when none has. */
  async agentOf(address: string): Promise<string | null> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'people-agent',
      text: 'select agent_id as id from agent_address where workspace_id = $1 and address = $2',
      values: [this.#tx.workspaceId, address],
    });
    return rows[0]?.id ?? null;
  }

  /** Whether there is a team of this id. */
  async hasTeam(id: string): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'people-team',
      text: 'select from known_team where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, id],
    });
    return rowCount === 1;
  }

  /**
   * Whether somebody speaks in a conversation as its customer: one of our answers went to their address, or one of the mails
   * came from there.
   * @param answerIds messages of ours
   * @param line the name of the sender's line
   */
  async isCustomerIn(
    answerIds: readonly string[],
    mailKeys: readonly string[],
    address: string,
    line: string,
  ): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'people-customer',
      text: `
        select from delivery d, jsonb_array_elements(d.recipients) as r
         where d.workspace_id = $1 and d.id = any($2) and lower(r ->> 'address') = $4
        union all
        select from channel c
          join mail_seen s on s.workspace_id = $1 and s.channel_id = c.id and s.key = any($3)
          join inbound_message m on m.workspace_id = $1 and m.id = s.message_id and m.sender = $5
         where c.workspace_id = $1
         limit 1`,
      values: [this.#tx.workspaceId, answerIds, mailKeys, address, line],
    });
    return rowCount !== 0;
  }
}
