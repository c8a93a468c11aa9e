import { afterEach, expect, test } from '@jest/globals';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConnectorJournal } from './connector-journal.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'connector-journal-'));
const file = path.join(folder, 'journal');

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

test('what was noted before a death in the middle of a line is known again, and the next line is whole', () => {
  const first = new ConnectorJournal(file);
  first.begin('a');
  first.begin('b');
  first.sent('b', 'b@provider.example');
  first.begin('c');
  first.sent('c', null);
  first.reported('c');
  first.handIn(12);
  first.close();
  appendFileSync(file, 'sent a');

  const second = new ConnectorJournal(file);
  second.handIn(13);
  second.close();
  const third = new ConnectorJournal(file);
  third.close();

  for (const { begun, externalIds } of [second, third]) {
    expect(Object.fromEntries(begun)).toEqual({ a: 'BEGUN', b: 'SENT', c: 'REPORTED' });
    expect(Object.fromEntries(externalIds)).toEqual({ b: 'b@provider.example' });
  }
  expect(third.handedIn).toBe(13);
});
