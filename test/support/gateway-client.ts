import { createClient, type Client } from 'graphql-ws';

/** A GraphQL answer over HTTP. */
export interface Answer<T> {
  readonly status: number;
  readonly data: T | null;
  readonly errors: readonly {
    readonly message: string;
    readonly extensions?: { readonly code?: string };
  }[];
}

/** Asks the gateway as an agent front end or a connector would. */
export async function askGateway<T>(
  url: string,
  token: string | null,
  query: string,
  variables: object = {},
): Promise<Answer<T>> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      ...(token === null ? {} : { authorization: `Bearer ${token}` }),
    },
    body: JSON.stringify({ query, variables }),
    signal: AbortSignal.timeout(30_000),
  });
  const body = (await response.json()) as Partial<Answer<T>>;
  return { status: response.status, data: body.data ?? null, errors: body.errors ?? [] };
}

/** Data of an answer without errors; throws otherwise. */
export async function gatewayData<T>(
  url: string,
  token: string,
  query: string,
  variables: object = {},
): Promise<T> {
  const { status, data, errors } = await askGateway<T>(url, token, query, variables);
  if (data === null || errors.length > 0) throw new Error(`${status} ${JSON.stringify(errors)}`);
  return data;
}

/** One ticket event as the watcher below asks for it. */
export interface WatchedEvent {
  /** False when a subgraph was away while the event was put together. */
  readonly complete: boolean;
  readonly cursor: string;
  readonly kind: string;
  readonly changed: readonly string[];
  readonly ticket: {
    readonly id: string;
    readonly number: number;
    readonly version: number;
    readonly subject: string;
    readonly team: { readonly name: string } | null;
  };
  readonly entry: {
    readonly __typename: string;
    readonly source?: { readonly externalId: string; readonly channel: { readonly name: string } } | null;
  } | null;
}

const subscription = `subscription ($after: String) {
  ticketEvents(after: $after) {
    cursor kind changed
    ticket { id number version subject team { name } }
    entry { __typename ... on Message { source { externalId channel { name } } } }
  }
}`;

/**
 * A dashboard: watches all ticket events with fields of three subgraphs, and comes back with its cursor whenever the
 * connection is lost.
 */
export class Watcher {
  readonly events: WatchedEvent[] = [];
  /** Codes of the errors that came with events. */
  readonly faults: string[] = [];
  connections = 0;
  #client: Client;
  #stopped = false;
  #running: Promise<void>;

  constructor(url: string, token: string) {
    this.#client = createClient({
      url: url.replace(/^http/, 'ws'),
      connectionParams: { authorization: `Bearer ${token}` },
      retryAttempts: 0,
      on: { connected: () => void (this.connections += 1) },
    });
    this.#running = this.#watch();
  }

  async #watch(): Promise<void> {
    while (!this.#stopped) {
      try {
        const variables = { after: this.events.at(-1)?.cursor ?? null };
        for await (const result of this.#client.iterate<{ ticketEvents: WatchedEvent }>({
          query: subscription,
          variables,
        })) {
          const codes = (result.errors ?? []).map(({ extensions }) => String(extensions?.['code']));
          this.faults.push(...codes);
          const event = result.data?.ticketEvents;
          if (event !== undefined) this.events.push({ ...event, complete: codes.length === 0 });
        }
      } catch {
        // The connection was lost; a front end would show it and try again.
      }
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#client.dispose();
    await this.#running;
  }
}
