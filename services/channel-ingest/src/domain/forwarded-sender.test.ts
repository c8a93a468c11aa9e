import { expect, test } from '@jest/globals';
import { forwardedSender } from './forwarded-sender.ts';

const rest = 'Date: Mon, 2 Mar 2026 10:00\nSubject: Help\nTo: bob@example.com\n\nIt burns.';

test.each([
  [
    `---------- Forwarded message ---------\nFrom: Ada Ex <Ada@Example.org>\n${rest}`,
    'ada@example.org',
    'Ada Ex',
  ],
  [
    `Please see\n\nVon: "Ex, Ada" <ada@example.org>\nGesendet: Montag\nAn: Bob\nBetreff: Hilfe`,
    'ada@example.org',
    'Ex, Ada',
  ],
  [
    `From: Ada Ex [mailto:ada@example.org]\nSent: Monday\nTo: Bob\nSubject: Help`,
    'ada@example.org',
    'Ada Ex',
  ],
  [`> *De :* ada@example.org\n> *Date :* lundi\n> *Objet :* Aide\n> *À :* bob`, 'ada@example.org', null],
])('a forward names whom it hands on: %j', (text, address, name) => {
  expect(forwardedSender(text)).toEqual({ address, name });
});

test.each([
  ['no header block', 'From: ada@example.org is what I meant.'],
  ['no address', 'From: Ada\nDate: today\nSubject: Help\nTo: Bob'],
  ['nothing', ''],
])('a text with %s names nobody', (_what, text) => {
  expect(forwardedSender(text)).toBeNull();
});
