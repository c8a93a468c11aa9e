import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readOptions } from './options.ts';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'import-mail-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe('reading the command line', () => {
  test('takes the token of the EMAIL channel that the first start left in DATA_DIR', () => {
    writeFileSync(join(folder, 'tokens.json'), JSON.stringify({ channels: { EMAIL: 'e', CHAT: 'c' } }));

    expect(readOptions(['inbox'], { DATA_DIR: folder })).toEqual({
      source: 'inbox',
      url: 'http://127.0.0.1:4000/graphql',
      token: 'e',
      dataDir: folder,
      concurrency: 8,
      stateFile: null,
      again: false,
      timeoutMinutes: 60,
    });
  });

  test('takes a file that holds nothing but the token', () => {
    writeFileSync(join(folder, 'token'), 'bare\n');

    expect(readOptions(['inbox', '--token-file', join(folder, 'token')], {})?.token).toBe('bare');
  });

  test('gives null when asked for help', () => {
    expect(readOptions(['--help'], {})).toBeNull();
  });

  test.each([
    [[], 'say which file'],
    [['a', 'b', '--token', 't'], 'one file or folder at a time'],
    [['a', '--token', 't', '--concurrency', '0'], '--concurrency must be'],
    [['a', '--token', 't', '--concurrency', '257'], '--concurrency must be'],
    [['a', '--token', 't', '--timeout-minutes', 'soon'], '--timeout-minutes must be'],
    [['a', '--token', 't', '--url', 'ftp://x'], '--url is no http address'],
    [['a', '--tokens', 't'], "Unknown option '--tokens'"],
    [['a', '--token-file', '/nowhere'], 'cannot be read (ENOENT)'],
  ])('refuses %j', (args, message) => {
    expect(() => readOptions(args, {})).toThrow(message);
  });

  test.each(['1', '256'])('takes the outermost concurrency %s', (text) => {
    expect(readOptions(['a', '--token', 't', '--concurrency', text], {})?.concurrency).toBe(Number(text));
  });

  test('says so when the tokens file has no EMAIL channel', () => {
    writeFileSync(join(folder, 'tokens.json'), '{"channels":{}}');

    expect(() => readOptions(['a'], { DATA_DIR: folder })).toThrow('none for an EMAIL channel');
  });
});
