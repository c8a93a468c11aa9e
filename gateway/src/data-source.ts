import type { GraphQLDataSource } from '@apollo/gateway';
import { internalTokenHeader, requestIdHeader } from '@smart-tickets/kit/internal-token';
import type { Logger } from '@smart-tickets/kit/logger';
import type { GraphQLFormattedError } from 'graphql';
import { Pool, errors as undiciErrors } from 'undici';
import { Breaker } from './breaker.ts';
import { gatewayError } from './errors.ts';
import { viewerKey, type GatewayContext, type InternalTokens } from './identity.ts';
import type { Subgraph } from './plan/steps.ts';
import type { SharedReads } from './shared-reads.ts';

type ProcessOptions = Parameters<GraphQLDataSource['process']>[0];
type ProcessResult = Awaited<ReturnType<GraphQLDataSource['process']>>;

export interface SubgraphSourceOptions {
  readonly name: string;
  /** Where the subgraph takes GraphQL requests. */
  readonly url: string;
  readonly tokens: InternalTokens;
  /** Reads of all subgraphs that are under way. */
  readonly reads: SharedReads<Reply>;
  readonly log: Logger;
  /** Limit for an answer as a whole, from the waiting for a connection to the last byte. */
  readonly timeoutMs?: number;
}

function unavailable(retryAfterMs?: number): Error {
  return gatewayError(
    'SUBGRAPH_UNAVAILABLE',
    'A part of the system does not answer just now; try again soon.',
    retryAfterMs === undefined ? {} : { retryAfterMs },
  );
}

/** Longer requests are hardly ever the same, and their text would have to be kept and compared. */
const longestShared = 64 * 1024;
const largestAnswerBytes = 64 * 1024 * 1024;

function isAnswer(
  value: unknown,
): value is { data?: Record<string, unknown> | null; errors?: GraphQLFormattedError[] } {
  if (typeof value !== 'object' || value === null) return false;
  return 'data' in value || ('errors' in value && Array.isArray(value.errors));
}

/** What a subgraph has answered. Plans put answers together by changing them, so that each reader needs its own. */
export class Reply {
  #text: string;
  #fresh: ProcessResult | undefined;

  constructor(text: string, answer: ProcessResult) {
    this.#text = text;
    this.#fresh = answer;
  }

  take(): ProcessResult {
    const answer = this.#fresh ?? (JSON.parse(this.#text) as ProcessResult);
    this.#fresh = undefined;
    return answer;
  }
}

/** Nothing was sent, and nothing will be for a while. */
class Resting extends Error {
  readonly waitMs: number;

  constructor(waitMs: number) {
    super('the subgraph is left alone');
    this.waitMs = waitMs;
  }
}

/** A connection that the subgraph had closed while it lay idle: the request was never looked at or not answered. */
function isLostConnection(error: unknown): boolean {
  if (error instanceof undiciErrors.SocketError) return true;
  return error instanceof Error && 'code' in error && error.code === 'ECONNRESET';
}

/**
 * Sends the planner's fetches to one subgraph, instead of @apollo/gateway's RemoteGraphQLDataSource (see ADR 0005).
 * Carries the internal token and the request id and nothing of the client's own headers. Whatever is not a GraphQL
 * answer (refused connection, time-out, HTML) becomes SUBGRAPH_UNAVAILABLE; details are only logged. Queries are
 * tried a second time when the connection broke; mutations never are. After five failures in a row nothing is sent for a
 * while: see Breaker. Queries that are the same for the same viewer and under way at the same time are sent once: see
 * SharedReads.
 */
export class SubgraphSource implements GraphQLDataSource, Subgraph {
  #pool: Pool;
  #path: string;
  #breaker = new Breaker();
  #options: SubgraphSourceOptions;
  #timeoutMs: number;

  constructor(options: SubgraphSourceOptions) {
    const url = new URL(options.url);
    this.#options = options;
    this.#timeoutMs = options.timeoutMs ?? 30_000;
    this.#path = `${url.pathname}${url.search}`;
    this.#pool = new Pool(url.origin, {
      connections: 64,
      pipelining: 1,
      connectTimeout: 5_000,
      headersTimeout: this.#timeoutMs,
      bodyTimeout: this.#timeoutMs,
      maxResponseSize: largestAnswerBytes,
    });
  }

  async process(options: ProcessOptions): Promise<ProcessResult> {
    if (!('incomingRequestContext' in options)) {
      throw new Error('the gateway asks subgraphs nothing on its own behalf');
    }
    const { query, variables, operationName } = options.request;
    const repeatable = query?.trimStart().startsWith('mutation') !== true;
    return this.ask(
      JSON.stringify({ query, variables, operationName }),
      repeatable,
      options.context as GatewayContext,
    );
  }

  /** Sends the text of a request; see `Subgraph`. */
  async ask(body: string, repeatable: boolean, context: GatewayContext): Promise<ProcessResult> {
    const { viewer, requestId } = context;
    const { name, reads } = this.#options;
    if (!repeatable) {
      try {
        return (await this.#send(body, false, context)).take();
      } catch (error) {
        throw this.#unavailable(error, context, requestId);
      } finally {
        // Answered or not, it may have been done.
        reads.close(viewer.workspaceId);
      }
    }
    const read =
      body.length > longestShared
        ? { answer: this.#send(body, true, context), requestId }
        : reads.join(viewer.workspaceId, `${name}\n${viewerKey(viewer)}\n${body}`, requestId, () =>
            this.#send(body, true, context),
          );
    try {
      return (await read.answer).take();
    } catch (error) {
      throw this.#unavailable(error, context, read.requestId);
    }
  }

  /** Rejects with what went wrong, which only the log may tell. */
  async #send(body: string, repeatable: boolean, context: GatewayContext): Promise<Reply> {
    const waitMs = this.#breaker.waitMs();
    if (waitMs > 0) throw new Resting(waitMs);
    const signal = AbortSignal.timeout(this.#timeoutMs);
    try {
      const reply = await this.#exchange(body, context, signal).catch((error: unknown) => {
        if (!repeatable || !isLostConnection(error)) throw error;
        return this.#exchange(body, context, signal);
      });
      this.#breaker.succeeded();
      return reply;
    } catch (error) {
      this.#breaker.failed();
      throw error;
    }
  }

  async #exchange(body: string, context: GatewayContext, signal: AbortSignal): Promise<Reply> {
    const { statusCode, body: stream } = await this.#pool.request({
      method: 'POST',
      path: this.#path,
      headers: {
        'content-type': 'application/json',
        accept: 'application/graphql-response+json, application/json',
        [internalTokenHeader]: this.#options.tokens.of(context.viewer),
        [requestIdHeader]: context.requestId,
      },
      body,
      signal,
    });
    const text = await stream.text();
    const answer: unknown = JSON.parse(text);
    if (!isAnswer(answer)) throw new Error(`answer ${statusCode} is not a GraphQL result`);
    if (statusCode === 401 && !('data' in answer)) throw new Error('the subgraph refused the internal token');
    if (statusCode >= 500 && !('data' in answer)) throw new Error(`the subgraph answered ${statusCode}`);
    return new Reply(text, answer);
  }

  /** `askedBy` is the request that the subgraph knows of: not the caller's own where a read was shared. */
  #unavailable(error: unknown, { requestId }: GatewayContext, askedBy: string): Error {
    // What was not sent was not done: it is safe to repeat, a change as well.
    if (error instanceof Resting) return unavailable(error.waitMs);
    const { log, name } = this.#options;
    const shared = askedBy === requestId ? {} : { askedBy };
    log.error({ err: error, subgraph: name, requestId, ...shared }, 'subgraph did not answer');
    return unavailable();
  }

  /** Ends the connections; requests in flight fail. */
  async close(): Promise<void> {
    await this.#pool.destroy();
  }
}
