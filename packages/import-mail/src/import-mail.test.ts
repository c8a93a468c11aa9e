import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RemoteGateway } from './testing/remote-gateway.ts';

interface Ended {
  readonly status: number | null;
  readonly out: string;
  readonly err: string;
  /** The closing table by row. */
  readonly table: Record<string, string>;
}

let folder: string;
let gateway: RemoteGateway;
let url: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'import-mail-'));
  writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ channels: { EMAIL: 'good-token' } }));
  gateway = new RemoteGateway();
  url = await gateway.listen();
});
afterEach(async () => {
  await gateway.close();
  rmSync(folder, { recursive: true, force: true });
});

const main = fileURLToPath(new URL('main.ts', import.meta.url));

function start(args: readonly string[]) {
  const child = spawn(process.execPath, [main, join(folder, 'inbox.mbox'), '--url', url, ...args], {
    env: { PATH: process.env['PATH'], DATA_DIR: folder },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (err += chunk.toString()));
  const ended = new Promise<Ended>((resolve) => {
    child.on('close', (status) => {
      const rows = [...out.matchAll(/^ {2}(\S.*?) {2,}(\S+)$/gm)].map(([, label, value]) => [label, value]);
      resolve({ status, out, err, table: Object.fromEntries(rows) as Record<string, string> });
    });
  });
  return { child, ended };
}

async function run(...args: string[]): Promise<Ended> {
  return start(args).ended;
}

function mailAt(nth: number, body = 'hello'): string {
  return `From ann Thu Jul 30 08:30:04 2026\nFrom: ann@example.com\nSubject: mail ${nth}\n\n${body}\n\n`;
}

function writeMbox(mails: readonly string[]): void {
  writeFileSync(join(folder, 'inbox.mbox'), mails.join(''), 'latin1');
}

function manyMails(count: number): string[] {
  return Array.from({ length: count }, (_, nth) => mailAt(nth));
}

describe('importing mail', () => {
  test('hands every mail in byte for byte and tells what became of them', async () => {
    writeMbox([...manyMails(120), mailAt(120, 'caf\xe9 \x80\xff')]);

    const ended = await run();

    expect(ended.table).toMatchObject({
      'on a ticket': '121',
      duplicate: '0',
      held: '0',
      failed: '0',
      'not a mail': '0',
      total: '121',
    });
    expect(ended.status).toBe(0);
    expect([...gateway.stored.values()].map(({ raw }) => raw.toString('latin1'))).toContain(
      'From: ann@example.com\nSubject: mail 120\n\ncaf\xe9 \x80\xff\n',
    );
  });

  test('files each mail under what became of it and fails when a mail failed', async () => {
    writeMbox([
      mailAt(1),
      mailAt(1),
      mailAt(2, 'hold'),
      mailAt(3, 'dead'),
      mailAt(4, 'twin'),
      mailAt(5, 'refuse me'),
    ]);
    gateway.outcomeOf = (raw) => {
      if (raw.includes('hold')) return { status: 'HELD', reason: 'nobody to answer' };
      if (raw.includes('dead')) return { status: 'DEAD_LETTER', reason: 'no way' };
      return { status: raw.includes('twin') ? 'DUPLICATE' : 'ON_TICKET', reason: null };
    };

    const ended = await run('--concurrency', '1');

    expect(ended.table).toMatchObject({
      'on a ticket': '1',
      duplicate: '2',
      held: '1',
      failed: '2',
      total: '6',
    });
    expect(ended.status).toBe(1);
    expect(ended.err).toMatch(/failed: inbox.mbox at byte \d+: INVALID: not for us/);
    expect(ended.err).toMatch(/failed: inbox.mbox at byte \d+: DEAD_LETTER: no way/);
    expect(ended.err).toMatch(/held: inbox.mbox at byte \d+: nobody to answer/);
  });

  test('gets through a gateway that fails now and then, and counts nothing twice', async () => {
    writeMbox(manyMails(60));
    const faults = ['internal', 'unavailable', 'too-many', 'cut', 'cut-after-storing'] as const;
    gateway.faultAt = (nth) => (nth % 4 === 0 ? faults[(nth / 4) % faults.length] : undefined);

    const ended = await run();

    expect(ended.table).toMatchObject({ 'on a ticket': '60', duplicate: '0', failed: '0', total: '60' });
    expect(ended.status).toBe(0);
    expect(gateway.stored.size).toBe(60);
  });

  test('keeps at most as many mails in flight as told', async () => {
    writeMbox(manyMails(20));

    await run('--concurrency', '3');

    expect(gateway.most).toBeLessThanOrEqual(3);
  });

  test('counts mails as duplicates that another import had handed in', async () => {
    writeMbox(manyMails(5));
    await run();

    const ended = await run('--again');

    expect(ended.table).toMatchObject({ 'on a ticket': '0', duplicate: '5', total: '5' });
    expect(ended.status).toBe(0);
  });

  test('goes on where Ctrl-C stopped it', async () => {
    writeMbox(manyMails(40));
    const { child, ended } = start(['--concurrency', '2']);
    let release: () => void = () => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    gateway.gate = (nth) => {
      if (nth < 12) return Promise.resolve();
      // Once: a second Ctrl-C would end it at once.
      if (nth === 12) child.kill('SIGINT');
      return released;
    };
    child.stderr.on('data', (chunk: Buffer) => {
      if (chunk.includes('Stopping')) release();
    });

    const first = await ended;
    gateway.gate = () => Promise.resolve();
    const ingestsBefore = gateway.ingests;
    const second = await run();

    expect([first.status, second.status]).toEqual([130, 0]);
    expect(first.err).toContain('The same command goes on from here');
    expect(second.table).toMatchObject({
      'on a ticket': '40',
      duplicate: '0',
      total: '40',
      'of these handed in by an earlier start': `${ingestsBefore}`,
    });
    expect(gateway.ingests).toBe(40);
  });

  test('notes each acknowledged mail with its place and id', async () => {
    writeMbox(manyMails(2));

    await run('--concurrency', '1');

    const name = readdirSync(folder).find((file) => file.startsWith('import-')) ?? '';
    const lines = readFileSync(join(folder, name), 'utf8').trim().split('\n');
    expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual(
      [...gateway.stored.keys()].map((id, index) => ({
        index,
        path: 'inbox.mbox',
        offset: index * mailAt(0).length,
        digest: expect.any(String),
        id,
        duplicate: false,
      })),
    );
  });

  test('stops at once when the token is refused', async () => {
    writeMbox(manyMails(30));

    const ended = await run('--token', 'bad-token');

    expect(ended.status).toBe(2);
    expect(ended.err).toContain('the gateway refuses the token');
    expect(gateway.stored.size).toBe(0);
  });

  test('says what is wrong with the command line', async () => {
    const ended = await run('--concurrency', 'many');

    expect(ended.status).toBe(2);
    expect(ended.err).toContain('--concurrency must be a whole number');
  });

  test('counts an empty file as not a mail', async () => {
    writeMbox([]);

    const ended = await run();

    expect(ended.table).toMatchObject({ 'not a mail': '1', total: '1' });
    expect(ended.status).toBe(0);
  });
});
