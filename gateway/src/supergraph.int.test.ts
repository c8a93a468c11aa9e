import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { pino } from 'pino';
import { startHarness, type Harness } from './testing/harness.ts';

let harness: Harness | undefined;
afterEach(() => harness?.close());

test('puts a changed supergraph to work and keeps the old one when the new one is broken', async () => {
  const lines: string[] = [];
  const log = pino({ level: 'error' }, { write: (line: string) => lines.push(line) });
  const running = await startHarness(() => ({ log }));
  harness = running;
  const file = running.graph.supergraphFile;
  const old = readFileSync(file, 'utf8');
  const replace = (text: string): void => {
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
  };
  const answers = async (query: string): Promise<boolean> =>
    (await running.ask(query)).body.errors === undefined;

  replace(old.replaceAll('warehouses', 'depots'));
  await eventually(async () => !(await answers('{ warehouses }')));

  for (const broken of ['type Query { broken', old.replaceAll('name: "stock"', 'name: "elsewhere"')]) {
    lines.length = 0;
    replace(broken);
    await eventually(() => lines.some((line) => line.includes('the old one stays')));
    expect(await answers('{ book(id: "1") { title inStock } }')).toBe(true);
  }

  replace(old);
  await eventually(() => answers('{ warehouses }'));
});

test('no request fails and no subscription ends while supergraphs replace each other, and what is new is there', async () => {
  let full = '';
  let lean = '';
  const running = await startHarness(({ supergraphFile }) => {
    full = readFileSync(supergraphFile, 'utf8');
    lean = full.replace(/^ +inStock: .*\n/m, '');
    writeFileSync(supergraphFile, lean);
    return {};
  });
  harness = running;
  const file = running.graph.supergraphFile;
  const newField = '{ book(id: "1") { title inStock } }';
  const stockOf = async (): Promise<unknown> => (await running.ask(newField)).body.data?.['book'];
  expect(lean).not.toBe(full);
  expect((await running.ask(newField)).status).toBe(400);
  const client = running.client();
  const told: unknown[] = [];
  const ended: unknown[] = [];
  const end = (error?: unknown): void => {
    ended.push(error ?? 'complete');
  };
  client.subscribe(
    { query: 'subscription { bookEvents { cursor book { reviews(first: 1) { text } } } }' },
    {
      next: ({ data }) => told.push(data),
      error: end,
      complete: end,
    },
  );
  await eventually(() => running.graph.subscriptions.open === 1);
  const release = running.graph.holdReviews('held');
  const inFlight = running.ask('{ book(id: "held") { title reviews(first: 1) { stars } } }');
  await eventually(() => running.graph.lookups.reviews === 1);
  const load = { over: false };
  const answers: unknown[] = [];
  const askOn = async (worker: number): Promise<void> => {
    while (!load.over) {
      const id = `${worker}-${answers.length}`;
      const { status, body } = await running.ask(
        `{ book(id: "${id}") { title reviews(first: 1) { stars } } }`,
      );
      answers.push({ status, body, title: `Book ${id}` });
    }
  };
  const workers = Array.from({ length: 4 }, (_, worker) => askOn(worker));
  let events = 0;
  const emit = (): void => {
    events += 1;
    running.graph.emit({ cursor: `c${events}`, book: { id: String(events) } });
  };

  for (const text of [full, lean, full, lean, full]) {
    const before = answers.length;
    emit();
    writeFileSync(`${file}.new`, text);
    renameSync(`${file}.new`, file);
    emit();
    await eventually(async () => ((await stockOf()) !== undefined) === (text === full));
    await eventually(() => answers.length > before + 4);
    emit();
  }
  load.over = true;
  await Promise.all(workers);
  release();

  expect(await stockOf()).toEqual({ title: 'Book 1', inStock: 10 });
  expect(answers).toEqual(
    (answers as { title: string }[]).map(({ title }) => ({
      status: 200,
      body: { data: { book: { title, reviews: [{ stars: 1 }] } } },
      title,
    })),
  );
  expect((await inFlight).body).toEqual({ data: { book: { title: 'Book held', reviews: [{ stars: 1 }] } } });
  await eventually(() => told.length === events);
  expect(told).toEqual(
    Array.from({ length: 15 }, (_, nth) => ({
      bookEvents: { cursor: `c${nth + 1}`, book: { reviews: [{ text: `review 0 of ${nth + 1}` }] } },
    })),
  );
  expect(ended).toEqual([]);
  expect(running.graph.subscriptions.started).toBe(1);
  const fresh = client.iterate({ query: 'subscription { bookEvents { book { inStock } } }' });
  const first = fresh.next();
  await eventually(() => running.graph.subscriptions.open === 2);
  emit();
  expect((await first).value).toEqual({ data: { bookEvents: { book: { inStock: 160 } } } });
  await client.dispose();
});

test('does not start on a supergraph with a subgraph that it cannot place', async () => {
  const starting = startHarness((graph) => ({ subgraphUrls: { book: graph.urls['book'] ?? '' } }));

  await expect(starting).rejects.toThrow('SUBGRAPH_URLS does not say where subgraph "review" is');
});

test('says which port is taken', async () => {
  const running = await startHarness();
  harness = running;
  const { port } = running.gateway;

  await expect(startHarness(() => ({ port }))).rejects.toThrow(
    `Port ${port} on 127.0.0.1 is taken by another program; set PORT to a free one.`,
  );
});
