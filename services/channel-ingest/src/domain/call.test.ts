import { describe, expect, test } from '@jest/globals';
import { callerNumber, entryOf, type CallEvent, type CallReport } from './call.ts';

const report = (event: CallEvent, parts: Partial<CallReport> = {}): CallReport => ({
  event,
  from: '+49 30 1234567',
  to: '+49 30 7654321',
  durationSeconds: null,
  recordingUrl: null,
  transcript: null,
  ...parts,
});
const none = new Set<CallEvent>();

describe('a caller', () => {
  test.each([
    ['+49 (30) 1234567', '+49301234567'],
    ['0049301234567', '+49301234567'],
    ['tel:+49-30-1234567', '+49301234567'],
    ['sip:+49301234567@pbx.example;user=phone', '+49301234567'],
    ['4711', '4711'],
    ['anonymous', null],
    ['sip:anonymous@anonymous.invalid', null],
    ['', null],
    ['   ', null],
    ['+', null],
  ])('%p is %p', (from, number) => {
    expect(callerNumber(from)).toBe(number);
  });
});

describe('an event of a call', () => {
  test('that rings tells of no outcome yet', () => {
    expect(entryOf(report('RINGING'), none)).toEqual({
      subject: 'Call from +49301234567',
      text: 'Call from +49301234567 to +49 30 7654321: it is ringing.',
      call: null,
      automatic: false,
    });
  });

  test('that leaves a voice message carries it', () => {
    const recordingUrl = 'https://pbx.example/1.mp3';

    expect(
      entryOf(report('VOICEMAIL', { durationSeconds: 75, recordingUrl, transcript: ' Call me ' }), none),
    ).toMatchObject({
      text: 'Call from +49301234567 to +49 30 7654321: a voice message was left, 1:15 min.\n\nCall me',
      call: { outcome: 'VOICEMAIL', durationSeconds: 75, recordingUrl, transcript: ' Call me ' },
      automatic: false,
    });
  });

  test('of a withheld number says what was told', () => {
    const { subject, text } = entryOf(report('MISSED', { from: 'Private' }), none);

    expect(subject).toBe('Call from a withheld number');
    expect(text).toBe('Call from a withheld number (Private) to +49 30 7654321: nobody answered.');
  });

  test.each<[CallEvent, CallEvent[], string | null, boolean]>([
    ['RINGING', ['ENDED'], null, true],
    ['RINGING', ['ANSWERED'], null, true],
    ['ANSWERED', ['RINGING'], 'ANSWERED', false],
    ['ANSWERED', ['RINGING', 'MISSED'], 'ANSWERED', false],
    ['ANSWERED', ['ENDED'], 'ANSWERED', true],
    ['MISSED', ['RINGING'], 'MISSED', false],
    ['MISSED', ['RINGING', 'ANSWERED'], 'MISSED', true],
    ['VOICEMAIL', ['MISSED', 'ENDED'], 'VOICEMAIL', false],
    ['ENDED', ['RINGING'], 'MISSED', false],
    ['ENDED', ['RINGING', 'ANSWERED'], 'ANSWERED', true],
    ['ENDED', ['RINGING', 'MISSED'], 'MISSED', true],
    ['ENDED', ['RINGING', 'MISSED', 'VOICEMAIL'], 'VOICEMAIL', true],
  ])('%s after %p is %p, late: %p', (event, before, outcome, automatic) => {
    const entry = entryOf(report(event), new Set(before));

    expect([entry.call?.outcome ?? null, entry.automatic]).toEqual([outcome, automatic]);
  });

  test('that ends a call of which nothing else is known goes by how long it was', () => {
    const outcome = (durationSeconds: number | null): unknown =>
      entryOf(report('ENDED', { durationSeconds }), none).call?.outcome;

    expect([outcome(null), outcome(0), outcome(1)]).toEqual(['MISSED', 'MISSED', 'ANSWERED']);
  });
});
