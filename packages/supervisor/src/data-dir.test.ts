import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emptyDataDir, openDataDir, readOrMake } from './data-dir.ts';

let parent = '';
let dataDir = '';

beforeEach(() => {
  parent = mkdtempSync(path.join(tmpdir(), 'smart-tickets-data-'));
  dataDir = path.join(parent, 'deep', 'data');
});

afterEach(() => {
  rmSync(parent, { recursive: true });
});

test('is made when there is none and recognised the next time, whatever is in it by then', () => {
  openDataDir(dataDir);
  writeFileSync(path.join(dataDir, 'something'), '');

  openDataDir(dataDir);

  expect(readdirSync(dataDir).sort()).toEqual(['smart-tickets-data', 'something']);
});

test('is taken when an import into another system has left its notes there', () => {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, 'import-0a1b2c3d.jsonl'), '');

  openDataDir(dataDir);

  expect(readdirSync(dataDir).sort()).toEqual(['import-0a1b2c3d.jsonl', 'smart-tickets-data']);
});

test('is refused when it holds other people’s files, which stay as they are', () => {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(path.join(dataDir, 'thesis.tex'), 'years');

  expect(() => openDataDir(dataDir)).toThrow('holds files that are not of Smart Tickets');

  expect(readdirSync(dataDir)).toEqual(['thesis.tex']);
});

test('is emptied of everything but the lock and its mark', async () => {
  openDataDir(dataDir);
  mkdirSync(path.join(dataDir, 'postgres'));
  for (const name of ['secrets.json', 'supervisor.lock']) writeFileSync(path.join(dataDir, name), '{}');

  await emptyDataDir(dataDir);

  expect(readdirSync(dataDir).sort()).toEqual(['smart-tickets-data', 'supervisor.lock']);
});

test('a note that names any other place deletes nothing there', async () => {
  openDataDir(dataDir);
  const precious = path.join(parent, 'precious');
  mkdirSync(precious);
  writeFileSync(path.join(dataDir, 'postgres-place'), precious);

  await emptyDataDir(dataDir);

  expect(readdirSync(parent).sort()).toEqual(['deep', 'precious']);
});

test('a file is made once and read from then on', async () => {
  openDataDir(dataDir);
  const file = path.join(dataDir, 'number.json');

  expect(await readOrMake(file, 0o600, () => 1)).toBe(1);
  expect(await readOrMake(file, 0o600, () => 2)).toBe(1);
  expect(readFileSync(file, 'utf8')).toBe('1\n');
});
