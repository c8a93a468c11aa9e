import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { fileURLToPath } from 'node:url';
import { createLogLines } from './log-lines.ts';
import { ManagedProcess } from './managed-process.ts';
import { isAlive } from './process-identity.ts';

const file = fileURLToPath(new URL('./unruly.fixture.ts', import.meta.url));
const started: ManagedProcess[] = [];

afterEach(async () => {
  await Promise.all(started.splice(0).map((managed) => managed.stop(0)));
});

function manage(manner: string): { managed: ManagedProcess; lines: string[] } {
  const lines: string[] = [];
  const managed = new ManagedProcess(
    { name: manner, file, cwd: '/', port: 1, env: { ...process.env, NODE_OPTIONS: '', MANNER: manner } },
    createLogLines('pretty', (line) => lines.push(line)),
    () => undefined,
    { firstMs: 10, mostMs: 40, healthyMs: 30_000 },
  );
  started.push(managed);
  managed.start();
  return { managed, lines };
}

test('a process that was killed is started again', async () => {
  const { managed, lines } = manage('polite');
  await managed.firstReady;
  const first = managed.pid ?? 0;

  process.kill(first, 'SIGKILL');

  await eventually(() => managed.isReady && managed.pid !== first);
  expect(lines).toContain('polite         | warn  ended (SIGKILL); starting again in 10 ms');
});

test('waits double up to their limit while a process does not come up', async () => {
  const { lines } = manage('crash');

  await eventually(() => lines.length >= 5);

  expect(lines.slice(0, 5)).toEqual(
    [10, 20, 40, 40, 40].map((ms) => `crash          | warn  ended (status 7); starting again in ${ms} ms`),
  );
});

test('a stop ends it for good', async () => {
  const { managed } = manage('polite');
  await managed.firstReady;
  const pid = managed.pid ?? 0;

  await managed.stop(10_000);

  expect(isAlive(pid)).toBe(false);
  expect(managed.pid).toBeNull();
});

test('a stop between two starts leaves none to come', async () => {
  const { managed, lines } = manage('crash');
  await eventually(() => lines.length >= 4);
  await eventually(() => managed.pid === null);

  await managed.stop(10_000);
  const before = lines.length;
  const other = manage('polite');
  await other.managed.firstReady;

  expect(lines).toHaveLength(before);
});

test('what does not end when asked is killed after the limit', async () => {
  const { managed, lines } = manage('obstinate');
  await managed.firstReady;
  const pid = managed.pid ?? 0;

  await managed.stop(50);

  expect(isAlive(pid)).toBe(false);
  expect(lines.at(-1)).toBe('obstinate      | warn  has not ended within 0.05 s and is killed');
});
