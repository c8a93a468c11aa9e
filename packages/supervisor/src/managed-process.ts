import { spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import type { LogLines } from './log-lines.ts';

/** A process of the system as the supervisor starts it. */
export interface ProcessSpec {
  readonly name: string;
  /** TypeScript file that is its entry. */
  readonly file: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Where it listens, on loopback. */
  readonly port: number;
}

/** Waits before restarts, in milliseconds. */
export interface RestartTimes {
  readonly firstMs: number;
  readonly mostMs: number;
  /** A process that has been ready for this long starts again from the first wait. */
  readonly healthyMs: number;
}

const usualTimes: RestartTimes = { firstMs: 100, mostMs: 10_000, healthyMs: 30_000 };

/**
 * One process that is kept running: started again when it ends, after waits that double. It leads a process group of
 * its own, so that Ctrl-C reaches it only through the supervisor, and ends when its channel to the supervisor closes.
 */
export class ManagedProcess {
  readonly spec: ProcessSpec;
  /** Resolves when the process has said for the first time that it is ready; never rejects. */
  readonly firstReady: Promise<void>;
  #log: LogLines;
  #times: RestartTimes;
  #changed: () => void;
  #child: ChildProcess | undefined;
  #isReady = false;
  #readySince = 0;
  #waitMs: number;
  #timer: NodeJS.Timeout | undefined;
  #wanted = false;
  #ended: Promise<void> = Promise.resolve();
  #sayReady: () => void = () => undefined;

  /** `changed` is told whenever the process has another pid or none. */
  constructor(spec: ProcessSpec, log: LogLines, changed: () => void, times: RestartTimes = usualTimes) {
    this.spec = spec;
    this.#log = log;
    this.#times = times;
    this.#changed = changed;
    this.#waitMs = times.firstMs;
    this.firstReady = new Promise((resolve) => {
      this.#sayReady = resolve;
    });
  }

  get pid(): number | null {
    return this.#child?.pid ?? null;
  }

  get isReady(): boolean {
    return this.#isReady;
  }

  start(): void {
    this.#wanted = true;
    this.#spawn();
  }

  /** Asks it to end, ends it by force after `limitMs`, and resolves when it is gone. */
  async stop(limitMs: number): Promise<void> {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const child = this.#child;
    if (child === undefined) return;
    child.kill('SIGTERM');
    const timer = setTimeout(() => {
      this.#log.say(this.spec.name, 'warn', `has not ended within ${limitMs / 1000} s and is killed`);
      this.kill();
    }, limitMs);
    await this.#ended;
    clearTimeout(timer);
  }

  /** Ends it at once, with all processes it has started, and does not start it again. */
  kill(): void {
    this.#wanted = false;
    clearTimeout(this.#timer);
    const pid = this.#child?.pid;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === 'win32' ? pid : -pid, 'SIGKILL');
    } catch {
      // It has just ended by itself.
    }
  }

  #spawn(): void {
    const child = spawn(process.execPath, [this.spec.file], {
      cwd: this.spec.cwd,
      env: this.spec.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    this.#child = child;
    for (const stream of [child.stdout, child.stderr]) if (stream !== null) this.#relay(stream);
    child.on('message', (message) => {
      if (!isReadyMessage(message)) return;
      this.#isReady = true;
      this.#readySince = Date.now();
      this.#sayReady();
    });
    this.#ended = new Promise((resolve) => {
      const end = (how: string): void => {
        if (this.#child !== child) return;
        this.#child = undefined;
        this.#afterEnd(how);
        resolve();
      };
      child.on('error', (error) => {
        if (child.pid === undefined) end(error.message);
      });
      child.on('exit', (code, signal) => {
        end(signal === null ? `status ${code}` : signal);
      });
    });
    this.#changed();
  }

  #relay(stream: Readable): void {
    createInterface({ input: stream, crlfDelay: Infinity }).on('line', (line) => {
      if (line.trim() !== '') this.#log.relay(this.spec.name, line);
    });
  }

  #afterEnd(how: string): void {
    if (this.#isReady && Date.now() - this.#readySince >= this.#times.healthyMs)
      this.#waitMs = this.#times.firstMs;
    this.#isReady = false;
    this.#changed();
    if (!this.#wanted) return;
    this.#log.say(this.spec.name, 'warn', `ended (${how}); starting again in ${this.#waitMs} ms`);
    this.#timer = setTimeout(() => {
      this.#spawn();
    }, this.#waitMs);
    this.#waitMs = Math.min(this.#waitMs * 2, this.#times.mostMs);
  }
}

function isReadyMessage(message: unknown): boolean {
  return typeof message === 'object' && message !== null && 'type' in message && message.type === 'ready';
}
