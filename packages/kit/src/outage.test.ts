import { expect, test } from '@jest/globals';
import pg from 'pg';
import { isOutage } from './outage.ts';

function databaseError(code: string): pg.DatabaseError {
  const error = new pg.DatabaseError('x', 1, 'error');
  error.code = code;
  return error;
}

test.each([
  ['a refused connection', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
  [
    'all addresses refused',
    new AggregateError([Object.assign(new Error('x'), { code: 'ECONNREFUSED' })]),
    true,
  ],
  ['a database that is starting', databaseError('57P03'), true],
  ['a deadlock', databaseError('40P01'), true],
  ['a lost connection', new Error('Connection terminated unexpectedly'), true],
  ['a pool without a free connection', new Error('timeout exceeded when trying to connect'), true],
  ['a full disk', Object.assign(new Error('x'), { code: 'ENOSPC' }), true],
  ['a violated constraint', databaseError('23505'), false],
  ['text that cannot be stored', databaseError('22021'), false],
  ['a bug', new TypeError('x is not a function'), false],
  ['nothing', null, false],
])('%s', (_name, error, expected) => {
  expect(isOutage(error)).toBe(expected);
});
