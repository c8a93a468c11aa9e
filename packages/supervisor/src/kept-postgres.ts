import {
  startEmbeddedPostgres,
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
} from './embedded-postgres.ts';
import type { LogLines } from './log-lines.ts';
import type { StopMode } from './postmaster-pid.ts';

const firstWaitMs = 100;
const mostWaitMs = 10_000;
const healthyMs = 30_000;

/** The embedded Postgres, started again on the same port whenever it falls. */
export class KeptPostgres {
  #options: EmbeddedPostgresOptions;
  #log: LogLines;
  #changed: () => void;
  #running: EmbeddedPostgres | undefined;
  #wanted = true;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = firstWaitMs;
  #starting: Promise<unknown> = Promise.resolve();
  #mode: StopMode = 'fast';

  constructor(options: EmbeddedPostgresOptions, log: LogLines, changed: () => void) {
    this.#options = options;
    this.#log = log;
    this.#changed = changed;
  }

  /** The pids of Postgres and its guard, or null while it is down. */
  get pids(): { postgres: number; guard: number } | null {
    return this.#running === undefined
      ? null
      : { postgres: this.#running.pid, guard: this.#running.guardPid };
  }

  get port(): number {
    return this.#options.port;
  }

  get directory(): string | null {
    return this.#running?.directory ?? null;
  }

  /** Starts it; rejects when it cannot be started the first time. */
  async start(): Promise<void> {
    const starting = startEmbeddedPostgres(this.#options);
    this.#starting = starting.catch(() => undefined);
    const running = await starting;
    this.#running = running;
    this.#changed();
    const startedAt = Date.now();
    void running.ended.then((reason) => {
      this.#running = undefined;
      this.#changed();
      if (Date.now() - startedAt >= healthyMs) this.#waitMs = firstWaitMs;
      if (this.#wanted) this.#startAgain(reason);
    });
  }

  /** Stops it for good; may be called again with the harder mode. */
  async stop(mode: StopMode): Promise<void> {
    this.#wanted = false;
    this.#mode = mode;
    clearTimeout(this.#timer);
    await this.#starting;
    await this.#running?.stop(this.#mode);
  }

  #startAgain(reason: string): void {
    this.#log.say('postgres', 'warn', `${reason}; starting again in ${this.#waitMs} ms`);
    this.#timer = setTimeout(() => {
      this.start().then(
        () => {
          this.#log.say('postgres', 'info', 'running again');
        },
        (error: unknown) => {
          if (this.#wanted) this.#startAgain(error instanceof Error ? error.message : String(error));
        },
      );
    }, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, mostWaitMs);
  }
}
