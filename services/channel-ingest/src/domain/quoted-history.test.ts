import { expect, test } from '@jest/globals';
import { withoutQuotedHistory } from './quoted-history.ts';

test.each([
  ['no quotation', 'Hello\n\nBye', 'Hello\n\nBye'],
  [
    'a closing quotation with its introduction',
    'Yes.\n\nOn Monday Ada wrote:\n> Is it?\n> Really?\n',
    'Yes.',
  ],
  [
    'an introduction over two lines',
    'Yes.\n\nOn Mon, 2 Mar 2026 at 9:00, Ada Example\n<ada@example.org> wrote:\n\n> Is it?',
    'Yes.',
  ],
  [
    'a German introduction',
    'Ja.\n\nAm 2. März 2026 schrieb Ada:\n> Oder?',
    'Ja.\n\nAm 2. März 2026 schrieb Ada:',
  ],
  ['a German introduction that ends with the verb', 'Ja.\n\nAda schrieb:\n> Oder?', 'Ja.'],
  ['an Outlook divider', 'Done.\n\n-----Original Message-----\nFrom: x\nHi', 'Done.'],
  ['a German Outlook divider', 'Fertig.\n-----Ursprüngliche Nachricht-----\nVon: x', 'Fertig.'],
  [
    'a line of underscores before a header block',
    'Done.\n________________________________\nFrom: Ada\nold',
    'Done.',
  ],
  [
    'a line of underscores that is just a line',
    'a\n________________________________\nb',
    'a\n________________________________\nb',
  ],
  ['answers between quotations', '> One?\nYes.\n> Two?\nNo.', '> One?\nYes.\n> Two?\nNo.'],
  ['answers between, and a rest', '> One?\nYes.\n\n> rest\n> rest', '> One?\nYes.'],
  ['nothing but quotation', '> all\n> quoted', '> all\n> quoted'],
  ['CRLF', 'Yes.\r\n\r\nAda wrote:\r\n> Is it?\r\n', 'Yes.'],
])('%s', (_name, text, expected) => {
  expect(withoutQuotedHistory(text)).toBe(expected);
});

test('long and hostile texts keep what was written', () => {
  for (const line of ['On ', '> ', '-----', 'wrote: ', '_'.repeat(30)]) {
    const text = `Written.\n\n${line.repeat(50_000)}\n${`${line}\n`.repeat(20_000)}`;
    expect(withoutQuotedHistory(text).startsWith('Written.')).toBe(true);
  }
});
