import type { LogLines } from './log-lines.ts';
import type { ManagedProcess } from './managed-process.ts';

const limitMs = 3_000;

/** What a process's /readyz answers: null when all is well, else what is wrong, in a few words. */
export async function askReadiness(host: string, port: number): Promise<string | null> {
  try {
    const response = await fetch(`http://${host}:${port}/readyz`, { signal: AbortSignal.timeout(limitMs) });
    const body = await response.text();
    return response.ok ? null : `${response.status} ${body.slice(0, 200)}`;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    return cause instanceof Error ? cause.message || cause.name : String(cause);
  }
}

/** Asks every process at intervals whether it is ready, and says when an answer has changed. Gives back how to end it. */
export function watchHealth(
  processes: readonly { readonly process: ManagedProcess; readonly host: string }[],
  log: LogLines,
  everyMs = 2_000,
): () => void {
  const known = new Map<string, string | null>();
  const look = async ({ process, host }: (typeof processes)[number]): Promise<void> => {
    // One that is being started again has been spoken of already.
    if (!process.isReady) {
      if (process.pid !== null) known.set(process.spec.name, 'starting');
      return;
    }
    const { name, port } = process.spec;
    const fault = await askReadiness(host, port);
    const before = known.get(name) ?? null;
    known.set(name, fault);
    if (fault === before) return;
    if (fault === null) log.say(name, 'info', 'healthy');
    else if (before === null || before === 'starting') log.say(name, 'warn', `not healthy: ${fault}`);
  };
  const timer = setInterval(() => {
    for (const entry of processes) void look(entry);
  }, everyMs);
  return () => {
    clearInterval(timer);
  };
}
