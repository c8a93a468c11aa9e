import { describe, expect, test } from '@jest/globals';
import { automaticMail, machineMark, ownMailOf, type AutomaticMail } from './automatic-mail.ts';

const own = ownMailOf(['support@example.com', 'sales@example.com']);

function read(
  entries: Record<string, string>,
  { from = 'ada@example.org', subject = 'Hello', isBounce = false } = {},
): AutomaticMail | null {
  const headers = new Map(Object.entries(entries).map(([name, value]) => [name, [value]]));
  return automaticMail({ headers, from, subject, isBounce }, own);
}

describe('a mail of a person', () => {
  test.each([
    [{}, 'ada@example.org'],
    [{ 'auto-submitted': 'no' }, 'ada@example.org'],
    [{ 'auto-submitted': 'No (really)', 'list-id': '<x.example.org>' }, 'ada@example.org'],
    [{ precedence: 'first-class' }, 'ada@example.org'],
    [{ 'x-auto-response-suppress': 'DR, RN, NRN' }, 'ada@example.org'],
    [{ 'x-auto-response-suppress': 'None' }, 'ada@example.org'],
    [{ 'x-autoreply': 'no' }, 'ada@example.org'],
    [{ 'x-ms-exchange-inbox-rules-loop': 'ada@example.org' }, 'ada@example.org'],
    [{ 'return-path': '<ada@example.org>' }, 'ada@example.org'],
    [{ 'message-id': '<1@example.com>' }, 'colleague@example.com'],
    [{ 'content-type': 'multipart/alternative; boundary=x' }, 'norbert@example.org'],
    [{ 'list-id': '<support.example.com>', precedence: 'list' }, 'ada@example.org'],
    [
      { 'list-id': 'Support <x.example.net>', 'list-post': '<mailto:support@example.com>' },
      'ada@example.org',
    ],
  ])('%j from %s', (entries, from) => {
    expect(read(entries as unknown as Record<string, string>, { from })).toBeNull();
  });

  test.each([
    'Out of office: may I have a day off?',
    'Abwesenheit',
    'Re: Automatic reply: x',
    'Automatic replying',
  ])('that is about absence: %s', (subject) => {
    expect(read({}, { subject })).toBeNull();
  });
});

describe('a mail of a machine', () => {
  test.each([
    [
      { 'auto-submitted': 'auto-replied (vacation)' },
      'AUTO_REPLY',
      'Auto-Submitted: auto-replied (vacation)',
    ],
    [{ 'auto-submitted': 'auto-replied; owner-email="a@b"' }, 'AUTO_REPLY', 'Auto-Submitted'],
    [{ 'auto-submitted': 'auto-generated' }, 'SYSTEM', 'Auto-Submitted: auto-generated'],
    [{ 'auto-submitted': 'notify' }, 'SYSTEM', 'Auto-Submitted: notify'],
    [{ precedence: 'auto_reply' }, 'AUTO_REPLY', 'Precedence: auto_reply'],
    [{ precedence: 'bulk', 'x-autoreply': 'yes' }, 'AUTO_REPLY', 'X-Autoreply: yes'],
    [{ 'delivered-to': 'Autoresponder' }, 'AUTO_REPLY', 'Delivered-To: Autoresponder'],
    [
      { 'x-ms-exchange-inbox-rules-loop': 'a@b.c', 'x-auto-response-suppress': 'All' },
      'AUTO_REPLY',
      'X-Ms-Exchange-Inbox-Rules-Loop: a@b.c',
    ],
    [{ precedence: 'Bulk' }, 'BULK', 'Precedence: Bulk'],
    [{ 'x-precedence': 'junk' }, 'BULK', 'X-Precedence: junk'],
    [{ 'list-id': '<x.example.org>' }, 'BULK', 'List-Id: <x.example.org>'],
    [{ 'list-unsubscribe': '<mailto:x@y.z>' }, 'BULK', 'List-Unsubscribe: <mailto:x@y.z>'],
    [{ 'x-auto-response-suppress': 'OOF, AutoReply' }, 'SYSTEM', 'X-Auto-Response-Suppress: OOF, AutoReply'],
    [{ 'x-loop': 'other@desk.example' }, 'SYSTEM', 'X-Loop: other@desk.example'],
    [{ 'return-path': '<>' }, 'SYSTEM', 'Return-Path: <>'],
    [{ 'content-type': 'multipart/report; report-type=disposition-notification' }, 'SYSTEM', 'Content-Type'],
  ])('%j', (entries, kind, reason) => {
    expect(read(entries as unknown as Record<string, string>)).toEqual({
      kind,
      reason: expect.stringContaining(reason),
    });
  });

  test.each([
    'mailer-daemon',
    'postmaster',
    'no-reply',
    'noreply',
    'no_reply',
    'no.reply',
    'noreply-1234',
    'no-reply+x',
    'donotreply',
    'do-not-reply',
    'ne-pas-repondre',
    'nicht-antworten',
    'abuse',
    'root',
  ])('%s@', (local) => {
    expect(read({}, { from: `${local}@example.org` })?.kind).toBe('SYSTEM');
  });

  test.each([
    'Automatic reply: Printer',
    'Automatische Antwort: Drucker',
    'Réponse automatique : Imprimante',
    'Respuesta automática: Impresora',
    'Autosvar: Skrivare',
    'Автоматический ответ: Принтер',
    '自動応答: プリンター',
  ])('scenario 23: an out-of-office notice without any header, %s', (subject) => {
    expect(read({}, { subject })).toEqual({ kind: 'AUTO_REPLY', reason: `Subject: ${subject}` });
  });

  test.each(['Out of Office: Re: Printer', 'Abwesenheitsnotiz: Drucker', 'Abwesend', 'Ausente'])(
    'scenario 23: words that count only in an answer, %s',
    (subject) => {
      const answers = { 'in-reply-to': '<a@x>' };
      expect([read({}, { subject }), read(answers, { subject })?.kind]).toEqual([
        null,
        subject === 'Abwesend' ? undefined : 'AUTO_REPLY',
      ]);
    },
  );

  test('scenario 56: a report on delivery is a bounce whatever else it says of itself', () => {
    expect(read({ 'auto-submitted': 'no', precedence: 'bulk' }, { isBounce: true })?.kind).toBe('BOUNCE');
  });
});

describe('fault 24: our own mail that comes back', () => {
  test.each([
    ['from a mailbox of ours', {}, 'sales@example.com', 'OWN'],
    [
      'with our mark and an id of ours',
      { 'x-loop': machineMark, 'message-id': '<t1@example.com>' },
      'a@b.c',
      'OWN',
    ],
    [
      'with the mark of another desk of our kind',
      { 'x-loop': machineMark, 'message-id': '<t1@b.c>' },
      'a@b.c',
      'SYSTEM',
    ],
    [
      'with an id of ours and the mark of another',
      { 'x-loop': 'x', 'message-id': '<t1@example.com>' },
      'a@b.c',
      'SYSTEM',
    ],
  ])('%s', (_name, entries, from, kind) => {
    expect(read(entries as unknown as Record<string, string>, { from })?.kind).toBe(kind);
  });
});

test('headers of a megabyte are read', () => {
  for (const text of ['(', '"', '\\', ',', 'all,', '<', ';', ' ']) {
    const value = text.repeat(1_000_000 / text.length);
    const names = ['auto-submitted', 'precedence', 'x-auto-response-suppress', 'list-post', 'message-id'];
    expect(() =>
      read(Object.fromEntries(names.map((name) => [name, value])), { subject: value }),
    ).not.toThrow();
  }
});
