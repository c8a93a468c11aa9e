import type { RunningSystem } from '@smart-tickets/testing/processes';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Random } from '../support/random.ts';
import type { CuttableLine } from './cuttable-line.ts';

export const cutNames = [
  'lines of a third',
  'lines of a few',
  'LISTEN connections',
  'connections of the ticket service to Postgres',
  'gateway killed',
  'ticket service killed',
  'slow consumers',
] as const;
export type CutName = (typeof cutNames)[number];

export interface CutOptions {
  readonly system: RunningSystem;
  readonly ticketUrl: string;
  readonly line: CuttableLine;
  /** The line of those who stop reading at times. */
  readonly slowLine: CuttableLine;
  readonly random: Random;
  /** From the end of one cut to the next, about. */
  readonly everyMs: number;
  /** A process that was killed is left alone for so long: the supervisor waits longer with one that dies often. */
  readonly mercyMs: number;
  /** How long slow consumers do not read. */
  readonly stallMs: number;
  /** Whether processes may be killed now. */
  readonly mayKill: () => boolean;
}

/** Cuts, one after the other, until it is stopped: each kind once, then by chance. */
export class Cuts {
  readonly made = new Map<CutName, number>();
  #options: CutOptions;
  #killedAt = new Map<string, number>();
  #stopped = new AbortController();
  #stall: Promise<void> | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(options: CutOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running = this.#run();
  }

  /** Cuts no more; all lines carry again. */
  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
    await this.#stall;
  }

  async #run(): Promise<void> {
    const { random, everyMs } = this.#options;
    const { signal } = this.#stopped;
    // What takes longest to show begins, and what is killed only while it may be; the others in any order.
    const first: CutName[] = ['slow consumers', 'gateway killed', 'ticket service killed'];
    for (const name of cutNames)
      if (!first.includes(name)) first.splice(3 + random.int(first.length - 2), 0, name);
    while (!signal.aborted) {
      await pause(everyMs / 2 + random.int(everyMs), undefined, { signal }).catch(() => undefined);
      if (signal.aborted) return;
      const name = first.shift() ?? random.pick(cutNames);
      if (await this.#make(name)) this.made.set(name, (this.made.get(name) ?? 0) + 1);
    }
  }

  /** False when it is not the time for such a cut. */
  async #make(name: CutName): Promise<boolean> {
    const { line, slowLine, random } = this.#options;
    switch (name) {
      case 'lines of a third':
        line.cut(() => random.oneIn(3));
        slowLine.cut(() => random.oneIn(6));
        return true;
      case 'lines of a few':
        line.cut(() => random.oneIn(20));
        return true;
      case 'LISTEN connections':
        return this.#terminate("query ilike 'listen %'");
      case 'connections of the ticket service to Postgres':
        return this.#terminate("datname = 'ticket'");
      case 'gateway killed':
        return this.#kill('gateway');
      case 'ticket service killed':
        return this.#kill('ticket');
      case 'slow consumers':
        if (this.#stall !== undefined) return false;
        this.#stall = this.#holdUp().finally(() => (this.#stall = undefined));
        return true;
    }
  }

  async #holdUp(): Promise<void> {
    const { slowLine, stallMs } = this.#options;
    slowLine.hold();
    await pause(stallMs, undefined, { signal: this.#stopped.signal }).catch(() => undefined);
    slowLine.release();
  }

  #kill(part: 'gateway' | 'ticket'): boolean {
    const { system, mercyMs, mayKill } = this.#options;
    if (!mayKill()) return false;
    if (performance.now() - (this.#killedAt.get(part) ?? -Infinity) < mercyMs) return false;
    if (system.pid(part) === null) return false;
    system.kill(part, 'SIGKILL');
    this.#killedAt.set(part, performance.now());
    return true;
  }

  async #terminate(condition: string): Promise<boolean> {
    const client = new pg.Client({
      connectionString: this.#options.ticketUrl,
      connectionTimeoutMillis: 5_000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      const { rowCount } = await client.query(
        `select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and ${condition}`,
      );
      return (rowCount ?? 0) > 0;
    } catch {
      return false;
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}
