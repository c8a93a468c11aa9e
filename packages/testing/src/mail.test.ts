import { expect, test } from '@jest/globals';
import { mail } from './mail.ts';

test('a mail has the given parts, CRLF line ends and encoded words where they are needed', () => {
  const raw = mail({
    from: 'bob@example.org',
    subject: 'Grüße',
    messageId: 'two@example.org',
    inReplyTo: '<one@example.org>',
    references: ['zero@example.org', '<one@example.org>'],
    text: 'a\nb',
    headers: { 'Auto-Submitted': 'no' },
  });

  expect(raw.toString().split('\r\n')).toEqual([
    'From: bob@example.org',
    'To: support@example.com',
    'Subject: =?utf-8?B?R3LDvMOfZQ==?=',
    'Date: Mon, 02 Mar 2026 09:00:00 +0000',
    'Message-ID: <two@example.org>',
    'In-Reply-To: <one@example.org>',
    'References: <zero@example.org> <one@example.org>',
    'Auto-Submitted: no',
    'MIME-Version: 1.0',
    'Content-Type: text/plain; charset=utf-8',
    'Content-Transfer-Encoding: 8bit',
    '',
    'a',
    'b',
    '',
  ]);
});
