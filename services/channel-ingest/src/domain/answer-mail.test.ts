import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { answerHeaders, type AnsweredMessage, type AnswerMail } from './answer-mail.ts';
import { replySubject } from './reply-subject.ts';

const answered: AnsweredMessage = {
  subject: 'Printer on fire',
  messageId: 'first@example.org',
  references: [],
  threadTopic: null,
  threadIndex: null,
  threadKey: null,
};

function headersOf(parts: Partial<AnswerMail> = {}): Record<string, string> {
  return answerHeaders({
    answer: { to: ['ada@example.org'], cc: [], automatic: false, sentAt: '2026-03-02T09:00:00.000Z' },
    messageId: 'answer@example.com',
    from: 'support@example.com',
    fromName: null,
    replyTo: null,
    answered,
    earlierIds: [],
    ...parts,
  });
}

describe('the subject of an answer', () => {
  test.each([
    ['Printer on fire', 'Re: Printer on fire'],
    ['Re: Printer on fire', 'Re: Printer on fire'],
    ['RE: re: Re : x', 'Re: x'],
    ['AW: WG: x', 'Re: WG: x'],
    ['Antw: Re: x', 'Re: x'],
    ['SV: VS: Odp: RIF: R: YNT: x', 'Re: x'],
    ['Re[2]: x', 'Re: x'],
    ['Re(3): x', 'Re: x'],
    ['回复:RE: x', 'Re: x'],
    ['Отв: x', 'Re: x'],
    ['Fwd: Re: x', 'Re: Fwd: Re: x'],
    ['Rebate: 20 %', 'Re: Rebate: 20 %'],
    ['Result: fine', 'Re: Result: fine'],
    ['[#12] Re: x', 'Re: [#12] Re: x'],
    ['', 'Re:'],
    ['x\r\nBcc: eve@evil.test', 'Re: x Bcc: eve@evil.test'],
  ])('to %j is %j', (subject, expected) => {
    expect(replySubject(subject)).toBe(expected);
  });

  test('is the same when it is answered again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (subject) => {
        expect(replySubject(replySubject(subject))).toBe(replySubject(subject));
      }),
    );
  });
});

describe('the headers of an answer', () => {
  test('are those of a mail of a person, in the conversation of the mail that it answers', () => {
    expect(
      headersOf({
        answer: {
          to: ['ada@example.org', 'bo@example.org'],
          cc: ['cy@example.org'],
          automatic: false,
          sentAt: '2026-03-02T09:00:00.000Z',
        },
        fromName: 'Support, Example',
        replyTo: 'support+token@example.com',
        answered: {
          ...answered,
          references: ['a@example.org', 'b@example.org'],
          threadTopic: 'Printer on fire',
          threadIndex: 'AdZ1234567890123456789012345678=',
        },
        earlierIds: ['b@example.org', 'answer-1@example.com'],
      }),
    ).toEqual({
      From: '"Support, Example" <support@example.com>',
      To: 'ada@example.org, bo@example.org',
      Cc: 'cy@example.org',
      'Reply-To': 'support+token@example.com',
      Date: 'Mon, 02 Mar 2026 09:00:00 +0000',
      'Message-ID': '<answer@example.com>',
      'In-Reply-To': '<first@example.org>',
      References: '<a@example.org> <b@example.org> <answer-1@example.com> <first@example.org>',
      'Thread-Topic': 'Printer on fire',
      'Thread-Index': 'AdZ1234567890123456789012345678=',
    });
  });

  test('scenario 20: say of what a machine wrote that it is not to be answered by one', () => {
    const answer = { to: ['ada@example.org'], cc: [], sentAt: '2026-03-02T09:00:00.000Z' };

    expect(headersOf({ answer: { ...answer, automatic: true } })).toMatchObject({
      'Auto-Submitted': 'auto-generated',
      'X-Auto-Response-Suppress': 'All',
      Precedence: 'bulk',
      'X-Loop': 'smart-tickets',
    });
    expect(Object.keys(headersOf({ answer: { ...answer, automatic: false } }))).toEqual([
      'From',
      'To',
      'Date',
      'Message-ID',
      'In-Reply-To',
      'References',
    ]);
  });

  test('of an answer to no mail follow the answer before it, if there was one', () => {
    const followUp = headersOf({ answered: null, earlierIds: ['one@example.com', 'two@example.com'] });

    expect([followUp['In-Reply-To'], followUp['References']]).toEqual([
      '<two@example.com>',
      '<one@example.com> <two@example.com>',
    ]);
    expect(headersOf({ answered: null })).not.toHaveProperty('References');
  });

  test('name twenty mails of a long conversation: its first, its newest, the answered one last', () => {
    const references = Array.from({ length: 30 }, (_, at) => `${at}@example.org`);

    const named = (headersOf({ answered: { ...answered, references } })['References'] ?? '').split(' ');

    expect(named).toHaveLength(20);
    expect([named[0], named[1], named[18], named[19]]).toEqual([
      '<0@example.org>',
      '<12@example.org>',
      '<29@example.org>',
      '<first@example.org>',
    ]);
  });

  test.each([
    ['odd,name@example.org', '"odd,name"@example.org'],
    ['a@b.example, c@d.example', null],
    ['group:a@b.example', '"group:a"@b.example'],
    ['müller@bücher.example', 'müller@bücher.example'],
    ['ada@[192.0.2.1]', 'ada@[192.0.2.1]'],
    ['ada@example.org\r\nBcc: eve@evil.test', null],
    ['ada', null],
    ['ada@exa,mple.org', null],
  ])('name the recipient %j as %j, never as several', (address, expected) => {
    const answer = { to: [address], cc: [], automatic: false, sentAt: '2026-03-02T09:00:00.000Z' };

    expect(headersOf({ answer })['To'] ?? null).toBe(expected);
  });

  test('are one line each, whatever they are made of', () => {
    const any = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.constantFrom('a\r\nBcc: eve@evil.test', 'x\u2028y@z.example', '<a@b>\r\n <c@d>', '\0@a.b'),
    );
    fc.assert(
      fc.property(any, any, any, fc.array(any, { maxLength: 30 }), (name, one, other, many) => {
        const headers = headersOf({
          answer: { to: [one, ...many], cc: many, automatic: true, sentAt: '2026-03-02T09:00:00.000Z' },
          from: one,
          fromName: name,
          replyTo: other,
          answered: {
            subject: name,
            messageId: one,
            references: many,
            threadTopic: other,
            threadIndex: name,
            threadKey: null,
          },
          earlierIds: many,
        });

        for (const value of [...Object.values(headers), replySubject(name)]) {
          expect(value).toMatch(/^[^\p{Cc}\u2028\u2029]+$/u);
          expect(value.isWellFormed()).toBe(true);
        }
        expect(headers['References']?.split(' ').length ?? 0).toBeLessThanOrEqual(20);
      }),
    );
  });
});
