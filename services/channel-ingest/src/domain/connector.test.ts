import { expect, test } from '@jest/globals';
import { connectorHealth, silentAfterMs } from './connector.ts';

const seenAt = '2026-03-02T09:00:00.000Z';
const since = '2026-03-01T09:00:00.000Z';
const at = (ms: number): number => Date.parse(seenAt) + ms;

test('a connector that has never reported is not known', () => {
  expect(connectorHealth(null, at(0))).toEqual({
    state: 'UNKNOWN',
    since: null,
    lastSeenAt: null,
    error: null,
  });
});

test('one that has just reported is as it says, since it says so', () => {
  expect(connectorHealth({ seenAt, since, error: null }, at(silentAfterMs))).toEqual({
    state: 'OK',
    since,
    lastSeenAt: seenAt,
    error: null,
  });
  expect(connectorHealth({ seenAt, since, error: 'refused' }, at(silentAfterMs))).toMatchObject({
    state: 'FAILING',
    since,
    error: 'refused',
  });
});

test('one that has not reported for a quarter of an hour is silent since its last word', () => {
  expect(connectorHealth({ seenAt, since, error: null }, at(silentAfterMs + 1))).toMatchObject({
    state: 'SILENT',
    since: seenAt,
  });
});
