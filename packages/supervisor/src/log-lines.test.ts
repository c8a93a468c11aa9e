import { expect, test } from '@jest/globals';
import { createLogLines } from './log-lines.ts';

function collect(format: 'pretty' | 'json'): { log: ReturnType<typeof createLogLines>; lines: string[] } {
  const lines: string[] = [];
  return { log: createLogLines(format, (line) => lines.push(line)), lines };
}

test('a line of JSON becomes one line with the part, the level, the message and the rest of the fields', () => {
  const { log, lines } = collect('pretty');

  log.relay(
    'ticket',
    JSON.stringify({
      level: 40,
      time: 'now',
      service: 'ticket',
      queue: 'a b',
      err: { message: 'it broke', stack: 's' },
      msg: 'job failed',
    }),
  );

  expect(lines).toEqual(['ticket         | warn  job failed queue="a b" err="it broke"']);
});

test('text that came from outside can neither begin a line of its own nor move the cursor', () => {
  const { log, lines } = collect('pretty');

  log.relay('ticket', JSON.stringify({ level: 30, msg: 'one\nsearch | info two\u001b[2J\u0007' }));

  expect(lines).toEqual(['ticket         | info  one / search | info two']);
});

test.each(['Error: no JSON', '{"broken', 'null'])('%j is passed on as an error', (line) => {
  const { log, lines } = collect('pretty');

  log.relay('gateway', line);

  expect(lines).toEqual([`gateway        | error ${line}`]);
});

test('as JSON, the parts’ own lines go through unchanged and all else becomes an object', () => {
  const { log, lines } = collect('json');

  log.relay('ticket', '{"level":30,"msg":"ready"}');
  log.relay('ticket', 'no JSON');
  log.say('supervisor', 'warn', 'hm');
  log.announce('ready');

  expect(lines[0]).toBe('{"level":30,"msg":"ready"}');
  expect(lines.slice(1).map((line) => ({ ...(JSON.parse(line) as object), time: 0 }))).toEqual([
    { level: 50, time: 0, service: 'ticket', msg: 'no JSON' },
    { level: 40, time: 0, service: 'supervisor', msg: 'hm' },
    { level: 30, time: 0, service: 'supervisor', msg: 'ready' },
  ]);
});
