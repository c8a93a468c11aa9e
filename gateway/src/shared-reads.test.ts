import { describe, expect, test } from '@jest/globals';
import { SharedReads } from './shared-reads.ts';

/** Reads that end when the test says so. */
function started() {
  const ends: PromiseWithResolvers<string>[] = [];
  const start = (): Promise<string> => {
    const end = Promise.withResolvers<string>();
    ends.push(end);
    return end.promise;
  };
  return { ends, start };
}

test('gives one answer to all who come while it is under way, and begins anew when it is there', async () => {
  const reads = new SharedReads<string>();
  const { ends, start } = started();

  const first = reads.join('w', 'key', 'r1', start);
  const second = reads.join('w', 'key', 'r2', start);
  ends[0]?.resolve('one');

  expect(await Promise.all([first.answer, second.answer])).toEqual(['one', 'one']);
  expect([first.requestId, second.requestId]).toEqual(['r1', 'r1']);
  expect(reads.join('w', 'key', 'r3', start).requestId).toBe('r3');
  expect(ends).toHaveLength(2);
  expect(reads.joined).toBe(1);
});

test.each([
  ['another key', 'w', 'other'],
  ['the same key in another workspace', 'v', 'key'],
])('joins nobody with %s', (_what, workspaceId, key) => {
  const reads = new SharedReads<string>();
  const { ends, start } = started();

  reads.join('w', 'key', 'r1', start);
  reads.join(workspaceId, key, 'r2', start);

  expect(ends).toHaveLength(2);
  expect(reads.joined).toBe(0);
});

test('a failure is for all who wait and for nobody after them', async () => {
  const reads = new SharedReads<string>();
  const { ends, start } = started();

  const waiting = [reads.join('w', 'key', 'r1', start), reads.join('w', 'key', 'r2', start)];
  ends[0]?.reject(new Error('away'));

  for (const { answer } of waiting) await expect(answer).rejects.toThrow('away');
  expect(reads.size).toBe(0);
  reads.join('w', 'key', 'r3', start);
  expect(ends).toHaveLength(2);
});

describe('nobody joins a read', () => {
  test('that began before something changed in its workspace; others go on being joined', () => {
    const reads = new SharedReads<string>();
    const { ends, start } = started();
    reads.join('w', 'key', 'r1', start);
    reads.join('v', 'key', 'r2', start);

    reads.close('w');
    reads.join('w', 'key', 'r3', start);
    reads.join('w', 'key', 'r4', start);
    reads.join('v', 'key', 'r5', start);

    expect(ends).toHaveLength(3);
    expect(reads.joined).toBe(2);
  });

  test('that has been under way for half a second', () => {
    let now = 0;
    const reads = new SharedReads<string>(500, () => now);
    const { ends, start } = started();
    reads.join('w', 'key', 'r1', start);

    now = 499;
    reads.join('w', 'key', 'r2', start);
    expect(ends).toHaveLength(1);
    now = 500;
    reads.join('w', 'key', 'r3', start);
    expect(ends).toHaveLength(2);
    now = 999;
    reads.join('w', 'key', 'r4', start);
    expect(ends).toHaveLength(2);
  });

  test('when reads last for no time at all', () => {
    const reads = new SharedReads<string>(0, () => 1);
    const { ends, start } = started();

    reads.join('w', 'key', 'r1', start);
    reads.join('w', 'key', 'r2', start);

    expect(ends).toHaveLength(2);
  });
});

test('keeps nothing once all reads have ended, in whatever order', async () => {
  const reads = new SharedReads<string>();
  const { ends, start } = started();
  const old = reads.join('w', 'key', 'r1', start);
  reads.close('w');
  const young = reads.join('w', 'key', 'r2', start);

  ends[0]?.resolve('old');
  await old.answer;
  expect(reads.size).toBe(1);
  ends[1]?.resolve('young');
  await young.answer;

  expect(reads.size).toBe(0);
});
