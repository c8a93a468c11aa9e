import { composeServices } from '@apollo/composition';
import { createLogger, type Logger } from '@smart-tickets/kit/logger';
import {
  createSubgraphServer,
  type RequestContext,
  type SubgraphServer,
} from '@smart-tickets/kit/subgraph-server';
import { GraphQLError, parse } from 'graphql';
import { EventEmitter, on } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const internalTokenKey = 'an internal key for tests, long enough';

const sdlFile = (name: string): URL => new URL(`${name}.graphql`, import.meta.url);

/** The supergraph of the three test subgraphs. */
export function composeTestSupergraph(): string {
  const result = composeServices(
    ['book', 'review', 'stock'].map((name) => ({
      name,
      url: `http://127.0.0.1/${name}`,
      typeDefs: parse(readFileSync(sdlFile(name), 'utf8')),
    })),
  );
  if (result.supergraphSdl === undefined) throw new Error(String(result.errors));
  return result.supergraphSdl;
}

interface BookEvent {
  readonly cursor: string;
  readonly book: { readonly id: string };
}

/** Three real subgraphs on ports of their own: books with a subscription, their reviews, and their stock. */
export interface TestGraph {
  readonly urls: Record<string, string>;
  readonly supergraphFile: string;
  /** Who asked each subgraph over HTTP or began a subscription there, request by request. */
  readonly asked: Readonly<Record<'book' | 'review' | 'stock', RequestContext[]>>;
  /** Lets a book event happen. */
  emit(event: BookEvent): void;
  /** Lays another book into the window; null takes it out. */
  lay(bookId: string | null): void;
  /** Lets somebody come in. */
  visit(): void;
  /** Subscriptions that the book subgraph has open now, and has had in all. */
  readonly subscriptions: { open: number; started: number; whoStarted: string[] };
  /** Entity lookups that the review subgraph has answered. */
  readonly lookups: { reviews: number; held: Map<string, Promise<void>> };
  /** Ends every book subscription from the subgraph's side. */
  finish(): void;
  /** Lets reviews of this book wait until the function that it gives back is called. */
  holdReviews(bookId: string): () => void;
  /** Ends one subgraph as if its process had gone. */
  stop(name: 'book' | 'review' | 'stock'): Promise<void>;
  close(): Promise<void>;
}

function bookOf(id: string): object {
  return { __typename: 'Book', id, title: `Book ${id}`, sequel: null, sequels: [] };
}

/**
 * What a source emits by a name, after what there is to begin with. Not a generator function: one that waits for its next
 * event cannot be ended before that event comes.
 */
function told<T>(
  source: EventEmitter,
  name: string,
  first: readonly T[],
  state: TestGraph['subscriptions'],
  viewer: string,
): AsyncGenerator<T> {
  const live = on(source, name, { close: ['finish'] });
  const begin = [...first];
  state.started += 1;
  state.open += 1;
  state.whoStarted.push(viewer);
  let ended = false;
  const end = async (): Promise<IteratorResult<T>> => {
    if (!ended) state.open -= 1;
    ended = true;
    await live.return?.();
    return { done: true, value: undefined };
  };
  return {
    next: async () => {
      const [known] = begin.splice(0, 1);
      if (known !== undefined) return { done: false, value: known };
      const { done, value } = (await live.next()) as IteratorResult<[T]>;
      return done === true ? end() : { done: false, value: value[0] };
    },
    return: end,
    throw: end,
    [Symbol.asyncIterator]() {
      return this;
    },
    async [Symbol.asyncDispose]() {
      await end();
    },
  };
}

function events(
  source: EventEmitter,
  args: { after?: string | null },
  state: TestGraph['subscriptions'],
  viewer: string,
): AsyncGenerator<object> {
  if (args.after === 'too-old') {
    throw new GraphQLError('That cursor is too old.', { extensions: { code: 'CURSOR_EXPIRED' } });
  }
  return told(source, 'book', [], state, viewer);
}

function resolversOf(
  name: string,
  source: EventEmitter,
  subscriptions: TestGraph['subscriptions'],
  lookups: TestGraph['lookups'],
  window: { now: object },
): object {
  if (name === 'stock') {
    return {
      Book: { __resolveReference: ({ id }: { id: string }) => ({ id, inStock: Number(id) * 10 }) },
      Query: { warehouses: () => 2 },
    };
  }
  if (name === 'review') {
    return {
      Book: {
        __resolveReference: async ({ id }: { id: string }) => {
          lookups.reviews += 1;
          await lookups.held.get(id);
          return { id };
        },
        reviews: ({ id }: { id: string }, { first }: { first: number }) =>
          Array.from({ length: first }, (_, index) => ({
            stars: index + 1,
            text: `review ${index} of ${id}`,
          })),
      },
      Query: { bestReview: () => null },
    };
  }
  return {
    Book: { __resolveReference: ({ id }: { id: string }) => bookOf(id) },
    Query: {
      book: (_: unknown, { id }: { id: string }) => bookOf(id),
      books: (_: unknown, { first }: { first: number }) => ({
        nodes: Array.from({ length: first }, (_item, index) => bookOf(String(index + 1))),
        total: first,
      }),
      whoami: (_: unknown, _args: object, context: RequestContext) => JSON.stringify(context),
      broken: () => {
        throw new Error('select * from secrets failed');
      },
      refused: () => {
        throw new GraphQLError('Not for you.', { extensions: { code: 'FORBIDDEN' } });
      },
    },
    Mutation: { upload: (_: unknown, { text }: { text: string }) => text.length },
    Subscription: {
      bookEvents: {
        subscribe: (_: unknown, args: { after?: string | null }, { viewer }: RequestContext) =>
          events(source, args, subscriptions, viewer.subject),
      },
      bookInWindow: {
        subscribe: (_: unknown, args: { floor?: number | null }, { viewer }: RequestContext) => {
          if (args.floor === 13) {
            throw new GraphQLError('There is no such floor.', { extensions: { code: 'BAD_USER_INPUT' } });
          }
          return told(source, 'window', [window.now], subscriptions, viewer.subject);
        },
      },
      visitors: {
        subscribe: (_: unknown, _args: object, { viewer }: RequestContext) =>
          told(source, 'visit', [], subscriptions, viewer.subject),
      },
    },
  };
}

function inWindow(bookId: string | null): object {
  return { bookInWindow: bookId === null ? null : bookOf(bookId) };
}

/** Starts the three subgraphs and writes their supergraph to a file of its own. */
export async function startTestGraph(): Promise<TestGraph> {
  const log: Logger = createLogger('test-subgraph', 'silent');
  const source = new EventEmitter({ captureRejections: false });
  source.setMaxListeners(0);
  const subscriptions: TestGraph['subscriptions'] = { open: 0, started: 0, whoStarted: [] };
  const lookups: TestGraph['lookups'] = { reviews: 0, held: new Map() };
  const asked: TestGraph['asked'] = { book: [], review: [], stock: [] };
  const window = { now: inWindow(null) };
  let visits = 0;
  const servers = new Map<string, SubgraphServer>();
  const urls: Record<string, string> = {};
  for (const name of ['book', 'review', 'stock'] as const) {
    const server = await createSubgraphServer<RequestContext>({
      name,
      sdlFile: sdlFile(name),
      resolvers: resolversOf(name, source, subscriptions, lookups, window),
      internalTokenKey,
      context: (base) => {
        asked[name].push(base);
        return base;
      },
      log,
      bodyLimit: 50 * 1024 * 1024,
      ready: () => Promise.resolve({}),
    });
    const port = await server.listen('127.0.0.1', 0);
    servers.set(name, server);
    urls[name] = `http://127.0.0.1:${port}/graphql`;
  }
  const folder = mkdtempSync(join(tmpdir(), 'gateway-test-'));
  const supergraphFile = join(folder, 'supergraph.graphql');
  writeFileSync(supergraphFile, composeTestSupergraph());
  return {
    urls,
    supergraphFile,
    subscriptions,
    lookups,
    asked,
    emit: (event) => {
      source.emit('book', { bookEvents: { cursor: event.cursor, book: bookOf(event.book.id) } });
    },
    lay: (bookId) => {
      window.now = inWindow(bookId);
      source.emit('window', window.now);
    },
    visit: () => {
      visits += 1;
      source.emit('visit', { visitors: visits });
    },
    finish: () => {
      source.emit('finish');
    },
    holdReviews: (bookId) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      lookups.held.set(bookId, promise);
      return resolve;
    },
    stop: async (name) => {
      await servers.get(name)?.close(500);
      servers.delete(name);
    },
    close: async () => {
      await Promise.all([...servers.values()].map((server) => server.close(500)));
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
