import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { projectTicket } from './project-ticket.ts';

const log = createLogger('test', 'silent');
let database: TestDatabase;
let pool: pg.Pool;
let systemPool: pg.Pool;
let workspaceId: string;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  pool = createPool(database.url, appRole, 'test', 12, log);
  systemPool = createPool(database.url, systemRole, 'test-system', 2, log);
});
afterAll(async () => {
  await pool.end();
  await systemPool.end();
  await database.drop();
});
beforeEach(() => {
  workspaceId = newId();
});

async function documentOf(ticketId: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await systemPool.query<Record<string, unknown>>(
    'select * from search_doc where workspace_id = $1 and ticket_id = $2',
    [workspaceId, ticketId],
  );
  return rows[0];
}

/** The life of a ticket in five events, the second and fourth of which bring no message. */
function life(ticketId: string) {
  const at = (minute: number) => ({ id: ticketId, updatedAt: `2026-11-22T15:0${minute}:00.000Z` });
  const createdAt = '2026-11-22T15:00:00.000Z';
  return [
    sampleJob(workspaceId, {
      ticket: { ...at(0), createdAt, subject: 'Old subject' },
      text: 'first words',
      pos: 1,
    }),
    sampleJob(workspaceId, { ticket: { ...at(1), createdAt, version: 2, status: 'OPEN' }, pos: 2 }),
    sampleJob(workspaceId, {
      ticket: { ...at(2), createdAt, version: 3, language: 'en' },
      text: 'second',
      pos: 3,
    }),
    sampleJob(workspaceId, {
      ticket: { ...at(3), createdAt, version: 4, language: 'de', tags: ['vip'] },
      pos: 4,
    }),
    sampleJob(workspaceId, {
      ticket: { ...at(4), createdAt, version: 5, language: 'de', subject: 'New subject', status: 'PENDING' },
      text: 'dritte Nachricht',
      pos: 5,
    }),
  ];
}

function permutations<T>(items: readonly T[]): T[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item, index) =>
    permutations(items.filter((_, other) => other !== index)).map((rest) => [item, ...rest]),
  );
}

describe('a ticket', () => {
  test('is the same document in whatever order its events come', async () => {
    const inOrder = newId();
    const jobs = life(inOrder);
    for (const job of jobs) await projectTicket(pool, job);
    const expected = await documentOf(inOrder);
    expect(expected).toMatchObject({
      subject: 'New subject',
      body: 'dritte Nachricht\nsecond\nfirst words',
      status: 'PENDING',
      version: 5,
      config: 'german',
    });

    const found = await Promise.all(
      permutations([0, 1, 2, 3, 4]).map(async (order) => {
        const ticketId = newId();
        const events = life(ticketId);
        for (const index of order) await projectTicket(pool, events[index]!);
        return { order, document: { ...(await documentOf(ticketId)), ticket_id: inOrder } };
      }),
    );

    const differing = found.filter(({ document }) => !isDeepStrictEqual(document, expected));
    expect(differing).toEqual([]);
  });

  test('is the same document when its events come at once and more than once', async () => {
    const ticketId = newId();
    const jobs = life(ticketId);

    await Promise.all([...jobs, ...jobs.toReversed(), ...jobs].map((job) => projectTicket(pool, job)));

    expect(await documentOf(ticketId)).toMatchObject({
      version: 5,
      body: 'dritte Nachricht\nsecond\nfirst words',
      tags: [],
    });
  });

  test('keeps a message once when two events bring it', async () => {
    const ticketId = newId();
    const messageId = newId();
    for (const version of [1, 2])
      await projectTicket(
        pool,
        sampleJob(workspaceId, { ticket: { id: ticketId, version }, text: 'once', messageId }),
      );

    expect(await documentOf(ticketId)).toMatchObject({ version: 2, body: 'once' });
  });

  test('is found by its newest 50 messages', async () => {
    const ticketId = newId();
    const jobs = Array.from({ length: 60 }, (_, index) =>
      sampleJob(workspaceId, {
        ticket: { id: ticketId, version: index + 1 },
        text: `word${index}`,
        sentAt: new Date(Date.UTC(2026, 0, 1, 0, index)).toISOString(),
      }),
    );

    for (const job of [...jobs.slice(30), ...jobs.slice(0, 30)]) await projectTicket(pool, job);

    const newest = Array.from({ length: 50 }, (_, index) => `word${59 - index}`);
    expect((await documentOf(ticketId))?.['body']).toBe(newest.join('\n'));
  });

  test('without messages is found by its subject', async () => {
    const ticketId = newId();
    await projectTicket(pool, sampleJob(workspaceId, { ticket: { id: ticketId, subject: 'Internal' } }));

    expect(await documentOf(ticketId)).toMatchObject({ subject: 'Internal', body: '' });
  });

  test('is not found by what agents note among themselves', async () => {
    const ticketId = newId();
    const note = {
      type: 'NOTE' as const,
      id: newId(),
      author: { type: 'AGENT' as const, id: newId(), name: null },
      text: 'secret',
      textTruncated: false,
      mentions: [newId()],
    };
    const opened = sampleJob(workspaceId, { ticket: { id: ticketId, subject: 'Internal' } });
    const noted = sampleJob(workspaceId, {
      ticket: { id: ticketId, subject: 'Internal', version: 2 },
      pos: 2,
    });

    for (const { payload, ...job } of [opened, noted]) {
      await projectTicket(pool, { ...job, payload: { ...payload, entry: note } });
    }

    expect(await documentOf(ticketId)).toMatchObject({ version: 2, body: '' });
    const { rows } = await systemPool.query('select from search_message where workspace_id = $1', [
      workspaceId,
    ]);
    expect(rows).toEqual([]);
  });
});

describe('a message that a split has moved', () => {
  const splitOff = () => {
    const [old, made, messageId] = [newId(), newId(), newId()];
    const jobs = [
      sampleJob(workspaceId, { ticket: { id: old, subject: 'Old' }, text: 'stays', pos: 1 }),
      sampleJob(workspaceId, {
        ticket: { id: old, subject: 'Old', version: 2 },
        text: 'moves',
        messageId,
        pos: 2,
      }),
      sampleJob(workspaceId, { ticket: { id: made, subject: 'New' }, text: 'moves', messageId, pos: 3 }),
      sampleJob(workspaceId, { ticket: { id: old, subject: 'Old', version: 3 }, pos: 4 }),
    ] as const;
    return { old, made, jobs };
  };

  test.each([
    ['in order', [0, 1, 2, 3]],
    ['with the split first', [2, 3, 0, 1]],
    ['backwards', [3, 2, 1, 0]],
    ['with the old place last', [0, 2, 3, 1]],
    ['twice', [0, 1, 2, 3, 1, 0, 2]],
  ])('is found on the new ticket alone when the events come %s', async (_how, order) => {
    const { old, made, jobs } = splitOff();

    for (const index of order) await projectTicket(pool, jobs[index]!);

    expect(await documentOf(old)).toMatchObject({ body: 'stays', version: 3 });
    expect(await documentOf(made)).toMatchObject({ body: 'moves', version: 1 });
  });

  test('is found there, too, when the events come at once', async () => {
    for (let round = 0; round < 10; round += 1) {
      const { old, made, jobs } = splitOff();

      await Promise.all(jobs.map((job) => projectTicket(pool, job)));

      expect(await documentOf(old)).toMatchObject({ body: 'stays', version: 3 });
      expect(await documentOf(made)).toMatchObject({ body: 'moves', version: 1 });
    }
  });
});

describe('a text', () => {
  const unlike = Array.from({ length: 50_000 }, (_, n) => n);
  test.each([
    [
      '100,000 Chinese characters',
      unlike
        .map((n) => String.fromCodePoint(0x4e00 + ((n * 7) % 20_000)))
        .join('')
        .repeat(2),
    ],
    ['short words that are all different', unlike.map((n) => n.toString(36)).join(' ')],
    [
      'Cyrillic words that are all different',
      unlike
        .map((n) => String.fromCodePoint(0x430 + (n % 32), 0x430 + ((n >> 5) % 32), 0x430 + ((n >> 10) % 32)))
        .join(' '),
    ],
    ['one endless word', 'x'.repeat(100_000)],
    ['control characters', 'a\u0001b\u001f\u007f\u0085\u2028\ud800c'],
    ['signs only', '!@#$%^&*(){}|:<>?~`\'"\\;'.repeat(1_000)],
  ])('of %s does no harm', async (_what, text) => {
    const ticketId = newId();
    const job = sampleJob(workspaceId, { ticket: { id: ticketId }, text });

    await projectTicket(pool, job);

    expect(await documentOf(ticketId)).toBeDefined();
  });
});

test("leaves another workspace's ticket of the same id alone", async () => {
  const ticketId = newId();
  await projectTicket(pool, sampleJob(workspaceId, { ticket: { id: ticketId, subject: 'ours' } }));
  await projectTicket(pool, sampleJob(newId(), { ticket: { id: ticketId, subject: 'theirs', version: 9 } }));

  expect(await documentOf(ticketId)).toMatchObject({ subject: 'ours', version: 1 });
});

describe('documents of one workspace', () => {
  test.each(['search_language', 'applied_low_water'])('do not wait for a row of %s', async (table) => {
    await projectTicket(pool, sampleJob(workspaceId, { ticket: { number: 16 } }));
    const column = table === 'search_language' ? 'documents' : 'pos';
    const client = await systemPool.connect();
    try {
      await client.query('begin');
      await client.query(`update ${table} set ${column} = ${column} + 0 where workspace_id = $1`, [
        workspaceId,
      ]);

      const projected = await Promise.all(
        [31, 32, 33].map((number) => projectTicket(pool, sampleJob(workspaceId, { ticket: { number } }))),
      );

      expect(projected).toEqual([31, 32, 33].map(() => ({ ok: true, value: undefined })));
    } finally {
      await client.query('rollback');
      client.release();
    }
  });

  test('are counted by language from a sample', async () => {
    for (const number of [15, 16, 17, 32])
      await projectTicket(pool, sampleJob(workspaceId, { ticket: { number, language: 'de' } }));

    const { rows } = await systemPool.query(
      'select config, documents from search_language where workspace_id = $1',
      [workspaceId],
    );
    expect(rows).toEqual([{ config: 'german', documents: 33 }]);
  });
});
