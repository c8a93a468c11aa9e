import { spawn } from 'node:child_process';
import { pinnedNode, root } from './paths.mjs';

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
const signalNumbers = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGTERM: 15 };

/**
 * Runs a program under the pinned Node and ends this process with its status. It leads a process group of its own, so
 * that it gets each signal once, by this process, and it can tell by its IPC channel when this process was killed.
 */
export function become(args) {
  const child = spawn(pinnedNode(), args, {
    cwd: root,
    detached: process.platform !== 'win32',
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
  for (const signal of signals) process.on(signal, () => child.kill(signal));
  child.on('error', fail);
  child.on('exit', (code, signal) => process.exit(code ?? 128 + (signalNumbers[signal] ?? 0)));
}

/** Runs a program under the pinned Node in this terminal and gives back its exit status. */
export function runNode(args, env = {}) {
  return runProgram(pinnedNode(), args, env);
}

/** Runs any program in this terminal and gives back its exit status. */
export function runProgram(command, args, env = {}) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit', env: { ...process.env, ...env } });
  // Ctrl-C reaches the program by itself, being in the same process group; this process waits for what it makes of it.
  const wait = () => undefined;
  const pass = () => child.kill('SIGTERM');
  process.on('SIGINT', wait);
  process.on('SIGTERM', pass);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code, signal) => {
      process.off('SIGINT', wait);
      process.off('SIGTERM', pass);
      resolve(code ?? 128 + (signalNumbers[signal] ?? 0));
    });
  });
}

/** Says in one line what went wrong and ends with status 1. */
export function fail(error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}
