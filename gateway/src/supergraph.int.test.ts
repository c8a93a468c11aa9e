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
