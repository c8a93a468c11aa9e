import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { exitStatus, importMail } from './import-mail.ts';
import { readOptions, usage, UsageError } from './options.ts';

/** npm runs scripts in the package's root; a path is meant from where the person stands. */
function placeOf(path: string): string {
  const here = resolve(path);
  const there = resolve(process.env['INIT_CWD'] ?? '.', path);
  return existsSync(here) ? here : there;
}

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2), process.env);
  if (options === null) {
    process.stdout.write(`${usage}\n`);
    return exitStatus.done;
  }
  const source = placeOf(options.source);
  if (!existsSync(source)) throw new UsageError(`${source} does not exist`);
  const stopped = new AbortController();
  const stop = (): void => {
    // A second Ctrl-C ends at once: what was acknowledged is noted already.
    if (stopped.signal.aborted) process.exit(exitStatus.interrupted);
    process.stderr.write('\nStopping; what is in flight ends first.\n');
    stopped.abort();
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  return importMail(
    { ...options, source },
    {
      out: process.stdout,
      err: process.stderr,
      signal: stopped.signal,
      giveUpAfterMs: 120_000,
      firstWaitMs: 200,
    },
  );
}

try {
  process.exitCode = await main();
} catch (error) {
  const message =
    error instanceof UsageError
      ? `${error.message}\n\n${usage}`
      : `The import broke off: ${Error.isError(error) ? error.message : String(error)}`;
  process.stderr.write(`${message}\n`);
  process.exitCode = exitStatus.refused;
}
