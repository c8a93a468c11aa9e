import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { defaultJournalPath, digestOf, Journal } from './journal.ts';

let folder: string;
let path: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-mail-'));
  path = join(folder, 'deep', 'state.jsonl');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const mail = { path: 'a.eml', offset: 0, digest: digestOf(Buffer.from('a')) };
const entry = { index: 0, ...mail, id: 'id-1', duplicate: false };

describe('the journal of an import', () => {
  test('knows after a second start what was acknowledged', () => {
    new Journal(path, false).add(entry);

    const journal = new Journal(path, false);

    expect([journal.size, journal.find(mail)]).toEqual([1, entry]);
  });

  test('does not take another mail at the same place for the one it knows', () => {
    const journal = new Journal(path, false);
    journal.add(entry);

    expect(journal.find({ ...mail, digest: digestOf(Buffer.from('b')) })).toBeUndefined();
    expect(journal.find({ ...mail, offset: 9 })).toBeUndefined();
  });

  test('passes over a torn last line and begins a new one after it', () => {
    new Journal(path, false).add(entry);
    appendFileSync(path, '{"index":1,"pa');

    new Journal(path, false).add({ ...entry, index: 2, path: 'c.eml' });

    expect(new Journal(path, false).size).toBe(2);
    expect(readFileSync(path, 'utf8').split('\n')).toHaveLength(4);
  });

  test('begins anew when told to', () => {
    new Journal(path, false).add(entry);

    expect(new Journal(path, true).size).toBe(0);
    expect(new Journal(path, false).size).toBe(0);
  });

  test('lies in one place for each source and gateway', () => {
    const paths = [
      defaultJournalPath('.data', '/a', 'http://x'),
      defaultJournalPath('.data', '/a', 'http://x'),
      defaultJournalPath('.data', '/b', 'http://x'),
      defaultJournalPath('.data', '/a', 'http://y'),
    ];

    expect(new Set(paths).size).toBe(3);
    expect(paths[0]).toMatch(/^\.data.import-[0-9a-f]{16}\.jsonl$/);
  });
});
