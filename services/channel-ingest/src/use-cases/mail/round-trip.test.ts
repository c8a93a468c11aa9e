import { describe, expect, test } from '@jest/globals';
import { answerKey } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import fc from 'fast-check';
import { simpleParser, type ParsedMail } from 'mailparser';
import {
  answerOf,
  compose,
  ids,
  marks,
  own,
  received,
  receivedAt,
  sent,
  workspaceId,
} from '../../../test/round-trip.ts';
import { AnswerIds } from '../answer-ids.ts';
import { answeredMail } from '../read-answered.ts';
import { parseMail } from './parse-mail.ts';

const listed = (value: string | string[] | undefined): string[] => [value ?? []].flat();
const addressOf = (got: ParsedMail): string => (got.replyTo ?? got.from)?.value[0]?.address ?? '';

/** How mail programs answer: the headers, subject and recipient that they write. */
const clients: Readonly<Record<string, (got: ParsedMail) => Parameters<typeof mail>[0]>> = {
  'Thunderbird and Apple Mail: the whole chain': (got) => ({
    subject: `Re: ${got.subject?.replace(/^Re: /, '')}`,
    inReplyTo: got.messageId ?? '',
    references: [...listed(got.references), got.messageId ?? ''],
    to: addressOf(got),
  }),
  'Outlook: other subject mark, a Thread-Index, ids folded': (got) => ({
    subject: `AW: ${got.subject}`,
    to: `"Support" <${addressOf(got)}>`,
    headers: {
      'In-Reply-To': `\r\n ${got.messageId}`,
      References: [...listed(got.references), got.messageId].join('\r\n\t'),
      'Thread-Topic': 'Printer on fire',
      'Thread-Index': 'AdZ1234567890123456789012345678901234567890=',
    },
  }),
  'Gmail: foreign id in In-Reply-To, ours only in References': (got) => ({
    inReplyTo: '<CAF-1@mail.gmail.com>',
    references: [...listed(got.references), got.messageId ?? '', '<CAF-1@mail.gmail.com>'],
    to: 'support@example.com',
  }),
  'an old client: a phrase in In-Reply-To, no References': (got) => ({
    to: 'support@example.com',
    headers: { 'In-Reply-To': `Your message of "Mon, 2 Mar 2026" ${got.messageId}` },
  }),
  'a gateway that changes the case of ids': (got) => ({
    inReplyTo: (got.messageId ?? '').toUpperCase(),
    to: 'SUPPORT@EXAMPLE.COM',
  }),
  'a ticket system that names no mail, and writes to Reply-To in capitals': (got) => ({
    subject: '[Their ticket] Printer',
    to: addressOf(got).toUpperCase(),
  }),
};

describe('a conversation of ten mails each way', () => {
  test.each(Object.keys(clients))('scenario 52: %s', async (name) => {
    const reply = clients[name] ?? (() => ({}));
    let raw = mail();
    let last = '';
    const sentIds: string[] = [];

    for (let round = 0; round < 10; round += 1) {
      if (round > 0) {
        const found = await received(raw);
        const known = [...found.inReplyTo, ...found.references, ...found.tokens];
        expect(known).toContain(answerKey(last));
        expect(found.to.map((address) => address.toLowerCase())).toEqual(['support@example.com']);
      }
      const answered = await answeredMail(raw);
      const answer = answerOf({ messageId: newId() });
      const content = compose({ answer, answered, earlierIds: sentIds.slice(-20) });
      const got = await simpleParser(await sent(content));
      expect(got.inReplyTo).toBe(`<${answered.messageId}>`);
      expect(listed(got.references).length).toBeLessThanOrEqual(20);
      expect(got.subject).toMatch(/^Re: (?!Re:)/);
      last = answer.messageId;
      sentIds.push((content.headers['Message-ID'] ?? '').replaceAll(/[<>]/g, ''));
      raw = mail({ messageId: `customer-${round}@example.org`, ...reply(got) });
    }
  });
});

describe('what points to an answer of ours', () => {
  const answer = answerOf();
  const content = compose({ answer });
  const messageId = content.headers['Message-ID'] ?? '';
  const replyTo = content.headers['Reply-To'] ?? '';
  const key = answerKey(answer.messageId);

  test.each([
    ['In-Reply-To alone', { inReplyTo: messageId }],
    ['first of References', { references: [messageId, '<x1@y>', '<x2@y>'] }],
    ['last of References', { references: ['<x1@y>', '<x2@y>', messageId] }],
    ['References, another mail in In-Reply-To', { inReplyTo: '<x1@y>', references: [messageId] }],
    ['In-Reply-To, among several', { headers: { 'In-Reply-To': `<x1@y> ${messageId}` } }],
    ['References, without blanks', { headers: { References: `<x1@y>${messageId}<x2@y>` } }],
    ['References, broken into lines', { headers: { References: `<x1@y>\r\n\t${messageId}\r\n <x2@y>` } }],
  ])('scenario 11: %s', async (_name, parts) => {
    const { inReplyTo, references } = await received(mail(parts));

    expect([...inReplyTo, ...references]).toContain(key);
  });

  test.each([
    ['To', { to: `Support <${replyTo}>` }],
    ['To, in capitals', { to: replyTo.toUpperCase() }],
    ['Cc', { headers: { Cc: `bo@example.org, ${replyTo}` } }],
    ['Delivered-To', { headers: { 'Delivered-To': replyTo } }],
    ['X-Original-To', { headers: { 'X-Original-To': replyTo } }],
    ['To, of a domain that the mailbox moved to', { to: replyTo.replace('example.com', 'example.net') }],
  ])('the token in %s', async (_name, parts) => {
    expect((await received(mail(parts))).tokens).toEqual([key]);
  });

  test('the token in the envelope, which no header shows', async () => {
    const envelope = { from: 'ada@example.org', to: [replyTo] };

    expect((await received(mail(), { envelope })).tokens).toEqual([key]);
  });

  describe('the mark that the template puts into its text', () => {
    const settings = { template: { default: '{{answer}}\n\n{{ticket.mark}}' }, plusAddressing: false };
    const marked = compose({ answer, settings });
    const quoted = marked.text.replaceAll(/^/gm, '> ');

    test.each([
      ['in the history that a reply quotes', { text: `It still burns.\n\nOn Monday Bo wrote:\n${quoted}` }],
      ['in capitals', { text: `It still burns.\n${quoted.toUpperCase()}` }],
      [
        'in HTML alone',
        {
          text: `<p>It still burns.</p><blockquote>${marked.text}</blockquote>`,
          headers: { 'Content-Type': 'text/html; charset=utf-8' },
        },
      ],
    ])('%s', async (_name, parts) => {
      expect(marked.headers['Reply-To']).toBeUndefined();
      expect(await received(mail(parts))).toMatchObject({ inReplyTo: [], references: [key], tokens: [] });
    });

    test('counts less than what the headers name, and once', async () => {
      const parts = { references: ['<x1@y>', messageId, '<x2@y>'], text: quoted };

      expect((await received(mail(parts))).references).toEqual(['mid:x1@y', key, 'mid:x2@y']);
      expect((await received(mail({ ...parts, references: ['<x1@y>'] }))).references).toEqual([
        key,
        'mid:x1@y',
      ]);
    });

    test('is nothing where it was made by somebody else', async () => {
      const other = new AnswerIds('another key of thirty-two characters');
      const text = `[${other.token(workspaceId, answer.messageId)}] [${ids.token(newId(), answer.messageId)}]`;

      expect((await received(mail({ text }))).references).toEqual([]);
    });
  });

  test('is not what another workspace, another key or anybody else has made', async () => {
    const other = new AnswerIds('another key of thirty-two characters');
    const forged = [
      other.messageId(workspaceId, answer.messageId, 'example.com'),
      ids.messageId(newId(), answer.messageId, 'example.com'),
    ];
    const raw = mail({
      to: other.plusAddress(workspaceId, answer.messageId, 'support@example.com') ?? '',
      references: forged,
    });

    expect(await received(raw)).toMatchObject({ tokens: [], references: forged.map((id) => `mid:${id}`) });
  });

  test.each([
    ['info@bücher.example', 'info+eu@bücher.example'],
    ['info+eu@bücher.example', 'info+eu@bücher.example'],
  ])('a mailbox with an international domain, %s', async (address) => {
    const sentAnswer = answerOf();
    const raw = await sent(compose({ answer: sentAnswer, address }));
    const got = await simpleParser(raw);

    expect(got.messageId).toMatch(/^<[a-z2-7.]{43}@xn--bcher-kva\.example>$/);
    expect(raw.toString()).not.toMatch(/\P{ASCII}/u);
    const unfolded = raw.toString().replaceAll(/\r\n[ \t]+/g, ' ');
    const reply = mail({ to: /^Reply-To: (.*)$/m.exec(unfolded)?.[1]?.trim() ?? '' });
    expect((await received(reply)).tokens).toEqual([answerKey(sentAnswer.messageId)]);
  });
});

describe('the subject', () => {
  test('scenario 14: follows the mail that is answered, not the ticket', async () => {
    const answered = await answeredMail(mail({ subject: 'AW: And another thing: Größe' }));

    expect(compose({ answered }).subject).toBe('Re: And another thing: Größe');
  });

  test.each([
    ['[Ticket#4711] Printer', 4711],
    ['Re: [#12] Printer', 12],
    ['[Ticket #12] [#13]', 12],
    ['#12 is on fire', null],
    ['(#12)', null],
    ['[#0] [#99999999999]', null],
    ['[12]', null],
  ])('%j names the ticket %j', async (subject, number) => {
    expect((await received(mail({ subject }))).subjectNumber).toBe(number);
  });

  test.each([
    ['Q-encoded', '=?utf-8?Q?Re:_=5BTicket=234711=5D_Gr=C3=B6=C3=9Fe?='],
    ['B-encoded', `=?utf-8?B?${Buffer.from('AW: [Ticket#4711] Größe').toString('base64')}?=`],
    ['encoded in two pieces that cut the number', '=?utf-8?Q?=5BTicket=2347?=\r\n =?utf-8?Q?11=5D?= x'],
    ['folded', 'Re: a rather long subject that is folded\r\n [Ticket#4711]'],
    ['folded within the brackets', 'Re: x [Ticket#\r\n 4711]'],
    ['in another charset', '=?iso-8859-1?Q?Gr=F6=DFe_=5B=234711=5D?='],
  ])('scenario 17: names the ticket where it is %s', async (_name, subject) => {
    const raw = mail().toString().replace('Subject: Printer on fire', `Subject: ${subject}`);

    expect((await received(Buffer.from(raw))).subjectNumber).toBe(4711);
  });
});

describe('our own mail that comes back', () => {
  test.each([
    ['as it was sent', (raw: string) => raw],
    [
      'with a remark behind its id',
      (raw: string) => raw.replace(/^(Message-ID: .*)$/m, '$1 (added by a server)'),
    ],
    ['from another address', (raw: string) => raw.replace(/^From: .*$/m, 'From: list@example.net')],
    [
      'with the case of its id changed',
      (raw: string) =>
        raw.replace(/^(Message-ID: )(.*)$/m, (_all, name: string, id: string) => name + id.toUpperCase()),
    ],
  ])('scenario 20: is held, %s', async (_name, change) => {
    const raw = (await sent(compose())).toString();

    expect(await parseMail(Buffer.from(change(raw)), receivedAt, { own, marks })).toEqual({
      ok: false,
      error: 'Our own mail came back. Its Message-ID is that of an answer of ours.',
    });
  });

  test('with an id that a provider gave it is known by the address and the mark of our machines', async () => {
    const content = compose({ answer: answerOf({ automatic: true }) });
    const raw = (await sent(content))
      .toString()
      .replace(/^Message-ID: .*$/m, 'Message-ID: <1@provider.example>');
    const trusted = `Authentication-Results: mx.example.com; dmarc=pass\r\n${raw}`;

    expect(
      await parseMail(Buffer.from(trusted), receivedAt, { own, marks, mailServer: 'mx.example.com' }),
    ).toEqual({
      ok: false,
      error: 'Our own mail came back. From support@example.com, an address of our own.',
    });
  });

  test.each([
    ['nobody vouches for it', 'mx.other.example; dmarc=pass', {}, null],
    ['the server refuses it', 'mx.example.com; dmarc=fail', {}, null],
    ['a machine wrote it', 'mx.example.com; dmarc=pass', { 'Auto-Submitted': 'auto-replied' }, null],
    ['a person wrote it', 'mx.example.com; dmarc=pass', {}, true],
  ])('from a mailbox of ours: %s', async (_name, results, headers, fromOwnMailbox) => {
    const raw = mail({
      from: 'Support <support@example.com>',
      headers: { 'Authentication-Results': results, 'Reply-To': 'support@example.com', ...headers },
    });

    const result = await parseMail(raw, receivedAt, { own, marks, mailServer: 'mx.example.com' });

    expect(result.ok ? result.value.fromOwnMailbox : null).toBe(fromOwnMailbox);
  });
});

describe('the envelope', () => {
  test('scenario 56: without a sender is that of a machine, which is never answered', async () => {
    const result = await parseMail(mail({ subject: 'Hello' }), receivedAt, {
      own,
      marks,
      envelope: { from: '', to: [] },
    });

    expect(result).toMatchObject({
      ok: true,
      value: { content: { automatic: true }, automatic: { reason: 'Return-Path: <>' } },
    });
  });

  test('is not part of what makes two mails the same', async () => {
    const plain = await parseMail(mail(), receivedAt, { own, marks });
    const enveloped = await parseMail(mail(), receivedAt, {
      own,
      marks,
      envelope: { from: 'x@y.example', to: ['support@example.com'] },
    });

    expect(enveloped.ok && plain.ok && enveloped.value.digest === plain.value.digest).toBe(true);
  });
});

test('whatever a customer writes as subject or name, the mail that goes out has the headers that it is to have', async () => {
  const text = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 200 }),
    fc.constantFrom('x\r\nBcc: eve@evil.test', 'a\n\nbody', '=?utf-8?Q?x=0D=0ABcc:_eve@evil.test?='),
  );
  await fc.assert(
    fc.asyncProperty(text, text, async (subject, fromName) => {
      const got = await simpleParser(
        await sent(compose({ answer: answerOf({ subject }), settings: { fromName } })),
      );

      expect(got.headerLines.map(({ key }) => key).toSorted()).toEqual(
        [
          'content-transfer-encoding',
          'content-type',
          'date',
          'from',
          'message-id',
          'mime-version',
          'reply-to',
          'subject',
          'to',
        ].toSorted(),
      );
      expect(got.from?.value).toMatchObject([{ address: 'support@example.com' }]);
    }),
    { numRuns: 60 },
  );
});
