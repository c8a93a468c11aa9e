import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { connectionSettings } from './postgres.ts';
import { Pipeline, type QueryResult, type Statement } from './pipeline.ts';

let database: TestDatabase;
let client: pg.Client;
beforeAll(async () => {
  database = await createTestDatabase([]);
  client = new pg.Client({ ...connectionSettings(database.url, null, 'pipelines'), pipeline: true });
  await client.connect();
  await client.query('create table number (n integer primary key, word text)');
});
beforeEach(() => client.query('truncate number'));
afterAll(async () => {
  await client.end();
  await database.drop();
});

/** Sends the statements as one and gives what became of each. */
function run(...statements: Statement[]): Promise<PromiseSettledResult<QueryResult<unknown>>[]> {
  const pipeline = new Pipeline();
  const outcomes = statements.map((statement) => pipeline.add(statement));
  client.query(pipeline);
  return Promise.allSettled(outcomes);
}

const rowsOf = (outcomes: PromiseSettledResult<QueryResult<unknown>>[]) =>
  outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value.rows : String(outcome.reason)));

const insert = (n: number, name?: string): Statement => ({
  ...(name === undefined ? {} : { name }),
  text: 'insert into number values ($1, $2)',
  values: [n, `number ${n}`],
});
const all = { text: 'select * from number order by n' };

test('gives each statement its own rows, types and count', async () => {
  const outcomes = await run(
    insert(1),
    { text: `insert into number select n, null from generate_series(2, 4) n returning n` },
    {
      text: `select $1::jsonb as json, $2::text[] as list, $3::bytea as bytes, 12::int8 as big, $4::text as none`,
      values: [{ a: [1] }, ['x', 'y "z"'], Buffer.from([0, 255]), null],
    },
    { text: 'set local statement_timeout = 1000' },
    { name: 'count', text: 'select count(*) as count from number' },
  );

  expect(rowsOf(outcomes)).toEqual([
    [],
    [{ n: 2 }, { n: 3 }, { n: 4 }],
    [{ json: { a: [1] }, list: ['x', 'y "z"'], bytes: Buffer.from([0, 255]), big: 12, none: null }],
    [],
    [{ count: 4 }],
  ]);
  expect(outcomes.map((outcome) => outcome.status === 'fulfilled' && outcome.value.rowCount)).toEqual([
    1,
    3,
    1,
    null,
    1,
  ]);
});

test('is all or nothing: those behind the first fault are not run, and fail with its reason', async () => {
  const outcomes = await run(insert(1), insert(2), insert(1), insert(3));

  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'fulfilled', 'rejected', 'rejected']);
  expect(rowsOf(outcomes)[3]).toMatch(/number_pkey/);
  expect(rowsOf(await run(all))).toEqual([[]]);
});

test('runs prepared statements again, each time with its values, and prepares them once', async () => {
  const parse = jest.spyOn((client as unknown as { connection: pg.Connection }).connection, 'parse');

  for (let n = 1; n <= 3; n += 1) await run(insert(n, 'insert'), { name: 'all', ...all });

  expect(rowsOf(await run({ name: 'all', ...all }))).toEqual([
    [1, 2, 3].map((n) => ({ n, word: `number ${n}` })),
  ]);
  expect(parse).toHaveBeenCalledTimes(2);
  parse.mockRestore();
});

test.each([
  ['whose values it refuses', { name: 'half', text: 'select 1 / $1::integer as half', values: [0] }],
  ['that it cannot parse', { name: 'nonsense', text: 'selec 1' }],
])(
  'knows after a fault whether a statement %s is prepared, and those behind it are not',
  async (_what, bad) => {
    const behind = { name: `behind ${bad.name}`, text: 'select 2 as two' };

    for (let tries = 0; tries < 3; tries += 1) {
      const outcomes = await run(bad, behind);
      expect(outcomes.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
      expect(rowsOf(outcomes)[1]).not.toMatch(/does not exist|already exists/);
    }

    expect(
      rowsOf(await run({ name: 'half', text: 'select 1 / $1::integer as half', values: [1] }, behind)),
    ).toEqual([[{ half: 1 }], [{ two: 2 }]]);
  },
);

test('plans a statement anew whose columns have changed', async () => {
  const outdated = { name: 'outdated', text: 'select * from number' };
  await run(insert(1), outdated);
  await client.query('alter table number add column extra text');

  const [refused] = rowsOf(await run(outdated));
  const [given] = rowsOf(await run(outdated));

  expect(refused).toMatch(/cached plan must not change result type/);
  expect(given).toEqual([{ n: 1, word: 'number 1', extra: null }]);
  await client.query('alter table number drop column extra');
});

test('refuses two statements of one name, and goes on', async () => {
  const outcomes = await run({ name: 'one', text: 'select 1 as n' }, { name: 'one', text: 'select 2 as n' });

  expect(rowsOf(outcomes)).toEqual([expect.stringMatching(/name one/), expect.stringMatching(/name one/)]);
  expect(rowsOf(await run({ name: 'one', text: 'select 1 as n' }))).toEqual([[{ n: 1 }]]);
});

test('shares its connection with statements that go through the driver', async () => {
  const outcomes = await Promise.all([
    run(insert(1), insert(2)),
    client.query<{ n: number }>('select n from number order by n'),
    run(insert(3), all),
  ]);

  expect(outcomes[1].rows).toEqual([{ n: 1 }, { n: 2 }]);
  expect(rowsOf(outcomes[2])[1]).toHaveLength(3);
});

test('fails whole when the connection is lost', async () => {
  const own = new pg.Client({ ...connectionSettings(database.url, null, 'lost'), pipeline: true });
  own.on('error', () => undefined);
  await own.connect();
  const pipeline = new Pipeline();
  const outcomes = [
    pipeline.add(insert(1)),
    pipeline.add({ text: 'select pg_terminate_backend(pg_backend_pid())' }),
    pipeline.add(insert(2)),
  ];

  own.query(pipeline);

  const settled = await Promise.allSettled(outcomes);
  expect(settled.slice(1).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(rowsOf(await run(all))).toEqual([[]]);
  await own.end().catch(() => undefined);
});
