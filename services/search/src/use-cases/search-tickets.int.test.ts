import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeCursor } from '@smart-tickets/kit/cursor';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, inWorkspace, systemRole } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import type pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { limitTime } from '../persistence/search-statements.ts';
import { tidyIndex } from './keep-house.ts';
import { AppliedEvents } from './await-event.ts';
import { projectTicket } from './project-ticket.ts';
import { searchTickets, type SearchRequest } from './search-tickets.ts';

const log = createLogger('test', 'silent');
const names = new Map<string, string>();
let database: TestDatabase;
let pool: pg.Pool;
let systemPool: pg.Pool;
let applied: AppliedEvents;
const ours = newId();
const theirs = newId();
const many = newId();

interface Sample {
  name: string;
  subject: string;
  text: string;
  language?: string | null;
}
const samples: readonly Sample[] = [
  {
    name: 'refund',
    subject: 'Refund please',
    text: 'I paid by credit card and want my refunds now.',
    language: 'en',
  },
  {
    name: 'credit',
    subject: 'A card',
    text: 'The credit note and the card were lost. newsletters',
    language: 'en',
  },
  { name: 'news', subject: 'Refunding the newsletter', text: 'I never ordered it', language: 'en' },
  {
    name: 'bill',
    subject: 'Rechnung fehlt',
    text: 'Für unsere Bücher fehlen die Rechnungen. Grüße, Jörg Müller',
    language: 'de',
  },
  { name: 'german', subject: 'Kündigung', text: 'Ich kündige hiermit. Straße 5', language: 'de' },
  { name: 'chinese', subject: '退款', text: '我的退款申请被拒绝了，请帮忙。', language: 'zh' },
  { name: 'japanese', subject: 'カード払い', text: '返金をお願いします', language: null },
  { name: 'thai', subject: 'ขอเงินคืน', text: 'สินค้าเสียหาย', language: 'th' },
  {
    name: 'order',
    subject: 'Order RE-2024-001',
    text: 'Write to max.power@example.org about 1042.',
    language: null,
  },
  {
    name: 'html',
    subject: '<script>alert("x")</script> zephyrine & co',
    text: '<b>zephyrine</b> \u0001 here',
    language: 'en',
  },
];

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  pool = createPool(database.url, appRole, 'test', 12, log);
  systemPool = createPool(database.url, systemRole, 'test-system', 2, log);
  applied = new AppliedEvents(pool);
  for (const [index, { name, subject, text, language = null }] of samples.entries()) {
    const id = newId();
    names.set(id, name);
    const updatedAt = `2026-11-22T15:00:0${index}.000Z`;
    await projectTicket(
      pool,
      sampleJob(ours, {
        ticket: { id, number: 1041 + index, subject, language, updatedAt, createdAt: updatedAt },
        text,
        pos: index + 1,
      }),
    );
  }
  await projectTicket(
    pool,
    sampleJob(theirs, { ticket: { subject: 'refund 退款 zephyrine', number: 1042 }, text: 'refund' }),
  );
  // Instants in groups of five, so that pages also end between equal ones.
  await Promise.all(
    Array.from({ length: 57 }, (_, index) => {
      const updatedAt = new Date(Date.UTC(2026, 0, 1, 0, Math.floor(index / 5))).toISOString();
      return projectTicket(
        pool,
        sampleJob(many, {
          ticket: { number: index + 1, updatedAt, createdAt: updatedAt, subject: 'common' },
          text: `word `.repeat(1 + (index % 4)),
          pos: index + 1,
        }),
      );
    }),
  );
});
afterAll(async () => {
  await pool.end();
  await systemPool.end();
  await database.drop();
});

const plain: SearchRequest = { query: '', sort: 'RELEVANCE', first: 25, after: null, asOf: null };

async function find(query: string, over: Partial<SearchRequest> = {}, workspaceId = ours) {
  const found = await searchTickets({ pool, applied }, workspaceId, { ...plain, query, ...over });
  if (!found.ok) throw new Error(found.error.code);
  return found.value;
}

async function namesOf(query: string, over: Partial<SearchRequest> = {}): Promise<(string | undefined)[]> {
  return (await find(query, over)).hits.map(({ ticketId }) => names.get(ticketId));
}

async function faultOf(over: Partial<SearchRequest>): Promise<string | undefined> {
  const found = await searchTickets({ pool, applied }, ours, { ...plain, ...over });
  return found.ok ? undefined : found.error.code;
}

describe('finds', () => {
  test.each([
    ['refund card', ['refund']],
    ['card REFUND', ['refund']],
    ['"credit card"', ['refund']],
    ['"card credit"', []],
    ['credit card', ['credit', 'refund']],
    ['refunded', ['news', 'refund']],
    ['refund -newsletter', ['refund']],
    ['credit -newsletters', ['refund']],
    ['refund -"credit card"', ['news']],
    ['Rechnung OR zephyrine', ['bill', 'html']],
    ['the zephyrine', ['html']],
    ['Buch', ['bill']],
    ['Müller', ['bill']],
    ['muller', ['bill']],
    ['MU\u0308LLER', ['bill']],
    ['strasse', ['german']],
    ['kündigen', ['german']],
    ['退款', ['chinese']],
    ['申请被拒', ['chinese']],
    ['款退', []],
    ['退', ['chinese']],
    ['"我的退款申请"', ['chinese']],
    ['返金', ['japanese']],
    ['เงินคืน', ['thai']],
    ['RE-2024-001', ['order']],
    ['2024', ['order']],
    ['max.power@example.org', ['order']],
    ['power', ['order']],
    ['1041', ['refund']],
    ['nowhere', []],
    ['?!', []],
    ['re\u0000fund\u0007 card', []],
    ["'); drop table search_doc; --", []],
    ["refund & | ! ( ) <-> :* '", ['news', 'refund']],
  ])('by %j: %j', async (query, expected) => {
    expect(new Set(await namesOf(query))).toEqual(new Set(expected));
  });

  test('the ticket of the number first, then those that mention it', async () => {
    for (const query of ['#1042', '1042'])
      for (const sort of ['RELEVANCE', 'UPDATED_DESC', 'CREATED_DESC'] as const)
        expect(await namesOf(query, { sort })).toEqual(['credit', 'order']);
    expect(await find('1042')).toMatchObject({ total: 2, totalExact: true });
  });

  test('the rest after the ticket of the number on the next page', async () => {
    const page = await find('#1042', { first: 1 });
    const next = await find('#1042', { first: 1, after: page.hits[0]?.cursor ?? null });

    expect(
      [page, next].map(({ hasNextPage, hits }) => [names.get(hits[0]?.ticketId ?? ''), hasNextPage]),
    ).toEqual([
      ['credit', true],
      ['order', false],
    ]);
  });

  test('all tickets, newest first, by the empty query', async () => {
    const expected = samples.map(({ name }) => name).toReversed();

    for (const sort of ['RELEVANCE', 'UPDATED_DESC', 'CREATED_DESC'] as const)
      expect(await namesOf(' ', { sort })).toEqual(expected);
  });

  test('a word in the subject before the same word in a message', async () => {
    expect(await namesOf('newsletter')).toEqual(['news', 'credit']);
  });
});

describe('marks', () => {
  async function marksOf(query: string) {
    return (await find(query)).hits[0]?.highlights;
  }

  test('the found words in escaped text', async () => {
    expect(await marksOf('zephyrine')).toEqual([
      {
        field: 'subject',
        html: '&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; <mark>zephyrine</mark> &amp; co',
      },
      { field: 'body', html: 'b&gt;<mark>zephyrine</mark>&lt;/b&gt; here' },
    ]);
  });

  test('inflections', async () => {
    expect(await marksOf('refunding card')).toEqual([
      { field: 'subject', html: '<mark>Refund</mark> please' },
      {
        field: 'body',
        html: 'I paid by credit <mark>card</mark> and want my <mark>refunds</mark> now',
      },
    ]);
  });

  test('words of scripts without blanks, addresses and order numbers', async () => {
    expect(await marksOf('退款')).toEqual([
      { field: 'subject', html: '<mark>退款</mark>' },
      { field: 'body', html: '我的<mark>退款</mark>申请被拒绝了 ， 请帮忙 。' },
    ]);
    expect(await marksOf('re-2024-001 Max.Power@example.org')).toEqual([
      { field: 'subject', html: 'Order <mark>RE-2024-001</mark>' },
      { field: 'body', html: 'Write to <mark>max.power@example.org</mark> about 1042.' },
    ]);
  });

  test('nothing where everything was asked for', async () => {
    expect(await marksOf('')).toEqual([]);
  });
});

describe('pages', () => {
  test.each([
    ['', 'UPDATED_DESC', 7],
    ['', 'RELEVANCE', 10],
    ['common', 'UPDATED_DESC', 7],
    ['common', 'CREATED_DESC', 1],
    ['word', 'RELEVANCE', 7],
    ['common', 'RELEVANCE', 100],
    ['7', 'UPDATED_DESC', 1],
  ] as const)('of %j by %s, %i each, have no gap and no repeat', async (query, sort, first) => {
    const whole = await find(query, { sort, first: 100 }, many);
    const seen: string[] = [];
    let after: string | null = null;
    for (;;) {
      const page = await find(query, { sort, first, after }, many);
      expect(page.hasPreviousPage).toBe(after !== null);
      expect(page.total).toBe(whole.hits.length);
      seen.push(...page.hits.map(({ ticketId }) => ticketId));
      after = page.hits.at(-1)?.cursor ?? null;
      if (!page.hasNextPage) break;
    }

    expect(seen).toEqual(whole.hits.map(({ ticketId }) => ticketId));
    expect(new Set(seen).size).toBe(whole.total);
  });

  test('have 1 to 100 hits', async () => {
    expect(await Promise.all([0, 1, 100, 101].map((first) => faultOf({ first })))).toEqual([
      'BAD_PAGE_SIZE',
      undefined,
      undefined,
      'BAD_PAGE_SIZE',
    ]);
  });

  test('go on only after a cursor of the same order', async () => {
    const cursor = (await find('', { sort: 'CREATED_DESC' })).hits[0]?.cursor ?? '';
    const bad = [
      'x',
      '',
      encodeCursor('tickets', ['CREATED_DESC', '2026-11-22T15:00:00.000Z', newId()]),
      encodeCursor('search', ['CREATED_DESC', 'yesterday', newId()]),
      encodeCursor('search', ['CREATED_DESC', '2026-99-99T15:00:00.000Z', newId()]),
      encodeCursor('search', ['CREATED_DESC', '2026-11-22T15:00:00.000Z', 'no id']),
      encodeCursor('search', ['CREATED_DESC', 1, newId()]),
      encodeCursor('search', ['CREATED_DESC', null, null]),
    ];

    expect(await faultOf({ sort: 'CREATED_DESC', after: cursor })).toBeUndefined();
    expect(await faultOf({ sort: 'UPDATED_DESC', after: cursor })).toBe('BAD_CURSOR');
    for (const after of bad) expect(await faultOf({ sort: 'CREATED_DESC', after })).toBe('BAD_CURSOR');
  });

  test.each([
    '0000-01-01T00:00:00.000Z',
    '2026-02-30T15:00:00.000Z',
    '2026-11-22T24:00:00.000Z',
    '+010000-01-01T00:00:00.000Z',
    '2026-11-22T15:00:00.000+00:00',
  ])('go on after no such instant as %s', async (key) => {
    const after = encodeCursor('search', ['UPDATED_DESC', key, newId()]);

    expect(await faultOf({ sort: 'UPDATED_DESC', after })).toBe('BAD_CURSOR');
  });

  test.each(['0001-01-01T00:00:00.000Z', '9999-12-31T23:59:59.999Z'])('go on after %s', async (key) => {
    const after = encodeCursor('search', ['UPDATED_DESC', key, newId()]);

    expect(await faultOf({ sort: 'UPDATED_DESC', after })).toBeUndefined();
  });

  test('by relevance go on after a score only', async () => {
    const infinite = Buffer.from(`[1,"search","RELEVANCE",1e999,"${newId()}"]`).toString('base64url');
    for (const after of [
      infinite,
      encodeCursor('search', ['RELEVANCE', '2026-11-22T15:00:00.000Z', newId()]),
    ])
      expect(await faultOf({ query: 'refund', after })).toBe('BAD_CURSOR');
  });
});

test('another workspace sees nothing of ours', async () => {
  const stranger = newId();
  for (const query of ['', 'refund', '退', '#1041', '-nowhere'])
    expect(await find(query, {}, stranger)).toMatchObject({ hits: [], total: 0 });
  const found = await find('zephyrine OR refund', {}, theirs);

  expect(found.hits).toHaveLength(1);
  expect(names.has(found.hits[0]?.ticketId ?? '')).toBe(false);
});

describe('asOf', () => {
  const cursor = (pos: number): string => encodeCursor('ticket-event', [pos]);

  test('waits until the index has the event', async () => {
    const workspaceId = newId();
    const id = newId();
    const searching = find('', { asOf: cursor(7) }, workspaceId);
    await projectTicket(pool, sampleJob(workspaceId, { ticket: { id }, pos: 7 }));

    expect((await searching).hits.map(({ ticketId }) => ticketId)).toEqual([id]);
  });

  test('gives up after its limit', async () => {
    expect(await applied.until(newId(), 7, 60)).toBe(false);
    expect((await find('', { asOf: cursor(7_000) })).total).toBe(samples.length);
  });

  test('must be the cursor of a ticket event', async () => {
    for (const asOf of [
      '',
      'x',
      encodeCursor('search', [1]),
      encodeCursor('ticket-event', ['1']),
      cursor(1.5),
      cursor(-1),
    ])
      expect(await faultOf({ asOf })).toBe('BAD_AS_OF');
  });
});

test('still finds everything after the index was tidied', async () => {
  await tidyIndex(systemPool);

  expect(await namesOf('zephyrine')).toEqual(['html']);
});

test('each statement of a search has what the ones before it left of the time', async () => {
  const left = await inWorkspace<number, never>(pool, ours, async (tx) => {
    tx.send(limitTime(2_000));
    await tx.query({ text: 'select pg_sleep(0.1)' });
    tx.send(limitTime(2_000));
    const { rows } = await tx.query<{ ms: number }>({
      text: `select setting::int as ms from pg_settings where name = 'statement_timeout'`,
    });
    return ok(rows[0]?.ms ?? 0);
  });

  expect(left.ok && left.value).toBeGreaterThan(0);
  expect(left.ok && left.value).toBeLessThanOrEqual(1_900);
});

test('a search that takes too long says so', async () => {
  const client = await systemPool.connect();
  try {
    await client.query('begin');
    // Holds every reader up, as a query without end would.
    await client.query('reset role');
    await client.query('lock table search_doc in access exclusive mode');

    for (const query of ['refund', '1042']) expect(await faultOf({ query })).toBe('TOO_SLOW');
  } finally {
    await client.query('rollback');
    client.release(true);
  }
});
