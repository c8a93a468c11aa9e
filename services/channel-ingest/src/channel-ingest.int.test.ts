import type { JobEnvelope } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { mail as mailOf, type MailParts } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type pg from 'pg';
import { channelSchema } from './persistence/channel.schema.ts';
import { readInbound, takeStalled } from './persistence/inbound-queries.ts';
import { readLedger } from './persistence/ledger.ts';
import { migrations } from './persistence/migrations/index.ts';
import { seedChannels } from './seed.ts';
import { AnswerIds } from './use-cases/answer-ids.ts';
import type { Connector, Deps } from './use-cases/deps.ts';
import { ingestEmail, maxMailBytes } from './use-cases/ingest-email.ts';
import { ingestMessage, type MessageInput } from './use-cases/ingest-message.ts';
import { processInbound } from './use-cases/process-inbound.ts';
import { restartInbound, retryInbound } from './use-cases/retry-inbound.ts';
import { buryInbound, settleInbound } from './use-cases/settle-inbound.ts';

const workspaceId = newId();
const channelId = newId();
const connector: Connector = { workspaceId, channelId, generation: 1, requestId: 'test-request' };
const log = createLogger('test', 'silent');
let database: TestDatabase;
let systemPool: pg.Pool;
let deps: Deps;
let folder: string;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  const pool = createPool(database.url, appRole, 'test', 10, log);
  systemPool = createPool(database.url, systemRole, 'test', 2, log);
  const channel = {
    kind: 'EMAIL',
    name: 'Mail',
    address: 'support@example.com',
    teamId: newId(),
    tokenGeneration: 1,
  };
  await seedChannels(systemPool, {
    workspace: { id: workspaceId },
    channels: [{ id: channelId, ...channel }],
  });
  folder = mkdtempSync(join(tmpdir(), 'intake-files-'));
  deps = {
    pool,
    systemPool,
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    links: new FileLinks('a key of at least thirty-two characters', undefined),
    answerIds: new AnswerIds('a key of at least thirty-two characters'),
    channelTokens: new ChannelTokens('a key of at least thirty-two characters'),
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

// Each of another sender: those of one sender wait for one another.
const mail = (parts: MailParts): Buffer => mailOf({ from: `${newId()}@example.org`, ...parts });

const base64 = (raw: Buffer): { raw: string; receivedAt: null } => ({
  raw: raw.toString('base64'),
  receivedAt: null,
});

const chat = (parts: Partial<MessageInput> = {}): MessageInput => ({
  externalId: newId(),
  threadId: null,
  from: { email: `${newId()}@example.org` },
  subject: null,
  text: 'Hello',
  html: null,
  attachmentIds: [],
  sentAt: null,
  ...parts,
});

function job<P>(payload: P): JobEnvelope<P> {
  const cause = { requestId: 'r', eventId: null, depth: 0 };
  return { id: newId(), workspaceId, pos: 1, cause, at: new Date().toISOString(), payload };
}

async function handIn(raw: Buffer): Promise<string> {
  const result = await ingestEmail(deps, connector, base64(raw));
  if (!result.ok) throw new Error(result.error.code);
  return result.value.message.id;
}

async function statusOf(id: string): Promise<{ status: string; reason: string | null; attempts: number }> {
  const [message] = await readInbound(deps.pool, workspaceId, [id]);
  if (message === undefined) throw new Error('not there');
  return { status: message.status, reason: message.reason, attempts: message.attempts };
}

async function eventsOf(id: string): Promise<string[]> {
  const { rows } = await systemPool.query<{ topic: string }>(
    `select topic from outbox where workspace_id = $1 and payload->>'messageId' = $2 order by id`,
    [workspaceId, id],
  );
  return rows.map(({ topic }) => topic);
}

describe('handing a mail in', () => {
  test('fault 21: a hundred times at once keeps it once, and answers everyone with the same', async () => {
    const raw = mail({ messageId: 'hundred@example.org' });

    const results = await Promise.all(
      Array.from({ length: 100 }, () => ingestEmail(deps, connector, base64(raw))),
    );

    const ids = new Set(results.map((result) => (result.ok ? result.value.message.id : result.error.code)));
    expect(ids.size).toBe(1);
    expect(results.filter((result) => result.ok && !result.value.duplicate)).toHaveLength(1);
    expect(await eventsOf([...ids][0] ?? '')).toEqual(['inbound.received']);
  });

  test('keeps the bytes as they came', async () => {
    const raw = Buffer.concat([mail({ messageId: 'bytes@example.org' }), Buffer.from([0, 255, 13, 10, 128])]);

    const id = await handIn(raw);

    const { rows } = await systemPool.query<{ raw: Buffer }>(
      'select raw from inbound_raw where workspace_id = $1 and id = $2',
      [workspaceId, id],
    );
    expect(rows[0]?.raw.equals(raw)).toBe(true);
  });

  test('takes base64 with line breaks and without padding', async () => {
    const raw = mail({ messageId: 'lines@example.org' });
    const text = raw
      .toString('base64')
      .replaceAll(/(.{76})/g, '$1\r\n')
      .replace(/=+$/, '');

    const result = await ingestEmail(deps, connector, { raw: text, receivedAt: null });

    expect(result).toMatchObject({ ok: true, value: { message: { sizeBytes: raw.length } } });
  });

  test.each([
    ['what is no base64', '{"not": "base64"}', 'INVALID'],
    ['what is cut off', 'QUJD'.repeat(10) + 'Q', 'INVALID'],
    ['nothing', '', 'INVALID'],
  ])('refuses %s', async (_name, raw, code) => {
    expect(await ingestEmail(deps, connector, { raw, receivedAt: null })).toMatchObject({
      ok: false,
      error: { code },
    });
  });

  test('takes a mail of the largest size', async () => {
    const raw = Buffer.alloc(maxMailBytes, 65);
    raw.write('From: a@example.org\r\nMessage-ID: <large@x>\r\n\r\n');

    expect(await ingestEmail(deps, connector, base64(raw))).toMatchObject({ ok: true });
  });

  test.each([
    ['an unknown channel', { channelId: newId() }, 'NOT_FOUND'],
    ['a token that was replaced', { generation: 0 }, 'FORBIDDEN'],
    ['another workspace', { workspaceId: newId() }, 'NOT_FOUND'],
  ])('refuses %s and keeps nothing', async (_name, other, code) => {
    const result = await ingestEmail(
      deps,
      { ...connector, ...other },
      base64(mail({ messageId: `${newId()}@x` })),
    );

    expect(result).toMatchObject({ ok: false, error: { code } });
  });
});

describe('handing a message in', () => {
  test.each([
    ['no external id', { externalId: ' \u0000' }, 'INVALID'],
    ['no content', { text: ' ', html: null }, 'INVALID'],
    ['nobody', { from: { name: 'x' } }, 'INVALID'],
    ['an address that is none', { from: { email: 'nobody' } }, 'INVALID'],
    ['a long external id', { externalId: 'x'.repeat(513) }, 'LIMIT_EXCEEDED'],
    ['a long text', { text: 'x'.repeat(1_000_001) }, 'LIMIT_EXCEEDED'],
  ])('refuses %s', async (_name, parts, code) => {
    expect(await ingestMessage(deps, connector, chat(parts))).toMatchObject({ ok: false, error: { code } });
  });

  test('gives the first result again whatever else is said under its external id', async () => {
    const input = chat();

    const first = await ingestMessage(deps, connector, input);
    const again = await ingestMessage(deps, connector, { ...input, text: 'Other words' });

    expect(first).toMatchObject({ ok: true, value: { duplicate: false } });
    expect(again).toMatchObject({
      ok: true,
      value: { duplicate: true, message: { id: first.ok ? first.value.message.id : '' } },
    });
  });
});

describe('processing', () => {
  test('a job delivered twice sends the message on once', async () => {
    const id = await handIn(mail({ messageId: 'twice@example.org' }));
    const delivered = job({ messageId: id });

    await Promise.all([processInbound(deps, delivered), processInbound(deps, delivered)]);

    expect(await eventsOf(id)).toEqual(['inbound.received', 'inbound.normalised']);
  });

  test('a held message can be tried again and is held again for the same reason', async () => {
    const id = await handIn(Buffer.from('no mail'));
    await processInbound(deps, job({ messageId: id }));
    const held = await statusOf(id);

    const retried = await retryInbound(deps, { workspaceId, requestId: 'r' }, id);
    const waiting = await statusOf(id);
    await processInbound(deps, job({ messageId: id }));

    expect(held).toMatchObject({ status: 'HELD', reason: expect.stringContaining('no mail') });
    expect(retried.ok).toBe(true);
    expect(waiting.status).toBe('RECEIVED');
    expect(await statusOf(id)).toEqual({ ...held, attempts: 2 });
  });

  test('fault 24: mail of the workspace itself that comes back is held with the reason, whichever mailbox wrote it', async () => {
    await seedChannels(systemPool, {
      workspace: { id: workspaceId },
      channels: [
        {
          id: newId(),
          kind: 'EMAIL',
          name: 'Sales',
          address: 'Sales@example.com',
          teamId: null,
          tokenGeneration: 1,
        },
      ],
    });
    const id = await handIn(mail({ from: 'sales@example.com', messageId: 'own@example.com' }));

    await processInbound(deps, job({ messageId: id }));

    expect(await statusOf(id)).toEqual({
      status: 'HELD',
      reason: 'Our own mail came back. From sales@example.com, an address of our own.',
      attempts: 1,
    });
    expect(await eventsOf(id)).toEqual(['inbound.received']);
  });

  test('fault 16: a mail of 100,000 parts is held with the reason, and its bytes are kept', async () => {
    const parts = '--b\r\n\r\nx\r\n'.repeat(100_000);
    const raw = Buffer.from(
      `From: a@b.c\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`,
    );
    const id = await handIn(raw);

    await processInbound(deps, job({ messageId: id }));

    expect(await statusOf(id)).toMatchObject({
      status: 'HELD',
      reason: 'The mail has more than 1,000 parts.',
    });
  });

  test('fault 14: what fails for good is a dead letter that can be sent on its way again', async () => {
    const id = await handIn(mail({ messageId: 'dead@example.org' }));
    await buryInbound(deps, job({ messageId: id }), 'it broke');
    const dead = await statusOf(id);

    await retryInbound(deps, { workspaceId, requestId: 'r' }, id);
    await processInbound(deps, job({ messageId: id }));

    expect(dead).toEqual({ status: 'DEAD_LETTER', reason: 'it broke', attempts: 1 });
    expect(await eventsOf(id)).toEqual(['inbound.received', 'inbound.received', 'inbound.normalised']);
  });

  test('a message on its ticket stays there, whatever comes later', async () => {
    const id = await handIn(mail({ messageId: 'stays@example.org' }));
    const settled = {
      messageId: id,
      outcome: 'ON_TICKET' as const,
      ticketId: newId(),
      reason: 'NEW_CONVERSATION',
    };
    await settleInbound(deps, job(settled));

    await settleInbound(
      deps,
      job({ ...settled, outcome: 'DEAD_LETTER' as const, ticketId: null, reason: 'late' }),
    );
    await processInbound(deps, job({ messageId: id }));
    const retried = await retryInbound(deps, { workspaceId, requestId: 'r' }, id);

    expect(await statusOf(id)).toMatchObject({ status: 'ON_TICKET', reason: 'NEW_CONVERSATION' });
    expect(retried.ok).toBe(false);
  });

  test('an answer waits for the question that came with it, and goes on when that is settled', async () => {
    const question = await handIn(mail({ messageId: 'question@example.org' }));
    const answer = await handIn(mail({ messageId: 'answer@example.org', inReplyTo: 'question@example.org' }));
    const stranger = await handIn(
      mail({ messageId: 'stranger@example.org', inReplyTo: 'unknown@example.org' }),
    );

    for (const id of [answer, stranger, question]) await processInbound(deps, job({ messageId: id }));
    const before = await eventsOf(answer);
    await settleInbound(
      deps,
      job({ messageId: question, outcome: 'ON_TICKET', ticketId: newId(), reason: null }),
    );
    const resumed = await eventsOf(answer);
    await processInbound(deps, job({ messageId: answer }));

    expect(await eventsOf(stranger)).toEqual(['inbound.received', 'inbound.normalised']);
    expect(before).toEqual(['inbound.received']);
    expect(resumed).toEqual(['inbound.received', 'inbound.received']);
    expect(await eventsOf(answer)).toEqual([...resumed, 'inbound.normalised']);
  });

  test('an answer waits no longer than ten minutes, and two that answer each other do not wait for ever', async () => {
    const ids = await Promise.all([
      handIn(mail({ messageId: 'ring1@example.org', inReplyTo: 'ring2@example.org' })),
      handIn(mail({ messageId: 'ring2@example.org', inReplyTo: 'ring1@example.org' })),
    ]);
    for (const id of ids) await processInbound(deps, job({ messageId: id }));
    const waiting = await Promise.all(ids.map(eventsOf));

    const later = { ...deps, now: () => new Date(Date.now() + 600_000) };
    for (const id of ids) await processInbound(later, job({ messageId: id }));

    expect(waiting).toEqual([['inbound.received'], ['inbound.received']]);
    for (const id of ids) expect(await eventsOf(id)).toEqual(['inbound.received', 'inbound.normalised']);
  });

  test('fault 6: a message whose job was lost is found and started again, by one finder', async () => {
    const id = await handIn(mail({ messageId: 'lost@example.org' }));
    await systemPool.query(
      `update inbound_message set last_attempt_at = now() - interval '1 hour' where workspace_id = $1 and id = $2`,
      [workspaceId, id],
    );

    const found = (
      await Promise.all([takeStalled(systemPool, 15, 100), takeStalled(systemPool, 15, 100)])
    ).flat();
    for (const { messageId } of found) await restartInbound(deps, workspaceId, messageId);

    expect(found).toEqual([{ workspaceId, messageId: id }]);
    expect(await eventsOf(id)).toEqual(['inbound.received', 'inbound.received']);
  });

  test('the ledger adds up', async () => {
    const { counts } = await readLedger(deps.pool, workspaceId, channelId);
    const { rows } = await systemPool.query<{ received: number }>(
      'select count(*) as received from inbound_key',
    );

    expect(Object.values(counts).reduce((sum, count) => sum + count, 0)).toBe(rows[0]?.received);
  });
});

test('the migrated channel table is what its entity schema says', async () => {
  const { rows } = await systemPool.query<{ name: string; nullable: boolean }>(
    `select column_name as name, is_nullable = 'YES' as nullable from information_schema.columns
      where table_schema = 'public' and table_name = 'channel' order by 1`,
  );
  const declared = Object.entries(channelSchema.options.columns)
    .map(([field, column]) => ({ name: column?.name ?? field, nullable: column?.nullable ?? false }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));

  expect(rows).toEqual(declared);
});
