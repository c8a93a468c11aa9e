import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const stampFile = path.join(root, 'node_modules', '.smart-tickets-install');

function lockHash() {
  return createHash('sha256')
    .update(readFileSync(path.join(root, 'package-lock.json')))
    .digest('hex');
}

function isInstalled(scope) {
  if (!existsSync(stampFile)) return false;
  const [hash, installed] = readFileSync(stampFile, 'utf8').trim().split(':');
  return hash === lockHash() && (installed === 'full' || installed === scope);
}

/**
 * Makes node_modules what package-lock.json says, unless it is already: `prod` is what running needs, `full` adds the
 * tools. npm's own output is shown only when it fails; then the promise rejects.
 * @param {'prod' | 'full'} scope
 */
export async function ensureInstalled(scope) {
  if (isInstalled(scope)) return;
  const endProgress = showProgress('Installing dependencies');
  const { code, output } = await runNpm([
    'ci',
    '--loglevel=error',
    scope === 'prod' ? '--omit=dev' : '--include=dev',
  ]);
  endProgress();
  if (code !== 0) throw new Error(`${output.trimEnd()}\n\nnpm ci failed (status ${code}).`);
  writeFileSync(stampFile, `${lockHash()}:${scope}\n`);
}

function runNpm(args) {
  // The very npm that runs this script, when one does; another package manager's path is of no use here.
  const cli = process.env.npm_execpath;
  const known = cli !== undefined && path.basename(cli).startsWith('npm-cli');
  const command = known ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(command, known ? [cli, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: !known && process.platform === 'win32',
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (text) => {
      output += text;
    });
  }
  const stop = (signal) => {
    child.kill(signal);
    process.exit(1);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, stop);
  return new Promise((resolve) => {
    const end = (result) => {
      for (const signal of signals) process.off(signal, stop);
      resolve(result);
    };
    child.on('error', (error) => end({ code: 1, output: `cannot run npm: ${error.message}` }));
    child.on('close', (code, signal) => end({ code: code ?? signal, output }));
  });
}

function showProgress(what) {
  const startedAt = Date.now();
  const seconds = () => Math.round((Date.now() - startedAt) / 1000);
  if (!process.stderr.isTTY) {
    process.stderr.write(`${what} …\n`);
    const timer = setInterval(() => process.stderr.write(`${what} … ${seconds()} s\n`), 30_000);
    return () => clearInterval(timer);
  }
  const show = () => process.stderr.write(`\r${what} … ${seconds()} s `);
  show();
  const timer = setInterval(show, 1000);
  return () => {
    clearInterval(timer);
    show();
    process.stderr.write('\n');
  };
}
