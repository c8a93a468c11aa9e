import { Gateway, GatewayRefusalError } from './gateway-client.ts';
import { handIn } from './hand-in.ts';
import { defaultJournalPath, Journal } from './journal.ts';
import type { ImportOptions } from './options.ts';
import { Progress } from './progress.ts';
import { faultsOf, tableOf } from './report.ts';
import { settle } from './settle.ts';
import { listFiles, readSource, type SourceFile } from './source.ts';
import { Tally } from './tally.ts';

/** Where an import writes to, and how it is stopped. */
export interface ImportSurroundings {
  readonly out: NodeJS.WriteStream;
  readonly err: NodeJS.WriteStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
  /** How long each request is tried again, in milliseconds, with the first wait between two tries. */
  readonly giveUpAfterMs: number;
  readonly firstWaitMs: number;
}

/** Exit statuses: all is in; something failed or is still in work; could not go on; stopped by Ctrl-C. */
export const exitStatus = { done: 0, failed: 1, refused: 2, interrupted: 130 } as const;

/**
 * Imports all mails of a source and waits for what becomes of them. Gives back the exit status; everything else is on
 * the streams. Repeating it is safe: the journal passes over what was handed in, the intake recognises the rest.
 */
export async function importMail(options: ImportOptions, around: ImportSurroundings): Promise<number> {
  const files = await listFiles(options.source);
  const journal = new Journal(
    options.stateFile ?? defaultJournalPath(options.dataDir, options.source, options.url),
    options.again,
  );
  const progress = new Progress(around.err);
  const gateway = new Gateway({
    url: options.url,
    token: options.token,
    connections: options.concurrency,
    giveUpAfterMs: around.giveUpAfterMs,
    firstWaitMs: around.firstWaitMs,
    mostWaitMs: 5_000,
    requestTimeoutMs: 60_000,
    onRetry: (reason) => {
      progress.trouble(reason);
    },
  });
  if (journal.size > 0) around.err.write(`Going on: ${journal.size} mails were handed in before.\n`);
  try {
    return await run(options, around, { files, journal, progress, gateway });
  } finally {
    await gateway.close();
  }
}

interface Parts {
  readonly files: readonly SourceFile[];
  readonly journal: Journal;
  readonly progress: Progress;
  readonly gateway: Gateway;
}

async function run(options: ImportOptions, around: ImportSurroundings, parts: Parts): Promise<number> {
  const { signal } = around;
  const tally = new Tally();
  const startedAt = performance.now();
  let handedInAt = startedAt;
  let fault: GatewayRefusalError | undefined;
  try {
    await handInAll(options, around, parts, tally);
    handedInAt = performance.now();
    await settleAll(options, around, parts, tally);
  } catch (error) {
    if (!(error instanceof GatewayRefusalError)) throw error;
    if (handedInAt === startedAt) handedInAt = performance.now();
    fault = error;
  }
  parts.progress.clear();
  const settled = fault === undefined && !signal.aborted && tally.waiting.size === 0;
  const faults = faultsOf(tally);
  if (faults !== '') around.err.write(`${faults}\n`);
  const timing = {
    handingInSeconds: (handedInAt - startedAt) / 1_000,
    untilSettledSeconds: settled ? (performance.now() - startedAt) / 1_000 : null,
  };
  around.out.write(`${tableOf(tally, timing)}\n`);
  if (fault !== undefined) around.err.write(`Stopped: ${fault.message}.\n`);
  if (fault !== undefined || !settled) around.err.write(howToGoOn(parts.journal.path, signal.aborted));
  if (signal.aborted) return exitStatus.interrupted;
  if (fault !== undefined) return exitStatus.refused;
  return settled && tally.failed.length === 0 ? exitStatus.done : exitStatus.failed;
}

async function handInAll(
  options: ImportOptions,
  around: ImportSurroundings,
  { files, journal, progress, gateway }: Parts,
  tally: Tally,
): Promise<void> {
  const totalBytes = Math.max(
    1,
    files.reduce((sum, file) => sum + file.sizeBytes, 0),
  );
  const show = (): void => {
    progress.show({
      label: 'handing in',
      count: tally.acknowledgedNow + tally.acknowledgedEarlier,
      fraction: Math.min(1, tally.sourceBytes / totalBytes),
    });
  };
  show();
  await handIn(readSource(options.source, files), {
    gateway,
    journal,
    tally,
    concurrency: options.concurrency,
    signal: around.signal,
    onProgress: show,
  });
}

async function settleAll(
  options: ImportOptions,
  around: ImportSurroundings,
  { progress, gateway }: Parts,
  tally: Tally,
): Promise<void> {
  const all = Math.max(1, tally.waiting.size);
  const show = (): void => {
    const settled = all - tally.waiting.size;
    progress.show({ label: 'settling', count: settled, fraction: settled / all });
  };
  show();
  await settle({
    gateway,
    tally,
    limitMs: options.timeoutMinutes * 60_000,
    signal: around.signal,
    onProgress: show,
  });
}

function howToGoOn(journalPath: string, interrupted: boolean): string {
  const why = interrupted ? 'Interrupted' : 'Not at its end';
  return `${why}: nothing is lost. The same command goes on from here (${journalPath} holds what is handed in).\n`;
}
