import type { JobContract } from '@smart-tickets/contracts';
import { readFileSync } from 'node:fs';
import type pg from 'pg';
import type { ServiceConfig } from './config.ts';
import { createHints, type Hints } from './hints.ts';
import { createLogger, type Logger } from './logger.ts';
import { migrate, type MigrationClass } from './migrate.ts';
import type { Running } from './process.ts';
import { appRole, createPool, systemRole } from './postgres.ts';
import { migrateQueues, openQueues, type JobHandlers, type QueueBackend } from './queues.ts';
import { outboxChannel, startSequencer, type Sequencer } from './sequencer.ts';

/** The parts that every service works with. */
export interface ServiceParts {
  readonly config: ServiceConfig;
  readonly log: Logger;
  /** Connections of the app role: confined to one workspace by `inWorkspace`. */
  readonly pool: pg.Pool;
  /** Connections of the system role, for what serves all workspaces. */
  readonly systemPool: pg.Pool;
  readonly queues: QueueBackend;
  readonly hints: Hints;
  /** To be called after a commit that wrote events. */
  readonly eventsWritten: () => void;
}

/** Opens what a service needs from its configuration. Nothing listens and nothing works yet. */
export function openParts(
  name: string,
  config: ServiceConfig,
): ServiceParts & { sequencer: () => Sequencer } {
  const log = createLogger(name, config.LOG_LEVEL);
  const pool = createPool(config.DATABASE_URL, appRole, name, 12, log);
  const systemPool = createPool(config.DATABASE_URL, systemRole, `${name}-system`, 3, log);
  const queues = openQueues(config.QUEUE_URL, config.QUEUE_NAMESPACE, log);
  const hints = createHints(
    {
      queueUrl: config.QUEUE_URL,
      databaseUrl: config.DATABASE_URL,
      namespace: config.QUEUE_NAMESPACE,
      service: name,
    },
    systemPool,
    log,
  );
  let running: Sequencer | undefined;
  return {
    config,
    log,
    pool,
    systemPool,
    queues,
    hints,
    eventsWritten: () => {
      if (running?.isLeader() === true) running.wake();
      else {
        hints.publish(outboxChannel, '').catch((error: unknown) => {
          log.debug({ err: error }, 'an outbox hint was lost');
        });
      }
    },
    sequencer: () => {
      running ??= startSequencer({ databaseUrl: config.DATABASE_URL, service: name, queues, hints, log });
      return running;
    },
  };
}

/** Handlers for exactly the queues that a service consumes; a missing or surplus one does not compile. */
export type HandlersFor<C extends Record<string, JobContract<unknown>>> = {
  [K in keyof C]: C[K] extends JobContract<infer P> ? JobHandlers<P> : never;
};

/** Starts one worker for each queue of the service. */
export function startWorkers<C extends Record<string, JobContract<unknown>>>(
  queues: QueueBackend,
  contracts: C,
  handlers: HandlersFor<C>,
): void {
  for (const key of Object.keys(contracts)) {
    const contract = contracts[key];
    const handler = handlers[key];
    if (contract === undefined || handler === undefined) throw new Error(`no handler for queue ${key}`);
    queues.work(contract, handler);
  }
}

/**
 * Brings a service up in the order in which it can fail: tables, seed, then whatever `start` starts. `readSeed` gives
 * the parsed seed file or null.
 */
export async function bootService(
  name: string,
  config: ServiceConfig,
  migrations: readonly MigrationClass[],
  start: (parts: ReturnType<typeof openParts>, seed: unknown) => Promise<Running>,
): Promise<Running> {
  if (config.RUN_MIGRATIONS) {
    await migrate(config.DATABASE_URL, migrations);
    await migrateQueues(config.QUEUE_URL);
  }
  const parts = openParts(name, config);
  const seed: unknown =
    config.SEED_FILE === undefined ? null : JSON.parse(readFileSync(config.SEED_FILE, 'utf8'));
  const running = await start(parts, seed);
  parts.log.info({ port: running.port, roles: config.ROLES }, 'ready');
  return running;
}

/** Ends pools, queues and hints after the work has stopped. */
export async function closeParts(parts: ServiceParts): Promise<void> {
  await parts.hints.close();
  await parts.pool.end();
  await parts.systemPool.end();
}

/** Readiness of the parts that a service cannot work without. */
export async function readiness(parts: ServiceParts): Promise<Record<string, boolean>> {
  try {
    await parts.pool.query('select 1');
    return { database: true };
  } catch {
    return { database: false };
  }
}

export { createMetrics, type ServiceGauge } from './metrics.ts';
export type { Running } from './process.ts';
