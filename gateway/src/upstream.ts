import { internalTokenHeader, requestIdHeader } from '@smart-tickets/kit/internal-token';
import type { Logger } from '@smart-tickets/kit/logger';
import type { ExecutionResult, GraphQLFormattedError } from 'graphql';
import { createClient, type Client } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { GatewayContext, InternalTokens } from './identity.ts';

/** One subscription at one subgraph. */
export interface UpstreamRequest {
  readonly url: string;
  readonly query: string;
  readonly operationName: string | undefined;
  readonly variables: Record<string, unknown>;
  readonly context: GatewayContext;
}

/** Any number of `next`, then exactly one of the others, unless `close` was called before. */
export interface UpstreamHandlers {
  next(result: ExecutionResult): void;
  /** The subgraph refused or ended the subscription with GraphQL errors. */
  error(errors: readonly GraphQLFormattedError[]): void;
  complete(): void;
  /** The connection could not be made or broke: events may be missing from here on. */
  lost(cause: string): void;
}

export interface Upstream {
  close(): void;
  /** Stops reading, so that the subgraph stops sending; `resume` takes it back. */
  pause(): void;
  resume(): void;
}

export type OpenUpstream = (request: UpstreamRequest, handlers: UpstreamHandlers) => Upstream;

const largestEventBytes = 16 * 1024 * 1024;
const silenceMs = 15_000;

class UpstreamSocket extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols, {
      perMessageDeflate: false,
      maxPayload: largestEventBytes,
      handshakeTimeout: 5_000,
    });
  }
}

function causeText(cause: unknown): string {
  if (cause instanceof Error) return cause.message;
  if (typeof cause !== 'object' || cause === null) return String(cause);
  const code = 'code' in cause ? `code ${String(cause.code)}` : '';
  const text = 'message' in cause ? cause.message : 'reason' in cause ? cause.reason : '';
  return `${code} ${String(text)}`.trim();
}

class Connection implements Upstream {
  #handlers: UpstreamHandlers;
  #log: Logger;
  #client: Client;
  #unsubscribe: () => void;
  #socket: UpstreamSocket | undefined;
  #silence: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(request: UpstreamRequest, handlers: UpstreamHandlers, tokens: InternalTokens, log: Logger) {
    this.#handlers = handlers;
    this.#log = log;
    this.#client = this.#connect(request, tokens);
    const { query, operationName, variables } = request;
    this.#unsubscribe = this.#client.subscribe(
      { query, variables, ...(operationName === undefined ? {} : { operationName }) },
      {
        next: (result) => {
          this.#next(result);
        },
        error: (error) => {
          if (Array.isArray(error)) this.#refused(error as GraphQLFormattedError[]);
          else this.#lost(error);
        },
        complete: () => {
          this.#end(() => {
            handlers.complete();
          });
        },
      },
    );
  }

  close(): void {
    this.#end(this.#unsubscribe);
  }

  pause(): void {
    this.#socket?.pause();
  }

  resume(): void {
    this.#socket?.resume();
  }

  #connect(request: UpstreamRequest, tokens: InternalTokens): Client {
    const lost = (cause: unknown): void => {
      this.#lost(cause);
    };
    return createClient({
      url: request.url,
      webSocketImpl: UpstreamSocket,
      retryAttempts: 0,
      connectionAckWaitTimeout: 5_000,
      keepAlive: 10_000,
      connectionParams: () => ({
        [internalTokenHeader]: tokens.of(request.context.viewer),
        [requestIdHeader]: request.context.requestId,
      }),
      on: {
        opened: (opened) => {
          this.#socket = opened as UpstreamSocket;
          if (this.#ended) this.#socket.terminate();
        },
        closed: lost,
        error: lost,
        ping: (received) => {
          if (!received && !this.#ended) this.#expectPong();
        },
        pong: (received) => {
          if (received) clearTimeout(this.#silence);
        },
      },
    });
  }

  #expectPong(): void {
    this.#silence = setTimeout(() => {
      // A paused socket cannot hear the pong; that silence is our own, until it is heard again.
      if (this.#socket?.isPaused === true) this.#expectPong();
      else this.#lost(new Error('the subgraph fell silent'));
    }, silenceMs);
  }

  #next(result: { data?: unknown; errors?: readonly GraphQLFormattedError[] | undefined }): void {
    if (this.#ended) return;
    // graphql-ws servers say it like this when `subscribe` itself fails, and complete right after.
    if (result.errors !== undefined && result.data === undefined) this.#refused(result.errors);
    else this.#handlers.next(result as ExecutionResult);
  }

  #refused(errors: readonly GraphQLFormattedError[]): void {
    this.#end(() => {
      this.#handlers.error(errors);
    });
  }

  #lost(cause: unknown): void {
    this.#end(() => {
      this.#handlers.lost(causeText(cause));
    });
    this.#socket?.terminate();
  }

  #end(tell: () => void): void {
    if (this.#ended) return;
    this.#ended = true;
    clearTimeout(this.#silence);
    tell();
    // Reads on until the close handshake is through.
    this.#socket?.resume();
    Promise.resolve(this.#client.dispose()).catch((error: unknown) => {
      this.#log.debug({ err: error }, 'an upstream had ended by itself');
    });
  }
}

/**
 * Gives back a function that subscribes at a subgraph over a graphql-ws connection of its own, so that reading can be
 * paused for one subscription without stopping others. Never reconnects: only the client that holds the cursor of the
 * last event it has seen can do so without a gap.
 */
export function createOpenUpstream(tokens: InternalTokens, log: Logger): OpenUpstream {
  return (request, handlers) => new Connection(request, handlers, tokens, log);
}
