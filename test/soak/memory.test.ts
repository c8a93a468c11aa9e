import { expect, test } from '@jest/globals';
import { verdictOf, warmUpMs, type Sample } from './memory.ts';

/** One sample a second of a process that ran so long, its sizes in MiB by the second. */
function life(
  startedAt: number,
  seconds: number,
  rss: (at: number) => number,
  heap = rss,
  reserved = (_at: number) => 60,
): Sample[] {
  return Array.from({ length: seconds }, (_, at) => ({
    part: 'gateway' as const,
    atMs: (startedAt + at) * 1_000,
    startedAt,
    rss: rss(at),
    heap: heap(at),
    reserved: reserved(at),
    upstreams: 1,
  }));
}
const breathing = (at: number): number => 150 + (at % 7) * 5;
const seconds = warmUpMs / 1_000 + 240;

test.each<[string, Sample[], boolean | null]>([
  ['what stays as it is', life(0, seconds, breathing), true],
  [
    'what grows while it warms up only',
    life(0, seconds, (at) => Math.min(100 + at * 4, 100 + (warmUpMs / 1_000) * 4)),
    true,
  ],
  [
    'what is given back and taken again',
    life(0, seconds, (at) => (at > 100 && at < 200 ? 180 : 230), breathing),
    true,
  ],
  [
    'what V8 has reserved and does not use',
    life(
      0,
      seconds,
      (at) => 150 + at,
      breathing,
      (at) => 60 + at,
    ),
    true,
  ],
  [
    'what V8 gives up and the allocator keeps',
    life(
      0,
      seconds,
      () => 250,
      breathing,
      (at) => (at > 200 ? 60 : 120),
    ),
    true,
  ],
  ['what grows outside of the heap', life(0, seconds, (at) => 150 + at, breathing), false],
  ['what grows on and on', life(0, seconds, (at) => 150 + at), false],
  ['a heap that grows below a steady RSS', life(0, seconds, breathing, (at) => 40 + at / 4), false],
  ['a process that was too short', life(0, warmUpMs / 1_000 + 50, breathing), null],
  ['the last process only', [...life(0, 300, (at) => at * 3), ...life(400, seconds, breathing)], true],
  ['no process at all', [], null],
])('memory: %s', (_name, samples, expected) => {
  expect(verdictOf(samples, 'gateway').flat).toBe(expected);
});
