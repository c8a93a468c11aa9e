import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from './paths.mjs';

const peers = path.join(root, 'test', 'peers');

function stampOf(folder) {
  return path.join(folder, 'node_modules', '.smart-tickets-install');
}

function lockHash(folder) {
  return createHash('sha256')
    .update(readFileSync(path.join(folder, 'package-lock.json')))
    .digest('hex');
}

function isInstalled(folder, scope) {
  if (!existsSync(stampOf(folder))) return false;
  const [hash, installed] = readFileSync(stampOf(folder), 'utf8').trim().split(':');
  return hash === lockHash(folder) && (installed === 'full' || installed === scope);
}

/**
 * Makes node_modules what package-lock.json says, unless it is already: `prod` is what running needs, `full` adds the
 * tools. npm's own output is shown only when it fails; then the promise rejects.
 * @param {'prod' | 'full'} scope
 */
export async function ensureInstalled(scope) {
  await install('Installing dependencies', root, scope, []);
}

/** The same for test/peers, which only `npm run peers` and the query bench need; no package's own script is run. */
export async function ensurePeersInstalled() {
  await install('Installing peers', peers, 'full', ['--ignore-scripts', '--no-audit', '--no-fund']);
}

async function install(what, folder, scope, options) {
  if (isInstalled(folder, scope)) return;
  const endProgress = showProgress(what);
  const { code, output } = await runNpm(folder, [
    'ci',
    '--loglevel=error',
    scope === 'prod' ? '--omit=dev' : '--include=dev',
    ...options,
  ]);
  endProgress();
  if (code !== 0) throw new Error(`${output.trimEnd()}\n\nnpm ci failed (status ${code}).`);
  writeFileSync(stampOf(folder), `${lockHash(folder)}:${scope}\n`);
}

function runNpm(cwd, args) {
  // The very npm that runs this script, when one does; another package manager's path is of no use here.
  const cli = process.env.npm_execpath;
  const known = cli !== undefined && path.basename(cli).startsWith('npm-cli');
  const command = known ? process.execPath : process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const child = spawn(command, known ? [cli, ...args] : args, {
    cwd,
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
