import type { Tx } from '@smart-tickets/kit/postgres';

/** Those of these messages that are on no ticket. */
export async function unknownMessages(tx: Tx, messageIds: readonly string[]): Promise<string[]> {
  const { rows } = await tx.query<{ id: string }>({
    name: 'messages-unknown',
    text: `select wanted.id from unnest($2::uuid[]) as wanted(id)
             left join lateral (select true as there from timeline_entry e
                                 where e.workspace_id = $1 and e.id = wanted.id offset 0) as e on true
            where e.there is null`,
    values: [tx.workspaceId, messageIds],
  });
  return rows.map(({ id }) => id);
}
