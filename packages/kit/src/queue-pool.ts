import { EventEmitter } from 'node:events';
import pg from 'pg';

type EventListener = Parameters<EventEmitter['on']>[1];

/** What BullMQ's Postgres backend asks of a client, as far as this pool serves it. */
interface VirtualClient {
  query(text: unknown, values?: unknown): Promise<unknown>;
  release(destroy?: boolean | Error): void;
  on(event: string, listener: EventListener): unknown;
  removeListener(event: string, listener: EventListener): unknown;
  removeAllListeners(event?: string): unknown;
}

/**
 * One pool and one LISTEN connection for all queues and workers of a process. BullMQ would otherwise pin one
 * connection for each worker; here every client's LISTEN goes to one shared connection, and a real client is taken
 * from the pool only for as long as somebody uses it. Duck-typed as the `pg.Pool` that BullMQ accepts.
 */
export class QueuePool extends EventEmitter {
  readonly options: { readonly keepAlive: true };
  #pool: pg.Pool;
  #settings: pg.ClientConfig;
  #listener: Promise<pg.Client> | undefined;
  #virtual = new Set<EventEmitter>();
  #ended = false;

  constructor(settings: pg.ClientConfig, max: number) {
    super();
    this.setMaxListeners(0);
    this.options = { keepAlive: true };
    this.#settings = settings;
    this.#pool = new pg.Pool({ ...settings, max });
    this.#pool.on('error', (error) => this.emit('error', error));
    // Lost while in use: the statement fails; the event itself must only be heard.
    this.#pool.on('connect', (client) => {
      client.on('error', () => undefined);
    });
    // 'error' without a listener would end the process; BullMQ adds its own to each queue.
    this.on('error', () => undefined);
  }

  query(...args: Parameters<pg.Pool['query']>): Promise<unknown> {
    return this.#pool.query(...args) as unknown as Promise<unknown>;
  }

  connect(): Promise<VirtualClient> {
    const events = new EventEmitter();
    events.setMaxListeners(0);
    this.#virtual.add(events);
    let real: Promise<pg.PoolClient> | undefined;
    const client: VirtualClient = {
      query: async (text, values) => {
        const sql = typeof text === 'string' ? text : '';
        // BullMQ's statements begin with comment lines.
        if (/^\s*(un)?listen\s/im.test(sql)) return (await this.#listenClient()).query(sql);
        // A name for the LISTEN connection of one worker makes no sense where all share it.
        if (sql.includes(`set_config('application_name'`)) return { rows: [], rowCount: 0 };
        real ??= this.#pool.connect();
        return (await real).query(text as string, values as unknown[]);
      },
      release: (destroy) => {
        this.#virtual.delete(events);
        void real?.then(
          (taken) => {
            taken.release(destroy);
          },
          () => undefined,
        );
      },
      on: (event, listener) => events.on(event, listener),
      removeListener: (event, listener) => events.removeListener(event, listener),
      removeAllListeners: (event) => events.removeAllListeners(event),
    };
    return Promise.resolve(client);
  }

  async end(): Promise<void> {
    this.#ended = true;
    const listener = await this.#listener?.catch(() => undefined);
    await listener?.end().catch(() => undefined);
    await this.#pool.end();
  }

  #listenClient(): Promise<pg.Client> {
    this.#listener ??= this.#openListener();
    return this.#listener;
  }

  async #openListener(): Promise<pg.Client> {
    // Workers begin to listen at the same time, none waiting for the others.
    const client = new pg.Client({ ...this.#settings, pipeline: true });
    const lose = (error: Error): void => {
      if (this.#listener === undefined || this.#ended) return;
      this.#listener = undefined;
      // Each virtual client reports the loss to its owner, which asks for a new one and listens again.
      const affected = [...this.#virtual];
      for (const events of affected) if (events.listenerCount('error') > 0) events.emit('error', error);
    };
    client.on('error', lose);
    client.on('end', () => {
      lose(new Error('the LISTEN connection ended'));
    });
    client.on('notification', (message) => {
      for (const events of this.#virtual) events.emit('notification', message);
    });
    try {
      await client.connect();
    } catch (error) {
      this.#listener = undefined;
      throw error;
    }
    return client;
  }
}
