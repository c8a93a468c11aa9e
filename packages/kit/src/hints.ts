import { Redis } from 'ioredis';
import pg from 'pg';
import { BackOff, pause } from './limits.ts';
import type { Logger } from './logger.ts';
import { connectionSettings, systemRole } from './postgres.ts';

/**
 * Wake-ups between processes. They may be lost, doubled or late: whoever listens also looks by itself every so often,
 * and decides by what the database says. `onLost` tells that some may have been missed.
 */
export interface Hints {
  publish(channel: string, payload: string): Promise<void>;
  subscribe(channel: string, listener: (payload: string) => void, onLost: () => void): Promise<void>;
  close(): Promise<void>;
}

interface Listener {
  onHint: (payload: string) => void;
  onLost: () => void;
}

/** Hints by NOTIFY of the service's own database. Payloads are at most 7,500 bytes. */
export class PostgresHints implements Hints {
  #pool: pg.Pool;
  #url: string;
  #log: Logger;
  #listeners = new Map<string, Listener>();
  #stopped = new AbortController();
  #running: Promise<void> | undefined;
  #client: pg.Client | undefined;

  constructor(url: string, pool: pg.Pool, log: Logger) {
    this.#url = url;
    this.#pool = pool;
    this.#log = log;
  }

  async publish(channel: string, payload: string): Promise<void> {
    await this.#pool.query({ name: 'hint', text: 'select pg_notify($1, $2)', values: [channel, payload] });
  }

  async subscribe(channel: string, onHint: (payload: string) => void, onLost: () => void): Promise<void> {
    this.#listeners.set(channel, { onHint, onLost });
    if (this.#running === undefined) this.#running = this.#listen();
    else await this.#client?.query(`listen "${channel}"`).catch(() => undefined);
  }

  async #listen(): Promise<void> {
    const backOff = new BackOff(50, 2_000);
    while (!this.#stopped.signal.aborted) {
      const client = new pg.Client(connectionSettings(this.#url, systemRole, 'hints'));
      const lost = new Promise<void>((resolve) => {
        client.on('error', () => {
          resolve();
        });
        client.on('end', () => {
          resolve();
        });
        this.#stopped.signal.addEventListener('abort', () => {
          resolve();
        });
      });
      client.on('notification', ({ channel, payload }) => {
        this.#listeners.get(channel)?.onHint(payload ?? '');
      });
      try {
        await client.connect();
        for (const channel of this.#listeners.keys()) await client.query(`listen "${channel}"`);
        this.#client = client;
        backOff.reset();
        for (const listener of this.#listeners.values()) listener.onLost();
        await lost;
      } catch (error) {
        this.#log.warn({ err: error }, 'cannot listen for hints');
      }
      this.#client = undefined;
      await client.end().catch(() => undefined);
      await pause(backOff.next(), this.#stopped.signal);
    }
  }

  async close(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }
}

/** Hints by PUBLISH of the queue's Redis or Valkey. */
export class RedisHints implements Hints {
  #publisher: Redis;
  #subscriber: Redis;
  #prefix: string;
  #listeners = new Map<string, Listener>();

  constructor(url: string, prefix: string, log: Logger) {
    this.#prefix = `${prefix}:hint:`;
    this.#publisher = new Redis(url, {
      connectionName: prefix,
      maxRetriesPerRequest: 1,
      commandTimeout: 5_000,
      lazyConnect: true,
    });
    this.#subscriber = new Redis(url, {
      connectionName: prefix,
      maxRetriesPerRequest: null,
      lazyConnect: true,
    });
    for (const client of [this.#publisher, this.#subscriber]) {
      client.on('error', (error: Error) => {
        log.warn({ err: error }, 'the hint connection failed');
      });
    }
    this.#subscriber.on('message', (channel: string, payload: string) => {
      this.#listeners.get(channel)?.onHint(payload);
    });
    this.#subscriber.on('ready', () => {
      for (const listener of this.#listeners.values()) listener.onLost();
    });
  }

  async publish(channel: string, payload: string): Promise<void> {
    await this.#publisher.publish(this.#prefix + channel, payload);
  }

  async subscribe(channel: string, onHint: (payload: string) => void, onLost: () => void): Promise<void> {
    this.#listeners.set(this.#prefix + channel, { onHint, onLost });
    await this.#subscriber.subscribe(this.#prefix + channel);
  }

  close(): Promise<void> {
    this.#publisher.disconnect();
    this.#subscriber.disconnect();
    return Promise.resolve();
  }
}

/** The hints that go with a queue backend: Redis where the queues are there, else NOTIFY of the own database. */
export function createHints(
  config: { queueUrl: string; databaseUrl: string; namespace: string; service: string },
  systemPool: pg.Pool,
  log: Logger,
): Hints {
  return config.queueUrl.startsWith('redis')
    ? new RedisHints(config.queueUrl, `{${config.namespace}.${config.service}}`, log)
    : new PostgresHints(config.databaseUrl, systemPool, log);
}
