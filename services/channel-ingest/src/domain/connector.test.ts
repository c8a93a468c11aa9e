import { expect, test } from '@jest/globals';
import { connectorHealth, nextReport, silentAfterMs, type HeardReport } from './connector.ts';

const seenAt = '2026-03-02T09:00:00.000Z';
const since = '2026-03-01T09:00:00.000Z';
const at = (ms: number): number => Date.parse(seenAt) + ms;
const instant = (ms: number): string => new Date(at(ms)).toISOString();
const said = (parts: Partial<HeardReport> = {}): HeardReport => ({
  seenAt,
  since,
  error: null,
  heardSince: since,
  told: false,
  ...parts,
});

test('a connector that has never reported is not known', () => {
  expect(connectorHealth(null, at(0))).toEqual({
    state: 'UNKNOWN',
    since: null,
    lastSeenAt: null,
    error: null,
  });
});

test('one that has just reported is as it says, since it says so', () => {
  expect(connectorHealth(said(), at(silentAfterMs))).toEqual({
    state: 'OK',
    since,
    lastSeenAt: seenAt,
    error: null,
  });
  expect(connectorHealth(said({ error: 'refused' }), at(silentAfterMs))).toMatchObject({
    state: 'FAILING',
    since,
    error: 'refused',
  });
});

test('one that has not reported for a quarter of an hour is silent since its last word', () => {
  for (const error of [null, 'refused'])
    expect(connectorHealth(said({ error }), at(silentAfterMs + 1))).toMatchObject({
      state: 'SILENT',
      since: seenAt,
      error,
    });
});

test('silence counts only from when it could be heard, unless somebody was told of it before', () => {
  const heardSince = instant(60_000);
  const states = (parts: Partial<HeardReport>) =>
    [silentAfterMs, silentAfterMs + 1].map(
      (ms) => connectorHealth(said({ heardSince, ...parts }), at(60_000 + ms)).state,
    );

  expect(states({})).toEqual(['OK', 'SILENT']);
  expect(states({ error: 'refused' })).toEqual(['FAILING', 'SILENT']);
  expect(states({ told: true })).toEqual(['SILENT', 'SILENT']);
  expect(states({ told: true, error: 'refused' })).toEqual(['FAILING', 'SILENT']);
});

const soon = 60_000;
const late = silentAfterMs + 1;
test.each([
  ['UNKNOWN', null, soon, null, 'new', false],
  ['UNKNOWN', null, soon, 'refused', 'new', false],
  ['OK', said(), soon, null, 'old', false],
  ['OK', said(), soon, 'refused', 'new', false],
  ['FAILING', said({ error: 'x' }), soon, 'refused', 'old', false],
  ['FAILING', said({ error: 'x' }), soon, null, 'new', false],
  ['FAILING', said({ error: 'x', told: true }), soon, 'refused', 'old', false],
  ['FAILING', said({ error: 'x', told: true }), soon, null, 'new', true],
  ['SILENT', said(), late, null, 'new', false],
  ['SILENT', said(), late, 'refused', 'new', false],
  ['SILENT', said({ told: true }), late, null, 'new', true],
  ['SILENT', said({ told: true }), late, 'refused', 'new', false],
  ['SILENT', said({ error: 'x', told: true }), late, null, 'new', true],
  ['SILENT', said({ error: 'x', told: true }), late, 'refused', 'new', false],
] as const)(
  'a connector that is %s (%j) and %i ms later says %j is so since its %s instant, and an outage ends: %s',
  (state, before, ms, error, isSince, recovers) => {
    expect(connectorHealth(before, at(ms)).state).toBe(state);

    const next = nextReport(before, error, at(ms));

    const now = instant(ms);
    expect(next).toEqual({ seenAt: now, error, since: isSince === 'old' ? since : now, recovers });
  },
);

test('a word that was overtaken by a later one leaves the time of that one', () => {
  expect(nextReport(said(), null, at(-1)).seenAt).toBe(seenAt);
});
