import { describe, expect, test } from '@jest/globals';
import { maxPieceBytes } from './lines.ts';
import { readMbox, type MboxMail } from './mbox.ts';

async function* inChunks(bytes: Buffer, size: number): AsyncGenerator<Buffer, void> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function mailsOf(content: string | Buffer, chunkBytes = 7, maxBytes = 1_000_000): Promise<MboxMail[]> {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'latin1') : content;
  return Array.fromAsync(readMbox(inChunks(bytes, chunkBytes), maxBytes));
}

async function textsOf(content: string | Buffer, chunkBytes?: number): Promise<(string | undefined)[]> {
  return (await mailsOf(content, chunkBytes)).map((mail) => mail.raw?.toString('latin1'));
}

const envelope = 'From ann@example.com Thu Jul 30 08:30:04 2026\n';

describe('reading an mbox', () => {
  test.each([1, 2, 7, 64, 100_000])(
    'gives each mail without its envelope, in chunks of %i bytes',
    async (chunkBytes) => {
      const content = `${envelope}Subject: a\n\none\n\n${envelope}Subject: b\n\ntwo\n\n`;

      expect(await textsOf(content, chunkBytes)).toEqual(['Subject: a\n\none\n', 'Subject: b\n\ntwo\n']);
    },
  );

  test('names each mail by the place of its envelope', async () => {
    const first = `${envelope}Subject: a\n\none\n\n`;

    const mails = await mailsOf(`${first}${envelope}Subject: b\n\ntwo\n`);

    expect(mails.map((mail) => mail.offset)).toEqual([0, first.length]);
  });

  test('reads CRLF as well and keeps it', async () => {
    const content = `${envelope}Subject: a\n\none\n\n${envelope}Subject: b\n\n>From here\n\n`.replaceAll(
      '\n',
      '\r\n',
    );

    expect(await textsOf(content)).toEqual(['Subject: a\r\n\r\none\r\n', 'Subject: b\r\n\r\nFrom here\r\n']);
  });

  test('does not cut at a From line that no empty line comes before', async () => {
    const content = `${envelope}Subject: a\n\none\n${envelope}two\n`;

    expect(await textsOf(content)).toEqual([`Subject: a\n\none\n${envelope}two\n`]);
  });

  test('does not cut at a sentence that begins with From after an empty line', async () => {
    const content = `${envelope}Subject: a\n\none\n\nFrom now on: all is well.\nAnn\n`;

    expect(await textsOf(content)).toEqual(['Subject: a\n\none\n\nFrom now on: all is well.\nAnn\n']);
  });

  test('keeps such a sentence when it is the last line', async () => {
    expect(await textsOf(`${envelope}Subject: a\n\none\n\nFrom me`)).toEqual([
      'Subject: a\n\none\n\nFrom me',
    ]);
  });

  test('cuts at an envelope without a date when a header follows', async () => {
    const content = 'From ann\nSubject: a\n\none\n\nFrom ben\nSubject: b\n\ntwo\n';

    expect(await textsOf(content)).toEqual(['Subject: a\n\none\n', 'Subject: b\n\ntwo\n']);
  });

  test('takes one quotation mark from quoted From lines and leaves other quotations alone', async () => {
    const content = `${envelope}Subject: a\n\n>From one\n>>From two\n> From three\n>Fromage\nx >From four\n`;

    expect(await textsOf(content)).toEqual([
      'Subject: a\n\nFrom one\n>From two\n> From three\n>Fromage\nx >From four\n',
    ]);
  });

  test('gives the last mail even without a line ending', async () => {
    const content = `${envelope}Subject: a\n\none\n\n${envelope}Subject: b\n\ntwo`;

    expect(await textsOf(content)).toEqual(['Subject: a\n\none\n', 'Subject: b\n\ntwo']);
  });

  test('keeps what stands at the end of a file with one mail', async () => {
    expect(await textsOf(`${envelope}Subject: a\n\none\n\n`)).toEqual(['Subject: a\n\none\n\n']);
  });

  test('gives nothing for an empty file', async () => {
    expect(await textsOf('')).toEqual([]);
  });

  test('keeps every byte, text or not', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, value) => value));
    const body = Buffer.concat([Buffer.from('Subject: a\n\n'), bytes, Buffer.from('\n')]);

    const mails = await mailsOf(Buffer.concat([Buffer.from(envelope), body]));

    expect(mails[0]?.raw).toEqual(body);
  });

  test('takes a line longer than it holds at once for one line', async () => {
    const long = 'x'.repeat(maxPieceBytes * 2 - 4);
    const content = `${envelope}Subject: a\n\n${long}\n${envelope}\n`;

    expect(await textsOf(content, 10_000)).toEqual([`Subject: a\n\n${long}\n${envelope}\n`]);
  });

  test('gives a mail of just the largest size and none that is larger', async () => {
    const content = `${envelope}12345678\n\n${envelope}123456789\n\n${envelope}1\n\n`;

    const mails = await mailsOf(content, 5, 9);

    expect(mails.map(({ raw, sizeBytes }) => [raw?.toString(), sizeBytes])).toEqual([
      ['12345678\n', 9],
      [undefined, 10],
      ['1\n', 2],
    ]);
  });
});
