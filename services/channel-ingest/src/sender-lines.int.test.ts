import { watchedPool } from '@smart-tickets/testing/statements';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import type { JobEnvelope } from '@smart-tickets/contracts';
import { AnswerIds } from './use-cases/answer-ids.ts';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { migrations } from './persistence/migrations/index.ts';
import { takeStalled } from './persistence/inbound-queries.ts';
import { seedChannels } from './seed.ts';
import type { Connector, Deps } from './use-cases/deps.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { ingestMessage, ingestMessages, type MessageInput } from './use-cases/ingest-message.ts';
import { eraseItems } from './use-cases/erase-items.ts';
import { processInbound } from './use-cases/process-inbound.ts';
import { retryInbound } from './use-cases/retry-inbound.ts';
import type { Ingested } from './use-cases/store-inbound.ts';
import { buryInbound, settleInbound } from './use-cases/settle-inbound.ts';
import type { Result } from '@smart-tickets/kit/result';

const log = createLogger('test', 'silent');
const key = 'a key of at least thirty-two characters';
let database: TestDatabase;
let systemPool: pg.Pool;
let deps: Deps;
let folder: string;
/** A workspace for each test. */
let workspaceId: string;
let chat: Connector;
let mailbox: Connector;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  folder = mkdtempSync(join(tmpdir(), 'intake-files-'));
  systemPool = createPool(database.url, systemRole, 'test', 2, log);
  deps = {
    pool: createPool(database.url, appRole, 'test', 10, log),
    systemPool,
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    links: new FileLinks(key, undefined),
    answerIds: new AnswerIds(key),
    channelTokens: new ChannelTokens(key),
    ratingLink: () => null,
    log,
    eventsWritten: () => undefined,
    deliveriesChanged: () => undefined,
    now: () => new Date(),
    newId,
  };
});
afterAll(async () => {
  await deps.pool.end();
  await systemPool.end();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(async () => {
  workspaceId = newId();
  const channel = { address: null, teamId: null, tokenGeneration: 1 };
  const [chatId, mailboxId] = [newId(), newId()];
  await seedChannels(systemPool, {
    workspace: { id: workspaceId },
    channels: [
      { ...channel, id: chatId, kind: 'CHAT', name: 'Chat' },
      { ...channel, id: mailboxId, kind: 'EMAIL', name: 'Mail', address: 'support@example.com' },
    ],
  });
  chat = { workspaceId, channelId: chatId, generation: 1, requestId: 'test-request' };
  mailbox = { ...chat, channelId: mailboxId };
});

function message(visitor: string, parts: Partial<MessageInput> = {}): MessageInput {
  return {
    externalId: newId(),
    threadId: null,
    from: { chatVisitorId: visitor },
    subject: null,
    text: 'Hello',
    html: null,
    attachmentIds: [],
    sentAt: null,
    ...parts,
  };
}

function idOf(result: Result<Ingested, { readonly code: string }> | undefined): string {
  if (result?.ok !== true) throw new Error(result?.error.code ?? 'nothing');
  return result.value.message.id;
}
const say = async (visitor: string): Promise<string> =>
  idOf(await ingestMessage(deps, chat, message(visitor)));
const write = async (raw: Buffer): Promise<string> =>
  idOf(await ingestEmail(deps, mailbox, { raw: raw.toString('base64'), receivedAt: null }));

function job<P>(payload: P): JobEnvelope<P> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  return { id: newId(), workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
}

/** The messages whose event to start has been written, as often as it was, in that order. */
async function started(): Promise<string[]> {
  const { rows } = await systemPool.query<{ id: string }>(
    `select payload ->> 'messageId' as id from outbox where workspace_id = $1 and topic = 'inbound.received' order by outbox.id`,
    [workspaceId],
  );
  return rows.map(({ id }) => id);
}

async function finish(id: string): Promise<void> {
  await processInbound(deps, job({ messageId: id }));
  await settleInbound(deps, job({ messageId: id, outcome: 'ON_TICKET', ticketId: newId(), reason: null }));
}

describe('messages of one sender on one channel', () => {
  test('are started one after the other, each when the one before has ended', async () => {
    const ids = [await say('ada'), await say('ada'), await say('ada')];
    const other = await say('bob');

    const steps = [await started()];
    for (const id of ids) {
      await finish(id);
      steps.push(await started());
    }

    const [first = '', second = '', third = ''] = ids;
    expect(steps).toEqual([
      [first, other],
      [first, other, second],
      [first, other, second, third],
      [first, other, second, third],
    ]);
  });

  test('are as many events as messages, however long the line', async () => {
    const ids: string[] = [];
    for (let nth = 0; nth < 20; nth += 1) ids.push(await say('ada'));

    for (const id of ids) await finish(id);

    expect(await started()).toEqual(ids);
  });

  test('a dead letter, a held one and an erased one release the next', async () => {
    const [dead, held] = [await say('ada'), await write(Buffer.from('From: ada@example.org\r\n\r\n'))];
    const [afterDead, afterHeld] = [await say('ada'), await write(mail({ from: 'ada@example.org' }))];
    const erased = await say('bob');
    const afterErased = await say('bob');

    await buryInbound(deps, job({ messageId: dead }), 'broken');
    await systemPool.query(
      `update inbound_raw set raw = 'From: support@example.com\r\n\r\nx' where workspace_id = $1 and id = $2`,
      [workspaceId, held],
    );
    await processInbound(deps, job({ messageId: held }));
    await eraseItems(deps, job(undefined), [erased]);

    expect(await started()).toEqual([dead, held, erased, afterDead, afterHeld, afterErased]);
  });

  test('one that is tried again goes at once, and those that come meanwhile wait for it', async () => {
    const dead = await say('ada');
    await buryInbound(deps, job({ messageId: dead }), 'broken');
    await retryInbound(deps, { workspaceId, requestId: 'r' }, dead);

    const next = await say('ada');

    expect(await started()).toEqual([dead, dead]);
    await finish(dead);
    expect(await started()).toEqual([dead, dead, next]);
  });

  test('one that waits for the mail that it answers holds up nobody, lest that one stand behind it', async () => {
    const from = 'Ada <ada@example.org>';
    const answer = await write(mail({ from, messageId: 'b@example.org', inReplyTo: 'a@example.org' }));
    const question = await write(mail({ from: '"Ada, me" <ADA@example.org>', messageId: 'a@example.org' }));
    const before = await started();

    await processInbound(deps, job({ messageId: answer }));
    const meanwhile = await started();
    await finish(question);

    expect(before).toEqual([answer]);
    expect(meanwhile).toEqual([answer, question]);
    expect(await started()).toEqual([answer, question, answer]);
  });

  test('the sweep leaves those in line alone for an hour, and then has them go on', async () => {
    const [head, next] = [await say('ada'), await say('ada')];
    const stale = async (age: string): Promise<string[]> => {
      await systemPool.query(
        `update inbound_message set stored_at = now() - $2::interval, last_attempt_at = now() - $2::interval
          where workspace_id = $1`,
        [workspaceId, age],
      );
      const found = await takeStalled(systemPool, 15, 100);
      return found.filter((one) => one.workspaceId === workspaceId).map(({ messageId }) => messageId);
    };

    expect(await stale('20 minutes')).toEqual([head]);
    expect((await stale('61 minutes')).sort()).toEqual([head, next].sort());
  });

  test('fault 21, scenario 8: fifty at once of one event are one message and one event', async () => {
    const input = message('ada');

    const results = await Promise.all(Array.from({ length: 50 }, () => ingestMessage(deps, chat, input)));

    expect(new Set(results.map(idOf)).size).toBe(1);
    expect(results.filter((result) => result.ok && !result.value.duplicate)).toHaveLength(1);
    expect(await started()).toHaveLength(1);
  });

  test('ten thousand of one sender cost each the same', async () => {
    const visitor = message('ada');
    for (let batch = 0; batch < 10; batch += 1) {
      await ingestMessages(
        deps,
        chat,
        Array.from({ length: 100 }, () => ({ ...visitor, externalId: newId() })),
      );
    }
    const filling = createPool(database.url, systemRole, 'test', 1, log);
    await filling.query(
      `with more as (
         insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, size_bytes, sender)
         select $1, gen_random_uuid(), $2, 'more ' || n, 'JSON', 'RECEIVED', now(), 1,
                (select sender from inbound_message where workspace_id = $1 limit 1)
           from generate_series(1, 9000) n returning id, turn)
       insert into inbound_waiting (workspace_id, key, message_id)
       select $1, 'turn:' || lag(id) over (order by turn), id from more order by turn offset 1`,
      [workspaceId, chat.channelId],
    );
    await filling.query('select pg_stat_force_next_flush()');
    await filling.end();
    const [head = ''] = await started();
    const pool = createPool(database.url, appRole, 'test', 1, log);
    const before = await rowsRead();

    const last = idOf(await ingestMessage({ ...deps, pool }, chat, visitor));
    await settleInbound(
      { ...deps, pool },
      job({ messageId: head, outcome: 'ON_TICKET', ticketId: newId(), reason: null }),
    );
    await pool.query('select pg_stat_force_next_flush()');
    await pool.end();

    expect(await started()).toHaveLength(2);
    expect(await started()).not.toContain(last);
    expect((await rowsRead()) - before).toBeLessThan(500);
  });

  async function rowsRead(): Promise<number> {
    const { rows } = await systemPool.query<{ many: number }>(
      `select sum(seq_tup_read + idx_tup_fetch)::bigint as many
         from pg_stat_user_tables where relname in ('inbound_message', 'inbound_waiting')`,
    );
    return rows[0]?.many ?? 0;
  }
});

describe('a hundred messages at once', () => {
  test('are taken in their order, each for itself, and stand in line with those before', async () => {
    const before = await say('ada');
    const known = message('cleo');
    const first = idOf(await ingestMessage(deps, chat, known));
    const twice = message('bob');

    const results = await ingestMessages(deps, chat, [
      message('ada'),
      { ...known, text: 'Something else' },
      message('dora', { text: ' ' }),
      twice,
      { ...twice, text: 'Again' },
      message('ada'),
      message('bob'),
      message('emil', { fields: [] }),
    ]);

    const told = results.map((result) =>
      result.ok ? [result.value.message.id, result.value.duplicate] : result.error.code,
    );
    const [ada1, , , bob1, , ada2, bob2] = results.map((result) => (result.ok ? idOf(result) : ''));
    expect(told).toEqual([
      [ada1, false],
      [first, true],
      'INVALID',
      [bob1, false],
      [bob1, true],
      [ada2, false],
      [bob2, false],
      'INVALID',
    ]);
    expect(await started()).toEqual([before, first, bob1]);
    await finish(before);
    await finish(bob1 ?? '');
    expect(await started()).toEqual([before, first, bob1, ada1, bob2]);
  });

  test('are one statement', async () => {
    const sent: string[][] = [];
    const counting: Deps = {
      ...deps,
      pool: watchedPool(deps.pool, {
        sent: (statements) => sent.push(statements.map(({ name, text }) => name ?? text)),
      }),
    };

    await ingestMessages(
      counting,
      chat,
      Array.from({ length: 100 }, (_, nth) => message(`visitor ${nth}`)),
    );

    // Channel, storing, and what frames them.
    expect(sent.flat().filter((name) => !name.startsWith('tx-'))).toHaveLength(2);
    expect(await started()).toHaveLength(100);
  });

  test('handed in twice at the same time are there once', async () => {
    const batch = Array.from({ length: 100 }, (_, nth) => message(`visitor ${nth % 7}`));

    const [one, two] = await Promise.all([
      ingestMessages(deps, chat, batch),
      ingestMessages(deps, chat, batch.toReversed()),
    ]);

    expect(one.map(idOf)).toEqual(two.toReversed().map(idOf));
    const news = [...one, ...two].filter((result) => result.ok && !result.value.duplicate);
    expect(news).toHaveLength(100);
  });

  test('of a channel whose token was replaced are all refused', async () => {
    const results = await ingestMessages(deps, { ...chat, generation: 0 }, [message('a'), message('b')]);

    expect(results.map((result) => (result.ok ? '' : result.error.code))).toEqual(['FORBIDDEN', 'FORBIDDEN']);
    expect(await started()).toEqual([]);
  });
});
