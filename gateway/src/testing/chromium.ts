import { spawnSync } from 'node:child_process';
import { chromium, type Browser } from 'playwright-core';

const names = ['chromium', 'chromium-browser', 'google-chrome'];

/**
 * Where this machine's Chromium is, or null after saying loudly that there is none; CHROMIUM names another. With CI=true
 * there has to be one.
 */
export function findChromium(): string | null {
  const named = process.env['CHROMIUM'];
  const found = (named === undefined ? names : [named])
    .map((name) => spawnSync('/bin/sh', ['-c', 'command -v "$1"', 'sh', name], { encoding: 'utf8' }))
    .find(({ status }) => status === 0);
  if (found !== undefined) return found.stdout.trim();
  if (process.env['CI'] === 'true') throw new Error('no chromium on this machine, and CI=true asks for one');
  process.stderr.write('\nBROWSER TESTS SKIPPED: no chromium\n\n');
  return null;
}

/** Starts a Chromium without a window; its sandbox does not work for root. */
export function startChromium(executablePath: string): Promise<Browser> {
  const args = ['--headless=new', '--disable-dev-shm-usage', '--disable-gpu'];
  return chromium.launch({
    executablePath,
    args: process.getuid?.() === 0 ? [...args, '--no-sandbox'] : args,
    timeout: 60_000,
  });
}
