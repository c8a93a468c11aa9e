import { afterEach, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { spawn, type ChildProcess } from 'node:child_process';
import { commandLine, isAlive, parentOf, processIdentity } from './process-identity.ts';

const children: ChildProcess[] = [];

afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function run(command: string, args: string[]): ChildProcess {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  return child;
}

test('a process keeps its identity, which differs from that of a later one', async () => {
  const first = run('sleep', ['60']);
  const identity = processIdentity(first.pid ?? 0);
  // Start times are counted in hundredths of a second.
  const later = await eventually(() => {
    const other = run('sleep', ['60']);
    return processIdentity(other.pid ?? 0) !== identity;
  });

  expect(later).toBe(true);
  expect(processIdentity(first.pid ?? 0)).toBe(identity);
});

test('a process tells its parent and its command line', async () => {
  const { pid = 0 } = run('sleep', ['61']);

  expect(parentOf(pid)).toBe(process.pid);
  await eventually(() => {
    expect(commandLine(pid)).toBe('sleep 61');
  });
});

test('a process that has ended is not alive, also while nobody has collected it', async () => {
  // The shell becomes a program that never collects the child the shell had.
  const careless = run('/bin/sh', ['-c', 'true & echo $!; exec sleep 60']);
  const ended = await new Promise<number>((resolve) => {
    careless.stdout?.once('data', (data: Buffer) => {
      resolve(Number(data.toString()));
    });
  });

  await eventually(() => !isAlive(ended));

  expect(processIdentity(ended)).toBeNull();
});
