import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { emptyDataDir, openDataDir, readOrMake, writeWhole } from './data-dir.ts';
import { createDatabases } from './databases.ts';
import { clusterUrl } from './embedded-postgres.ts';
import { askReadiness, watchHealth } from './health.ts';
import { KeptPostgres } from './kept-postgres.ts';
import { takeLock } from './lock-file.ts';
import type { LogLines } from './log-lines.ts';
import { ManagedProcess } from './managed-process.ts';
import { gatewaySpec, serviceNames, serviceSpecs, type Wiring } from './parts.ts';
import { assertPortFree } from './port-owner.ts';
import { choosePorts } from './ports.ts';
import { endLeftovers, writeProcessList } from './process-list.ts';
import { openSecrets, writeTokens, type Secrets } from './secrets.ts';
import { makeSeed, withPasswords, type Seed } from './seed.ts';
import type { Settings } from './settings.ts';

// More than the 15 s after which a process of ours ends itself (kit's runProcess).
const stopLimitMs = 20_000;
const reminderMs = 15_000;

/** All processes of Smart Tickets on this machine, from the first start to the clean stop. */
export class System {
  #settings: Settings;
  #log: LogLines;
  #release: () => void = () => undefined;
  #postgres: KeptPostgres | undefined;
  #services: ManagedProcess[] = [];
  #gateway: ManagedProcess | undefined;
  #endHealth: () => void = () => undefined;
  #stopping: Promise<void> | undefined;
  #stopWaiters: (() => void)[] = [];
  #killed = false;

  constructor(settings: Settings, log: LogLines) {
    this.#settings = settings;
    this.#log = log;
  }

  get #url(): string {
    return `http://${this.#localHost}:${this.#settings.port}/graphql`;
  }

  // Where this machine itself reaches the gateway.
  get #localHost(): string {
    const { host } = this.#settings;
    return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  }

  /**
   * Starts everything and resolves when the gateway answers, or when `stop` was called meanwhile. Rejects with a
   * StartFault before anything is started when the data directory or the port is another's.
   */
  async start(): Promise<void> {
    const { dataDir, host, port, fresh } = this.#settings;
    openDataDir(dataDir);
    this.#release = takeLock(dataDir, this.#url);
    await assertPortFree(host, port);
    this.#log.say('supervisor', 'info', `starting on ${dataDir}`);
    const killed = await endLeftovers(dataDir, [...serviceNames, 'gateway']);
    for (const name of killed)
      this.#log.say('supervisor', 'warn', `killed ${name}, left behind by an earlier start`);
    if (fresh) await emptyDataDir(dataDir);
    const secrets = await openSecrets(dataDir);
    const seed = await this.#readSeed(secrets);
    await writeTokens(dataDir, secrets, seed);
    if (this.#stopping !== undefined) return;
    const wiring = await this.#startDatabases(secrets);
    if (this.#stopping !== undefined) return;
    await this.#startProcesses(secrets, wiring, seed);
  }

  // A data directory of an earlier version has a seed without passwords.
  async #readSeed(secrets: Secrets): Promise<Seed> {
    const file = path.join(this.#settings.dataDir, 'seed.json');
    const seed = await readOrMake(file, 0o644, makeSeed);
    const completed = await withPasswords(seed, secrets.internalTokenKey);
    if (completed === null) return seed;
    writeWhole(file, `${JSON.stringify(completed, null, 2)}\n`, 0o644);
    return completed;
  }

  async #startDatabases(secrets: Secrets): Promise<Wiring> {
    const { dataDir, databaseHostUrl } = this.#settings;
    const [postgresPort = 0, ...ports] = await choosePorts(1 + serviceNames.length);
    if (databaseHostUrl !== null) {
      const databaseUrl = (database: string): string => {
        const url = new URL(databaseHostUrl);
        url.pathname = `/${database}`;
        return url.href;
      };
      await createDatabases(databaseUrl('postgres'));
      return { ports, databaseUrl };
    }
    const password = secrets.databasePassword;
    const postgres = new KeptPostgres({ dataDir, port: postgresPort, password }, this.#log, () => {
      this.#list();
    });
    this.#postgres = postgres;
    await postgres.start();
    const databaseUrl = (database: string): string => clusterUrl(postgresPort, password, database);
    if (this.#stopping === undefined) await createDatabases(databaseUrl('postgres'));
    return { ports, databaseUrl };
  }

  async #startProcesses(secrets: Secrets, wiring: Wiring, seed: Seed): Promise<void> {
    const manage = (spec: ConstructorParameters<typeof ManagedProcess>[0]): ManagedProcess =>
      new ManagedProcess(spec, this.#log, () => {
        this.#list();
      });
    this.#services = serviceSpecs(this.#settings, secrets, wiring).map(manage);
    const gateway = manage(gatewaySpec(this.#settings, secrets, wiring, seed.workspace.id));
    this.#gateway = gateway;
    const all = [...this.#services, gateway];
    for (const started of all) started.start();
    const reminder = setInterval(() => {
      const missing = all.filter((started) => !started.isReady).map((started) => started.spec.name);
      this.#log.say('supervisor', 'warn', `still waiting for ${missing.join(', ')}`);
    }, reminderMs);
    await Promise.race([Promise.all(all.map((started) => started.firstReady)), this.#stopped()]);
    clearInterval(reminder);
    while (
      this.#stopping === undefined &&
      (await askReadiness(this.#localHost, this.#settings.port)) !== null
    ) {
      await pause(100);
    }
    if (this.#stopping !== undefined) return;
    this.#endHealth = watchHealth(
      all.map((watched) => ({ process: watched, host: watched === gateway ? this.#localHost : '127.0.0.1' })),
      this.#log,
    );
    this.#announce();
  }

  #announce(): void {
    const { dataDir } = this.#settings;
    const directory = this.#postgres?.directory ?? null;
    this.#log.announce(`Data:   ${dataDir}`);
    if (directory !== null && !directory.startsWith(dataDir + path.sep)) {
      this.#log.announce(`        the database is in ${directory}, which the user of Postgres can enter`);
    }
    this.#log.announce(`Tokens: ${path.join(dataDir, 'tokens.json')}`);
    if (this.#settings.graphiql) this.#log.announce(`Try it: ${this.#url.replace(/graphql$/, 'graphiql')}`);
    this.#log.announce(`Smart Tickets is ready: ${this.#url}`);
  }

  #stopped(): Promise<void> {
    return new Promise((resolve) => this.#stopWaiters.push(resolve));
  }

  /** Stops the gateway, then the services, then Postgres, each when the one before has ended its work. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stopAll();
    for (const resolve of this.#stopWaiters.splice(0)) resolve();
    return this.#stopping;
  }

  async #stopAll(): Promise<void> {
    this.#endHealth();
    await this.#gateway?.stop(stopLimitMs);
    await Promise.all(this.#services.map((service) => service.stop(stopLimitMs)));
    await this.#postgres?.stop(this.#killed ? 'immediate' : 'fast');
    this.#release();
  }

  /** Ends everything at once; Postgres recovers at its next start. To be followed by awaiting `stop`. */
  kill(): void {
    this.#killed = true;
    this.#endHealth();
    for (const running of [this.#gateway, ...this.#services]) running?.kill();
    void this.#postgres?.stop('immediate');
  }

  #list(): void {
    const listed: Record<string, { pid: number; port: number } | null> = {
      supervisor: { pid: process.pid, port: this.#settings.port },
    };
    const pids = this.#postgres?.pids ?? null;
    if (this.#postgres !== undefined) {
      listed['postgres'] = pids === null ? null : { pid: pids.postgres, port: this.#postgres.port };
      listed['postgres-guard'] = pids === null ? null : { pid: pids.guard, port: this.#postgres.port };
    }
    for (const running of [...this.#services, this.#gateway]) {
      if (running === undefined) continue;
      const { pid, spec } = running;
      listed[spec.name] = pid === null ? null : { pid, port: spec.port };
    }
    writeProcessList(this.#settings.dataDir, listed);
  }
}
