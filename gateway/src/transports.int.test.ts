import { ApolloClient, type ApolloLink, gql, HttpLink, InMemoryCache } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { createClient as createUrqlClient, fetchExchange, subscriptionExchange } from '@urql/core';
import { createClient as createSseClient } from 'graphql-sse';
import relay, { type GraphQLResponse } from 'relay-runtime';
import { startHarness, type Harness } from './testing/harness.ts';

const { Environment, Network, Observable, RecordSource, Store } = relay;
let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterEach(async () => {
  await eventually(() => harness.graph.subscriptions.open === 0);
});
afterAll(async () => {
  await harness.close();
});

const query =
  'subscription Live { bookEvents { cursor book { title inStock reviews(first: 1) { stars } } } }';
const expected = (cursor: string): unknown => ({
  bookEvents: { cursor, book: { title: 'Book 7', inStock: 70, reviews: [{ stars: 1 }] } },
});

/** Takes events until told to stop. */
type Watch = (url: string, token: string, take: (data: unknown) => void) => () => void;

/** The data without what a client's own cache adds. */
function plain(data: unknown): unknown {
  return JSON.parse(
    JSON.stringify(data, (key, value: unknown) => (key === '__typename' ? undefined : value)),
  );
}

function watchByApollo(link: ApolloLink, take: (data: unknown) => void): () => void {
  const client = new ApolloClient({ link, cache: new InMemoryCache() });
  const watching = client.subscribe({ query: gql(query), fetchPolicy: 'no-cache' }).subscribe({
    next: ({ data }) => {
      take(data);
    },
  });
  return () => {
    watching.unsubscribe();
    client.stop();
  };
}

const clients: Record<string, Watch> = {
  'graphql-ws': (_url, _token, take) => {
    const client = harness.client();
    const stop = client.subscribe(
      { query },
      {
        next: ({ data }) => {
          take(data);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    return () => {
      stop();
      void client.dispose();
    };
  },
  '@apollo/client over graphql-ws': (_url, _token, take) => {
    const client = harness.client();
    const stop = watchByApollo(new GraphQLWsLink(client), take);
    return () => {
      stop();
      void client.dispose();
    };
  },
  '@apollo/client over multipart': (url, token, take) =>
    watchByApollo(new HttpLink({ uri: url, headers: { authorization: `Bearer ${token}` } }), take),
  'urql over graphql-ws': (url, token, take) => {
    const socket = harness.client();
    const client = createUrqlClient({
      url,
      preferGetMethod: false,
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
      exchanges: [
        subscriptionExchange({
          forwardSubscription: ({ query: text, variables }) => ({
            subscribe: (sink) => ({
              unsubscribe: socket.subscribe(
                { query: text ?? '', variables: (variables ?? {}) as Record<string, unknown> },
                sink as never,
              ),
            }),
          }),
        }),
      ],
    });
    const watching = client.subscription(query, {}).subscribe(({ data }) => {
      take(data);
    });
    return () => {
      watching.unsubscribe();
      void socket.dispose();
    };
  },
  'urql over fetch': (url, token, take) => {
    const client = createUrqlClient({
      url,
      preferGetMethod: false,
      fetchSubscriptions: true,
      fetchOptions: { headers: { authorization: `Bearer ${token}` } },
      exchanges: [fetchExchange],
    });
    const watching = client.subscription(query, {}).subscribe(({ data }) => {
      take(data);
    });
    return () => {
      watching.unsubscribe();
    };
  },
  'graphql-sse': (url, token, take) => {
    const client = createSseClient({ url, retryAttempts: 0, headers: { authorization: `Bearer ${token}` } });
    const stop = client.subscribe(
      { query },
      {
        next: ({ data }) => {
          take(data);
        },
        error: () => undefined,
        complete: () => undefined,
      },
    );
    return () => {
      stop();
      client.dispose();
    };
  },
  'relay-runtime': (_url, _token, take) => {
    const client = harness.client();
    const network = Network.create(
      () => Promise.reject(new Error('nothing is asked')),
      (request, variables) =>
        Observable.create<GraphQLResponse>((sink) =>
          client.subscribe({ query: request.text ?? '', variables }, sink as never),
        ),
    );
    const environment = new Environment({ network, store: new Store(new RecordSource()) });
    const watching = environment
      .getNetwork()
      .execute(
        { id: null, cacheID: 'live', text: query, name: 'Live', operationKind: 'subscription', metadata: {} },
        {},
        {},
      )
      .subscribe({
        next: (response) => {
          take((response as { data: unknown }).data);
        },
      });
    return () => {
      watching.unsubscribe();
      void client.dispose();
    };
  },
};

test.each(Object.keys(clients))('%s is given every event with fields of three subgraphs', async (name) => {
  const seen: unknown[] = [];
  const stop = clients[name]!(harness.url, await harness.issuer.token(), (data) => seen.push(plain(data)));
  await eventually(() => harness.graph.subscriptions.open === 1);

  for (const cursor of ['c1', 'c2', 'c3']) harness.graph.emit({ cursor, book: { id: '7' } });
  await eventually(() => seen.length >= 3);
  stop();

  expect(seen).toEqual([expected('c1'), expected('c2'), expected('c3')]);
});

describe.each([
  ['text/event-stream', 'text/event-stream; charset=utf-8'],
  [
    'multipart/mixed;boundary="graphql";subscriptionSpec="1.0", application/json',
    'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  ],
])('a stream by Accept: %s', (accept, contentType) => {
  const open = async (body: object, token?: string): Promise<Response> =>
    fetch(harness.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        accept,
        authorization: `Bearer ${token ?? (await harness.issuer.token())}`,
      },
      body: JSON.stringify(body),
    });

  test('begins at once and ends when the client goes', async () => {
    const response = await open({ query });
    await eventually(() => harness.graph.subscriptions.open === 1);

    expect([response.status, response.headers.get('content-type')]).toEqual([200, contentType]);
    await response.body?.cancel();
    await eventually(() => harness.graph.subscriptions.open === 0);
  });

  test('carries the words that refuse a subscription at its subgraph, and ends', async () => {
    const response = await open({ query: 'subscription { bookEvents(after: "too-old") { cursor } }' });

    const text = await response.text();

    expect(text).toContain('CURSOR_EXPIRED');
  });

  test('is refused with 400 when the subscription is not valid, before anything is opened', async () => {
    const response = await open({ query: 'subscription { nothing }' });

    expect(response.status).toBe(400);
    expect(JSON.stringify(await response.json())).toContain('GRAPHQL_VALIDATION_FAILED');
  });

  test('is cut without its end when the token ends, so that the client comes back with a fresh one', async () => {
    const token = await harness.issuer.token({ expiresIn: 1 });
    const response = await open({ query }, token);

    const outcome = await response.text().then(
      (text) => text,
      () => 'cut',
    );

    expect(outcome).toBe('cut');
  });
});

test('a subscription by plain POST is told how to be asked', async () => {
  const answer = await harness.ask('subscription { bookEvents { cursor } }');

  expect([answer.status, answer.body.errors?.[0]?.extensions?.['code']]).toEqual([
    406,
    'SUBSCRIPTION_NEEDS_STREAM',
  ]);
  for (const way of ['graphql-transport-ws', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])
    expect(answer.body.errors?.[0]?.message).toContain(way);
});
