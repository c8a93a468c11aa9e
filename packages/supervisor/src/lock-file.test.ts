import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { lockName, takeLock } from './lock-file.ts';
import { processIdentity } from './process-identity.ts';
import { StartFault } from './start-fault.ts';

const url = 'http://127.0.0.1:4000/graphql';
let directory = '';
let file = '';

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'smart-tickets-lock-'));
  file = path.join(directory, lockName);
});

afterEach(() => {
  rmSync(directory, { recursive: true });
});

test('a lock keeps others out, with the URL of its holder, until it is released', () => {
  const release = takeLock(directory, url);

  expect(() => takeLock(directory, 'http://127.0.0.1:4001/graphql')).toThrow(StartFault);
  expect(() => takeLock(directory, 'http://127.0.0.1:4001/graphql')).toThrow(
    `already running on ${directory} (pid ${process.pid}): ${url}`,
  );

  release();
  takeLock(directory, url)();
  expect(readdirSync(directory)).toEqual([]);
});

test.each([
  ['of a process that has ended', { pid: 2 ** 22 + 1, identity: '1', url }],
  ['whose id another process has by now', { pid: process.pid, identity: 'started at another time', url }],
])('a lock %s is taken over', (_, lock) => {
  writeFileSync(file, JSON.stringify(lock));

  takeLock(directory, url);

  expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
    pid: process.pid,
    identity: processIdentity(process.pid),
    url,
  });
  expect(readdirSync(directory)).toEqual([lockName]);
});

test.each(['', '{"pid":'])('a damaged lock (%j) is taken over', (content) => {
  writeFileSync(file, content);

  takeLock(directory, url);

  expect(readFileSync(file, 'utf8')).toContain(`"pid":${process.pid}`);
});

test('releasing leaves a lock alone that has become another process’s', () => {
  const release = takeLock(directory, url);
  writeFileSync(file, JSON.stringify({ pid: 1, identity: processIdentity(1), url }));

  release();

  expect(existsSync(file)).toBe(true);
});
