import { describe, expect, test } from '@jest/globals';
import type { MailHeaders } from '../../domain/mail-thread.ts';
import { threadMarks } from './thread-marks.ts';

const headers = (entries: Record<string, string>): MailHeaders =>
  new Map(Object.entries(entries).map(([name, value]) => [name, [value]]));
const ada = 'ada@example.org';
/** 22 bytes of a conversation, and five for each answer in it. */
const first = Buffer.alloc(22, 7);
const outlook = (index: Buffer, subject: string): string[] =>
  threadMarks(headers({ 'thread-index': index.toString('base64') }), ada, subject);

describe('the mark of an Outlook conversation', () => {
  const mark = outlook(first, 'Printer on fire');

  test.each([
    ['an answer', Buffer.concat([first, Buffer.alloc(5, 1)]), 'RE: Printer on fire'],
    ['an answer to an answer', Buffer.concat([first, Buffer.alloc(10, 2)]), 'AW: Re: Printer on fire'],
  ])('is the same in %s', (_name, index, subject) => {
    expect(mark).toHaveLength(1);
    expect(outlook(index, subject)).toEqual(mark);
  });

  test('is the same where the header is folded', () => {
    const text = first.toString('base64');
    const folded = headers({ 'thread-index': `${text.slice(0, 10)} \t${text.slice(10)}` });

    expect(threadMarks(folded, ada, 'Printer on fire')).toEqual(mark);
  });

  test.each([
    ['another conversation', Buffer.alloc(22, 8), 'Printer on fire'],
    ['another subject', first, 'Another thing'],
    ['a forward', first, 'Fwd: Printer on fire'],
  ])('is another in %s', (_name, index, subject) => {
    expect(outlook(index, subject)).toHaveLength(1);
    expect(outlook(index, subject)).not.toEqual(mark);
  });

  test.each([
    ['too short', first.subarray(1).toString('base64')],
    ['no base64', `${first.toString('base64').slice(0, -2)}*<`],
    ['empty', ''],
  ])('is none where the header is %s', (_name, value) => {
    expect(threadMarks(headers({ 'thread-index': value }), ada, 'Printer on fire')).toEqual([]);
  });
});

describe('the mark of a ticket system', () => {
  const jira = { 'x-jira-fingerprint': '1f2e' };
  const serviceNow = { 'x-servicenow-generated': 'true' };

  test.each([
    [jira, '[JIRA] (DESK-12) Printer on fire', '[JIRA] Commented: (DESK-12) Printer is out', true],
    [jira, '[JIRA] (DESK-12) Printer', '[JIRA] (DESK-13) Printer', false],
    [serviceNow, 'Incident INC0010023 opened', 'Re: INC0010023 - comments added', true],
    [serviceNow, 'Incident INC0010023 opened', 'Incident INC0010024 opened', false],
    [{}, '[JIRA] (DESK-12) Printer', '[JIRA] (DESK-12) Printer', false],
  ])('%j: %s, %s', (entries, one, two, same) => {
    const marks = [one, two].map((subject) => threadMarks(headers(entries), ada, subject));

    expect(marks[0]?.length === 1 && marks[0][0] === marks[1]?.[0]).toBe(same);
  });

  test('is another from another sender', () => {
    const subject = 'Incident INC0010023 opened';

    expect(threadMarks(headers(serviceNow), ada, subject)).not.toEqual(
      threadMarks(headers(serviceNow), 'bo@example.org', subject),
    );
  });

  test('is none where no issue is named', () => {
    expect(threadMarks(headers(jira), ada, 'Your digest')).toEqual([]);
  });
});

describe('Feedback-ID', () => {
  const id = { 'feedback-id': '1234:5678:M2M:ebay' };

  test('marks the conversation with a member of eBay', () => {
    const member = 'abc123@members.ebay.co.uk';

    expect(threadMarks(headers(id), member, 'Your item')).toHaveLength(1);
    expect(threadMarks(headers(id), member, 'Re: Your item')).toEqual(
      threadMarks(headers(id), member, 'Your item'),
    );
    expect(threadMarks(headers(id), 'other@members.ebay.co.uk', 'Your item')).not.toEqual(
      threadMarks(headers(id), member, 'Your item'),
    );
  });

  test('names a campaign elsewhere, and is no mark', () => {
    expect(threadMarks(headers(id), 'news@ebay.com', 'Offers')).toEqual([]);
  });
});
