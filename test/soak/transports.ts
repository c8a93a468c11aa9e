import { ApolloClient, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import { WebSocket } from 'ws';

/** One message of a subscription. */
export interface Message {
  readonly data?: unknown;
  readonly errors?: readonly { readonly extensions?: { readonly code?: unknown } }[] | undefined;
}

/** Any number of `next`, then one `ended`. */
export interface Listener {
  next(message: Message): void;
  /** `codes` are those of GraphQL errors that ended it; none for a connection that broke. */
  ended(reason: string, codes: readonly string[]): void;
}

export interface Target {
  /** GraphQL endpoint, http. */
  readonly url: string;
  readonly token: string;
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Begins a subscription on a connection of its own and gives back how to end it. It never comes back by itself. */
export type Transport = (target: Target, listener: Listener) => () => void;

export const transportNames = ['graphql-ws', 'graphql-sse', '@apollo/client multipart'] as const;
export type TransportName = (typeof transportNames)[number];

function codesOf(errors: Message['errors']): string[] {
  return (errors ?? []).map(({ extensions }) => String(extensions?.code));
}

function reasonOf(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  const { code, message } = (cause ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'number') return `closed with ${code}`;
  return typeof message === 'string' && message !== '' ? message : 'no connection';
}

/** Passes on the first end only: clients may tell of one end in several ways. */
function once(listener: Listener): Listener {
  let over = false;
  return {
    next: (message) => {
      if (!over) listener.next(message);
    },
    ended: (reason, codes) => {
      if (over) return;
      over = true;
      listener.ended(reason, codes);
    },
  };
}

const overSocket: Transport = ({ url, token, query, variables }, listener) => {
  const told = once(listener);
  const client = createSocketClient({
    url: url.replace(/^http/, 'ws'),
    webSocketImpl: WebSocket,
    connectionParams: { authorization: `Bearer ${token}` },
    retryAttempts: 0,
    connectionAckWaitTimeout: 10_000,
  });
  client.subscribe(
    { query, variables },
    {
      next: (message) => {
        told.next(message);
      },
      error: (cause) => {
        if (Array.isArray(cause)) told.ended('refused', codesOf(cause as Message['errors']));
        else told.ended(reasonOf(cause), []);
        void client.dispose();
      },
      complete: () => {
        told.ended('completed', []);
        void client.dispose();
      },
    },
  );
  return () => {
    void client.dispose();
  };
};

const overServerSentEvents: Transport = ({ url, token, query, variables }, listener) => {
  const told = once(listener);
  const client = createSseClient({ url, retryAttempts: 0, headers: { authorization: `Bearer ${token}` } });
  client.subscribe(
    { query, variables },
    {
      next: (message) => {
        told.next(message);
      },
      error: (cause) => {
        told.ended(reasonOf(cause), []);
        client.dispose();
      },
      complete: () => {
        told.ended('completed', []);
        client.dispose();
      },
    },
  );
  return () => {
    client.dispose();
  };
};

const overMultipart: Transport = ({ url, token, query, variables }, listener) => {
  const told = once(listener);
  const client = new ApolloClient({
    link: new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }),
    cache: new InMemoryCache(),
  });
  const watching = client
    .subscribe({ query: gql(query), variables, fetchPolicy: 'no-cache', errorPolicy: 'all' })
    .subscribe({
      next: ({ data, error }) => {
        // Apollo tells of a connection that broke by an error without data, too.
        const errors = (error as { errors?: Message['errors'] } | undefined)?.errors;
        if (error !== undefined && errors === undefined) told.ended(reasonOf(error), []);
        else told.next({ data, errors });
      },
      error: (cause) => {
        told.ended(reasonOf(cause), []);
      },
      complete: () => {
        told.ended('completed', []);
      },
    });
  return () => {
    watching.unsubscribe();
    client.stop();
  };
};

/** Subscriptions by the clients that others wrote. */
export const transports: Readonly<Record<TransportName, Transport>> = {
  'graphql-ws': overSocket,
  'graphql-sse': overServerSentEvents,
  '@apollo/client multipart': overMultipart,
};
