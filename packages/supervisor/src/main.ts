/** `npm start`: runs all of Smart Tickets on this machine until Ctrl-C. */
import { createLogLines } from './log-lines.ts';
import { readSettings, type Settings } from './settings.ts';
import { StartFault } from './start-fault.ts';
import { System } from './system.ts';

// A terminal that was closed takes no more lines; the stop goes on without them.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);

function complain(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const plain = error instanceof StartFault || ['EACCES', 'EPERM', 'EROFS', 'ENOSPC'].includes(String(code));
  const text =
    error instanceof Error ? (plain ? error.message : (error.stack ?? error.message)) : String(error);
  process.stderr.write(`${text}\n`);
}

function settingsOrExit(): Settings {
  try {
    return readSettings(process.argv.slice(2), process.env);
  } catch (error) {
    complain(error);
    process.exit(1);
  }
}

const settings = settingsOrExit();
const log = createLogLines(
  settings.logFormat,
  (line) => process.stdout.write(`${line}\n`),
  process.stdout.isTTY && process.env['NO_COLOR'] === undefined,
);
const system = new System(settings, log);
let asked = 0;

function end(code: number, reason: string): void {
  asked += 1;
  if (asked === 1) log.say('supervisor', 'info', `${reason}: stopping; once more ends everything at once`);
  else system.kill();
  system.stop().then(
    () => process.exit(asked > 1 ? 130 : code),
    (error: unknown) => {
      complain(error);
      process.exit(1);
    },
  );
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.on(signal, () => {
    end(0, signal);
  });
}
process.on('disconnect', () => {
  if (asked === 0) end(0, 'the starting process has ended');
});
process.on('uncaughtException', (error) => {
  complain(error);
  end(1, 'fault in the supervisor');
});

try {
  await system.start();
} catch (error) {
  if (asked === 0) {
    complain(error);
    await system.stop();
    process.exit(1);
  }
}
