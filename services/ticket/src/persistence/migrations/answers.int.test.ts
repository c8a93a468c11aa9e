import { expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { migrate } from '@smart-tickets/kit/migrate';
import { createTestDatabase } from '@smart-tickets/testing/databases';
import pg from 'pg';
import { migrations } from './index.ts';

test('whom earlier messages were addressed to has a part in their tickets, but no mailbox of ours has', async () => {
  const database = await createTestDatabase(migrations.slice(0, 2));
  const client = new pg.Client({ connectionString: database.url });
  await client.connect();
  const [workspaceId, ticketId] = [newId(), newId()];
  await client.query(
    `insert into ticket (workspace_id, id, number, subject, status, priority, channel, tags, created_at, updated_at, version,
                         message_count, entry_count)
     values ($1, $2, 1, '', 'OPEN', 'NORMAL', 'EMAIL', '{}', now(), now(), 1, 3, 3)`,
    [workspaceId, ticketId],
  );
  const messages: [string, string[], string[]][] = [
    ['INBOUND', ['Support@example.com'], []],
    ['INBOUND', ['support@example.com', 'Kim@example.org'], ['lee@example.org']],
    ['OUTBOUND', ['ada@example.org'], ['support@example.com']],
  ];
  for (const [index, [direction, to, cc]] of messages.entries()) {
    await client.query(
      `insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, direction, channel, text,
                                   to_addresses, cc_addresses)
       values ($1, $2, $3, $4, 'MESSAGE', now(), 'CUSTOMER', $5, 'EMAIL', '', $6, $7)`,
      [workspaceId, newId(), ticketId, index + 1, direction, to, cc],
    );
  }

  await migrate(database.url, migrations);

  const { rows } = await client.query<{ party: string }>('select party from ticket_party order by party');
  await client.end();
  await database.drop();
  expect(rows.map(({ party }) => party)).toEqual([
    'EMAIL:ada@example.org',
    'EMAIL:kim@example.org',
    'EMAIL:lee@example.org',
  ]);
});
