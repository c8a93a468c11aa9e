import { describe, expect, test } from '@jest/globals';
import { parseMail } from './parse-mail.ts';

const receivedAt = '2026-03-02T10:00:00.000Z';

async function read(text: string) {
  const result = await parseMail(Buffer.from(text.replaceAll('\n', '\r\n')), receivedAt);
  if (!result.ok) throw new Error(result.error);
  return result.value;
}

/** A report in the standard form. Source: RFC 3464 appendix E. */
function report(status: string, rest = '', head = ''): string {
  return `Return-Path: <>
From: Mail Delivery Subsystem <MAILER-DAEMON@cs.utk.example>
To: support@example.com
Subject: Returned mail: Cannot send message for 5 days
Message-ID: <199407092338.TAA23293@cs.utk.example>
MIME-Version: 1.0
${head}Content-Type: multipart/report; report-type=delivery-status;
 boundary="xx"

--xx

   ----- The following addresses had delivery problems -----
<louisl@larry.slip.example>

--xx
Content-Type: message/delivery-status

${status}
--xx
${rest === '' ? 'Content-Type: message/rfc822\n\nMessage-ID: <t1.m1@example.com>\nFrom: support@example.com\nSubject: Your ticket\n\nDear Louis\n> quoted\n' : rest}
--xx--
`;
}

const mta = 'Reporting-MTA: dns; cs.utk.example\n';
const failed = `${mta}
Original-Recipient: rfc822;louisl@larry.slip.example
Final-Recipient: RFC822; <LouisL@larry.slip.example>
Action: failed
Status: 5.1.1 (bad mailbox)
Diagnostic-Code: smtp; 550-5.1.1 The email account
    that you tried to reach does not exist
Last-Attempt-Date: Thu, 7 Jul 1994 17:15:49 -0400
`;

describe('a delivery report in the standard form', () => {
  test('scenario 20: says of whom, and why, and belongs to the mail that was sent', async () => {
    const mail = await read(report(failed));

    expect(mail).toMatchObject({
      bounce: {
        originalMessageId: 't1.m1@example.com',
        recipients: [
          {
            recipient: 'louisl@larry.slip.example',
            status: '5.1.1',
            action: 'FAILED',
            permanent: true,
            diagnostic: '550-5.1.1 The email account that you tried to reach does not exist',
          },
        ],
      },
      automatic: { kind: 'BOUNCE' },
      content: { automatic: true, thread: { inReplyTo: ['mid:t1.m1@example.com'] } },
    });
  });

  test.each([
    ['full mailbox, given up', 'failed', '4.2.2', { action: 'FAILED', permanent: false }],
    ['host away, still tried', 'delayed', '4.4.1', { action: 'DELAYED', permanent: false }],
    ['no status, failed', 'failed', '', { action: 'FAILED', permanent: true, status: null }],
  ])('%s', async (_name, action, status, expected) => {
    const group = `${mta}\nFinal-Recipient: rfc822; a@b.c\nAction: ${action}\n${status && `Status: ${status}\n`}`;

    expect((await read(report(group))).bounce?.recipients).toMatchObject([expected]);
  });

  test('of several recipients, some of whom got the mail', async () => {
    const group = (address: string, action: string, status: string): string =>
      `\nFinal-Recipient: rfc822; ${address}\nAction: ${action}\nStatus: ${status}\n`;
    const groups = [
      group('a@b.c', 'failed', '5.1.1'),
      group('b@b.c', 'delivered', '2.0.0'),
      group('c@b.c', 'delayed', '4.4.1'),
    ];

    const { bounce } = await read(report(`${mta}${groups.join('')}`));

    expect(bounce?.recipients.map(({ recipient, permanent }) => [recipient, permanent])).toEqual([
      ['a@b.c', true],
      ['c@b.c', false],
    ]);
  });

  test('of success is no bounce, but still a mail of a machine', async () => {
    const status = `${mta}\nFinal-Recipient: rfc822; a@b.c\nAction: delivered\nStatus: 2.1.5\n`;

    expect(await read(report(status))).toMatchObject({ bounce: null, automatic: { kind: 'SYSTEM' } });
  });

  test.each([
    ['headers only', 'Content-Type: text/rfc822-headers\n\nSubject: x\nMessage-ID:\n <t2@example.com>\n'],
    [
      'headers in base64',
      `Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: base64\n\n${Buffer.from('Message-ID: <t2@example.com>\r\n').toString('base64')}\n`,
    ],
    [
      'headers in quoted-printable',
      'Content-Type: text/rfc822-headers\nContent-Transfer-Encoding: quoted-printable\n\nMessage-ID: =3Ct2@example=\n.com>\n',
    ],
  ])('with %s of the mail that was sent', async (_name, rest) => {
    expect((await read(report(failed, rest))).bounce?.originalMessageId).toBe('t2@example.com');
  });

  test('without the mail that was sent belongs to what it answers', async () => {
    const mail = await read(
      report(failed, 'Content-Type: text/plain\n\nx\n', 'References: <t3@example.com>\n'),
    );

    expect(mail.bounce?.originalMessageId).toBe('t3@example.com');
  });

  test('that names no mail at all is held', async () => {
    const text = report(failed, 'Content-Type: text/plain\n\nx\n');

    expect(await parseMail(Buffer.from(text), receivedAt)).toMatchObject({
      ok: false,
      error: expect.stringContaining('does not name the mail'),
    });
  });

  test('from nobody at all is read as well', async () => {
    const mail = await read(report(failed).replace(/^From:.*\n/m, 'From: <>\n'));

    expect(mail.content.from.identities[0]?.value).toBe('mailer-daemon@unknown.invalid');
  });
});

describe('a delivery report in words', () => {
  const original =
    'Message-ID: <t1@example.com>\nFrom: support@example.com\nSubject: Your ticket\n\nDear Ada';
  const written = (head: string, text: string): string =>
    `To: support@example.com\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nMessage-ID: <d@mx>\n${head}\n\n${text}`;

  test.each([
    [
      'qmail',
      written(
        'Return-Path: <>\nFrom: MAILER-DAEMON@mx.example.org\nSubject: failure notice',
        `Hi. This is the qmail-send program at mx.example.org.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<ada@example.org>:
Sorry, no mailbox here by that name. (#5.1.1)

<bob@example.org>:
192.0.2.1 does not like recipient.
Remote host said: 452 4.2.2 Mailbox full

--- Below this line is a copy of the message.

Return-Path: <support@example.com>
${original}`,
      ),
      [
        ['ada@example.org', '5.1.1', true, 'Sorry, no mailbox here by that name. (#5.1.1)'],
        ['bob@example.org', '4.2.2', false, 'Remote host said: 452 4.2.2 Mailbox full'],
      ],
    ],
    [
      'Exim',
      written(
        'Return-path: <>\nX-Failed-Recipients: ada@example.org,\n bob@example.org\nAuto-Submitted: auto-replied\nFrom: Mail Delivery System <Mailer-Daemon@mx.example.org>\nSubject: Mail delivery failed: returning message to sender',
        `This message was created automatically by mail delivery software.

  ada@example.org
    host mx.example.org [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<ada@example.org>:
    550 Unrouteable address

------ This is a copy of the message, including all the headers. ------

${original}`,
      ),
      [
        ['ada@example.org', null, true, '550 Unrouteable address'],
        ['bob@example.org', null, true, '550 Unrouteable address'],
      ],
    ],
    [
      'old Exchange',
      written(
        'From: System Administrator <postmaster@mx.example.org>\nSubject: Undeliverable: Your ticket\nIn-Reply-To: <t1@example.com>',
        `Your message

  To:      ada@example.org
  Subject: Your ticket

did not reach the following recipient(s):

ada@example.org on Mon, 25 Feb 2026 13:32:23 +0100
    The recipient name is not recognized`,
      ),
      [['ada@example.org', null, false, 'The recipient name is not recognized']],
    ],
    [
      'Exchange in German',
      written(
        'From: Microsoft Outlook <MicrosoftExchange329e71ec88ae4615bbc36ab6ce41109e@example.org>\nSubject: Unzustellbar: Ihr Ticket\nReferences: <t1@example.com>',
        'Fehler bei der Nachrichtenzustellung an folgende Empfänger:\n\nada@example.org\nDie Adresse wurde nicht gefunden.\n550 5.1.10 RESOLVER.ADR.RecipientNotFound',
      ),
      [['ada@example.org', '5.1.10', true, '550 5.1.10 RESOLVER.ADR.RecipientNotFound']],
    ],
    [
      'Exim that still tries',
      written(
        'Return-path: <>\nX-Failed-Recipients: ada@example.org\nFrom: Mailer-Daemon@mx.example.org\nSubject: Warning: message 1abc delayed 24 hours\nIn-Reply-To: <t1@example.com>',
        'This message was created automatically by mail delivery software.\nA message has not been delivered after 24 hours.\n\n  ada@example.org\n    451 4.7.1 Try later',
      ),
      [['ada@example.org', '4.7.1', false, '451 4.7.1 Try later']],
    ],
  ])('of %s', async (_name, text, expected) => {
    const { bounce, automatic } = await read(text);

    expect(automatic?.kind).toBe('BOUNCE');
    expect(bounce?.originalMessageId).toBe('t1@example.com');
    expect(
      bounce?.recipients.map(({ recipient, status, permanent, diagnostic }) => [
        recipient,
        status,
        permanent,
        diagnostic,
      ]),
    ).toEqual(expected);
  });

  test.each([
    [
      'a question of a customer about one',
      'From: ada@example.org\nSubject: Undeliverable: what does it mean?',
      null,
    ],
    [
      'a notice of absence with an empty envelope',
      'Return-Path: <>\nFrom: ada@example.org\nSubject: Out of office: me',
      'AUTO_REPLY',
    ],
  ])('%s is none', async (_name, head, kind) => {
    const { bounce, automatic } = await read(
      written(`In-Reply-To: <t1@example.com>\n${head}`, 'ada@example.org\n550 5.1.1'),
    );

    expect([bounce, automatic?.kind ?? null]).toEqual([null, kind]);
  });
});

test('scenario 56: a bounce of a bounce is a bounce, and never a mail of a person', async () => {
  const mail = await read(report(failed, `Content-Type: message/rfc822\n\n${report(failed)}`));

  expect(mail).toMatchObject({ automatic: { kind: 'BOUNCE' }, content: { automatic: true } });
});

test('a report that a person has attached is that person’s mail, and reports nothing', async () => {
  const attached = `From: Kim <kim@person.example>
To: support@example.com
Subject: Fwd: Returned mail
Message-ID: <forward@person.example>
Content-Type: multipart/mixed; boundary=outer

--outer

Why does this come to me?

--outer
Content-Type: message/rfc822

${report(failed)}
--outer--
`;

  const mail = await read(attached);

  expect(mail).toMatchObject({
    bounce: null,
    automatic: null,
    content: { automatic: false, report: false, text: 'Why does this come to me?' },
  });
});

test('a report of a megabyte is read', async () => {
  for (const line of [
    'Final-Recipient: rfc822; a@b.c\n\n',
    'x: y\n',
    '\n',
    'Status: 5.1.1.',
    '<',
    '@',
    '5.5.',
  ]) {
    const status = `${mta}\n${line.repeat(1_000_000 / line.length)}`;
    const result = await parseMail(Buffer.from(report(status)), receivedAt);

    expect(result.ok ? (result.value.bounce?.recipients.length ?? 0) : 0).toBeLessThanOrEqual(100);
  }
});
