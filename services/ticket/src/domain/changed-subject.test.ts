import { describe, expect, test } from '@jest/globals';
import { hearSubject, topicOf } from './changed-subject.ts';

describe('a subject', () => {
  test.each([
    ['Re: Help', 'help'],
    ['AW: WG: Help', 'help'],
    ['Re[2]: [#12] Re:  Help  me', 'help me'],
    ['Odpowiedź: Help', 'help'],
    ['回复：Help', 'help'],
    ['Help: the printer burns', 'the printer burns'],
    ['Re: ', ''],
  ])('%j is about %j', (subject, topic) => {
    expect(topicOf(subject)).toBe(topic);
  });

  test('of many thousand marks is read in a moment', () => {
    expect(topicOf('re:'.repeat(100_000))).not.toBe('');
  });

  test('that is the ticket’s with other marks changes nothing', () => {
    expect(hearSubject('AW: Help', 'Re: Help', null)).toEqual({ changed: null, heard: null });
  });

  test('that is new is told once', () => {
    const first = hearSubject('Re: Invoice 7', 'Help', null);

    expect(first).toEqual({ changed: 'Re: Invoice 7', heard: 'Re: Invoice 7' });
    expect(hearSubject('AW: Invoice 7', 'Help', first.heard)).toEqual({ changed: null, heard: null });
  });

  test('that comes back to the ticket’s is heard and not told', () => {
    expect(hearSubject('Re: Help', 'Help', 'Invoice 7')).toEqual({ changed: null, heard: 'Re: Help' });
  });

  test('that is left out changes nothing', () => {
    expect(hearSubject('', 'Help', null)).toEqual({ changed: null, heard: null });
  });
});
