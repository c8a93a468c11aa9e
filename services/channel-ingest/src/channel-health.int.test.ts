import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool } from '@smart-tickets/kit/postgres';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import { readHealth } from './persistence/channel-health.ts';
import { followWorkspace } from './use-cases/follow-workspace.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { buryInbound } from './use-cases/settle-inbound.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

describe('how a channel does', () => {
  const health = `health { lastReceivedAt lastDeliveredAt receivedToday failedToday pendingDeliveries deadLetters }`;

  test('is told of today and of what waits, channel by channel', async () => {
    const { mailboxId, salesId } = desk.ours;
    const connector = desk.ours.connector();
    const ids: string[] = [];
    for (const nth of [1, 2, 3]) {
      const raw = mail({ messageId: newId(), from: `${nth}@example.org` }).toString('base64');
      const receivedAt = nth === 1 ? '2020-01-01T00:00:00.000Z' : null;
      const result = await ingestEmail(desk.deps, connector, { raw, receivedAt });
      if (result.ok) ids.push(result.value.message.id);
    }
    await buryInbound(desk.deps, desk.job({ messageId: ids[2] ?? '' }), 'broken');
    await desk.carry();
    await desk.carry();

    const { channels } = await desk.data<{ channels: { id: string; health: object }[] }>(
      `{ channels { id ${health} } }`,
    );

    const of = (id: string): unknown => channels.find((channel) => channel.id === id)?.health;
    expect(of(mailboxId)).toEqual({
      lastReceivedAt: expect.stringContaining('T'),
      lastDeliveredAt: null,
      receivedToday: 2,
      failedToday: 1,
      pendingDeliveries: 2,
      deadLetters: 1,
    });
    expect(of(salesId)).toEqual({
      lastReceivedAt: null,
      lastDeliveredAt: null,
      receivedToday: 0,
      failedToday: 0,
      pendingDeliveries: 0,
      deadLetters: 0,
    });
  });

  test('counts the day of the workspace’s time zone, whatever order its changes come in', async () => {
    const { workspaceId, chatId } = desk.theirs;
    const hoursAgo = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();
    const hour = new Date().getUTCHours();
    // Where it is some hours past noon now, whatever the time is here.
    const offset = (((15 - hour + 36) % 24) - 12) * -1;
    const timeZone = `Etc/GMT${offset < 0 ? offset : `+${offset}`}`;
    for (const [nth, receivedAt] of [hoursAgo(0), hoursAgo(14), hoursAgo(17)].entries()) {
      await desk.system.query(
        `insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes)
         values ($1, $2, $3, $4, 'JSON', 'ON_TICKET', $5, 1)`,
        [workspaceId, newId(), chatId, `old ${nth}`, receivedAt],
      );
    }
    const settings = { name: 'x', closeResolvedAfterDays: 1, retentionDays: 1 };
    const early = desk.job({ ...settings, timeZone: 'Asia/Tokyo' }, desk.theirs);
    await followWorkspace(desk.deps, desk.job({ ...settings, timeZone }, desk.theirs));
    await followWorkspace(desk.deps, early);

    const { channel } = await desk.data<{ channel: { health: { receivedToday: number } } }>(
      `{ channel(id: "${chatId}") { ${health} } }`,
      {},
      { workspaceId },
    );

    expect(channel.health.receivedToday).toBe(2);
  });

  test('is read by indexes alone, however many messages there are', async () => {
    const workspaceId = newId();
    const channelId = newId();
    await desk.system.query(
      `insert into channel (workspace_id, id, kind, name) values ($1, $2, 'API', 'x')`,
      [workspaceId, channelId],
    );
    await desk.system.query(
      `insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes)
       select $1, gen_random_uuid(), $2, n::text, 'JSON', 'ON_TICKET', now() - interval '2 days', 1
         from generate_series(1, 20000) n`,
      [workspaceId, channelId],
    );

    const pool = createPool(desk.database.url, appRole, 'test', 1, createLogger('test', 'silent'));
    const before = await rowsRead();
    const [told] = await readHealth(pool, workspaceId, [channelId], new Date());
    await pool.query('select pg_stat_force_next_flush()');
    await pool.end();

    expect(told?.lastReceivedAt).not.toBeNull();
    const read = (await rowsRead()) - before;
    expect(read).toBeGreaterThan(0);
    expect(read).toBeLessThan(1_000);
  });

  async function rowsRead(): Promise<number> {
    const { rows } = await desk.system.query<{ many: number }>(
      `select seq_tup_read + idx_tup_fetch
              + (select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'inbound_message')::bigint as many
         from pg_stat_user_tables where relname = 'inbound_message'`,
    );
    return rows[0]?.many ?? 0;
  }
});
