import { spawn, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { ConnectorSettings, Death } from './fake-connector.ts';

const entry = fileURLToPath(new URL('connector-process.ts', import.meta.url));

/** Keeps a connector running: starts it again whenever it dies, and has its lives end where they are to end. */
export class ConnectorKeeper {
  /** What killed it so far, in that order. */
  readonly deaths: string[] = [];
  /** The last things that it complained of. */
  readonly complaints: string[] = [];
  #settings: ConnectorSettings;
  #child: ChildProcess | undefined;
  #planned: Death[] = [];
  #killed = false;
  #stopped = false;

  constructor(settings: ConnectorSettings) {
    this.#settings = settings;
    this.#start();
  }

  /** The next lives end in this way, one after the other; what was planned before and has not come to pass is forgotten. */
  plan(deaths: readonly Death[]): void {
    this.#planned = [...deaths];
    this.#tell();
  }

  /** Kills it wherever it is; what is planned comes after that. */
  kill(): void {
    this.#killed = true;
    this.#child?.kill('SIGKILL');
  }

  /** Ends it for good. */
  async stop(): Promise<void> {
    this.#stopped = true;
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }

  #start(): void {
    const child = spawn(process.execPath, [entry, JSON.stringify(this.#settings)], {
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child = child;
    this.#killed = false;
    child.stderr?.on('data', (chunk: Buffer) => {
      this.complaints.push(chunk.toString());
      this.complaints.splice(0, this.complaints.length - 20);
    });
    child.once('exit', (code, signal) => {
      this.#child = undefined;
      const [death] = this.#killed ? [] : this.#planned.splice(0, 1);
      this.deaths.push(`${signal ?? code} ${death?.point ?? 'ANYWHERE'}`);
      if (!this.#stopped) this.#start();
    });
    this.#tell();
  }

  #tell(): void {
    const child = this.#child;
    if (child?.connected === true) child.send({ death: this.#planned[0] ?? null }, () => undefined);
  }
}
