import { setTimeout as pause } from 'node:timers/promises';
import type { Interest } from './interests.ts';
import { transports, type Message, type TransportName } from './transports.ts';

export interface SubscriberOptions {
  readonly name: string;
  readonly transport: TransportName;
  readonly interest: Interest;
  /** Whose eyes these are. */
  readonly viewer: string;
  /** Where it connects; may lead over a line that is cut. */
  readonly url: string;
  /** A token that is good now. */
  readonly tokenOf: (viewer: string) => Promise<string>;
  /** The cursor to begin after; null begins with what comes next. */
  readonly after: string | null;
}

interface EventView {
  readonly cursor: string;
  readonly kind: string;
  readonly ticket: { readonly id: string; readonly version: number };
}

/** One line for an event as it must be told: where in the log, what, of which ticket. */
export function lineOf(cursor: string, kind: string, ticketId: string, version: number): string {
  return `${cursor} ${kind} ${ticketId} ${version}`;
}

/** Codes of errors after which a client can only ask again from its cursor; whatever else ends a subscription is a fault. */
const passing = new Set(['INTERNAL_SERVER_ERROR', 'SUBGRAPH_UNAVAILABLE', 'RATE_LIMITED']);
/** The first wait before it comes back; it doubles up to 64 times that while nothing comes. */
const waitMs = 50;

/** Somebody who watches tickets and comes back with the last cursor seen whenever the connection is lost. */
export class Subscriber {
  readonly options: SubscriberOptions;
  /** What was told, in the order in which it was told. */
  readonly told: string[] = [];
  /** How often each kind of end was met. */
  readonly ends = new Map<string, number>();
  /** Codes of errors that no outage explains. */
  readonly faults: string[] = [];
  /** Events in which a part was missing, as a subgraph was away; they count as told. */
  partial = 0;
  /** Messages without the event itself; after these it comes back for it. */
  voids = 0;
  connections = 0;
  /** What it does just now, and since when. */
  state = 'new';
  /** The first cursor seen, of one who began with what came next. */
  first: string | null = null;
  #last: string | null;
  #stopped = new AbortController();
  #running: Promise<void>;

  constructor(options: SubscriberOptions) {
    this.options = options;
    this.#last = options.after;
    this.#running = this.#run();
  }

  /** The cursor that it would come back with. */
  get last(): string | null {
    return this.#last;
  }

  async stop(): Promise<void> {
    this.#stopped.abort();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopped;
    for (let failures = 0; !signal.aborted;) {
      const before = this.told.length;
      const end = await this.#once();
      this.#is(`ended by ${end}`);
      if (signal.aborted) return;
      this.ends.set(end, (this.ends.get(end) ?? 0) + 1);
      failures = this.told.length > before ? 0 : Math.min(failures + 1, 6);
      await pause(waitMs * 2 ** failures, undefined, { signal }).catch(() => undefined);
    }
  }

  /** Subscribes and gives back why that ended. */
  async #once(): Promise<string> {
    const { transport, interest, url, viewer, tokenOf } = this.options;
    let token: string;
    try {
      token = await tokenOf(viewer);
    } catch {
      return 'no token';
    }
    const ended = Promise.withResolvers<string>();
    const leave = transports[transport](
      { url, token, query: interest.query, variables: { ...interest.variables, after: this.#last } },
      {
        next: (message) => {
          if (!this.#take(message)) ended.resolve('event missing');
        },
        ended: (reason, codes) => {
          const unexplained = codes.filter((code) => !passing.has(code));
          this.faults.push(...unexplained);
          ended.resolve(codes[0] ?? reason);
        },
      },
    );
    this.connections += 1;
    this.#is(`subscribed after ${this.#last}`);
    const stop = (): void => {
      ended.resolve('stopped');
    };
    this.#stopped.signal.addEventListener('abort', stop, { once: true });
    const reason = await ended.promise;
    this.#stopped.signal.removeEventListener('abort', stop);
    leave();
    return reason;
  }

  #is(state: string): void {
    this.state = `${state} at ${new Date().toISOString()}`;
  }

  /** False when there is no event in the message. */
  #take({ data, errors }: Message): boolean {
    const codes = (errors ?? []).map(({ extensions }) => String(extensions?.code));
    this.faults.push(...codes.filter((code) => !passing.has(code)));
    const event = (data as { ticketEvents?: EventView | null } | null | undefined)?.ticketEvents;
    if (event == null) {
      this.voids += 1;
      return false;
    }
    if (codes.length > 0) this.partial += 1;
    const { cursor, kind, ticket } = event;
    this.told.push(lineOf(cursor, kind, ticket.id, ticket.version));
    this.first ??= cursor;
    this.#last = cursor;
    return true;
  }
}
