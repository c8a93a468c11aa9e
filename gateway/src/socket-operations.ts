import type { ApolloServer } from '@apollo/server';
import type { Logger } from '@smart-tickets/kit/logger';
import {
  getOperationAST,
  GraphQLError,
  OperationTypeNode,
  type ExecutionArgs,
  type ExecutionResult,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import { CloseCode, makeServer, type Context, type SubscribePayload } from 'graphql-ws';
import { randomUUID } from 'node:crypto';
import type { Duplex } from 'node:stream';
import type { WebSocket } from 'ws';
import type { Admission } from './admission.ts';
import type { Authenticate, Identity } from './authenticate.ts';
import { gatewayError, publicError } from './errors.ts';
import { viewerKey, type GatewayContext } from './identity.ts';
import { writeJoined } from './socket-frames.ts';
import { EndedWithErrors, SubscriberFeed } from './subscriber-feed.ts';
import { subscriptionFaults } from './subscription-check.ts';
import type { SubscriptionHub } from './subscriptions.ts';

export interface SocketOptions {
  readonly authenticate: Authenticate;
  readonly admission: Admission;
  readonly apollo: ApolloServer<GatewayContext>;
  readonly hub: SubscriptionHub;
  readonly schema: () => GraphQLSchema;
  readonly introspection: boolean;
  /** Origins of other sites whose pages may open sockets, beside the gateway's own. */
  readonly allowedOrigins: readonly string[];
  /** Sockets that one caller may have open. */
  readonly socketsPerCaller: number;
  readonly log: Logger;
  /** Waiting time for `connection_init`. */
  readonly initTimeoutMs?: number;
  /** Unsent bytes at which a client counts as too slow. */
  readonly mostBufferedBytes?: number;
}

/** What is kept for each socket. */
export interface Extra {
  readonly socket: WebSocket;
  /** The connection under the socket. */
  readonly stream: Duplex;
  identity?: Identity;
  expiry?: NodeJS.Timeout;
}
type SocketContext = Context<Record<string, unknown>, Extra>;
/** What an operation on a socket carries besides the ordinary context. */
interface OperationContext extends GatewayContext {
  readonly socket: SocketContext;
  readonly id: string;
  readonly payload: SubscribePayload;
}

/** Close codes of our own and from the WebSocket registry. */
export const closeCodes = { slow: 4513, tooMany: 4429, restart: 1012, away: 1001, tryLater: 1013 } as const;

const slowCloseMs = 10_000;
const mostOperations = 100;
/** setTimeout takes no more than this. */
const longestTimerMs = 2_147_483_647;

/** What happens on the sockets: who they belong to, what they may ask, and how they get it. */
export class SocketOperations {
  #options: SocketOptions;
  #mostBuffered: number;
  #running = 0;
  #socketsOf = new Map<string, number>();
  #whenIdle: (() => void) | undefined;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#mostBuffered = options.mostBufferedBytes ?? 1024 * 1024;
  }

  /** The protocol's messages; shared answers to events go past it, straight to the connection. */
  protocol(): ReturnType<typeof makeServer<Record<string, unknown>, Extra>> {
    return makeServer<Record<string, unknown>, Extra>({
      connectionInitWaitTimeout: this.#options.initTimeoutMs ?? 3_000,
      onConnect: (ctx) => this.#connect(ctx),
      onSubscribe: (ctx, id, payload) => this.#admit(ctx, id, payload),
      execute: (args) => this.#execute(contextOf(args)),
      subscribe: (args) => this.#subscribe(args),
      // Results come formatted already.
      onNext: (_ctx, _id, _payload, _args, result) => result as never,
      onError: (_ctx, _id, _payload, errors) => errors.flatMap((error) => this.#formatted(error)),
      onClose: (ctx) => {
        clearTimeout(ctx.extra.expiry);
        if (ctx.extra.identity !== undefined) this.#forgetSocket(viewerKey(ctx.extra.identity.viewer));
      },
    });
  }

  /** Sends unless the client has fallen too far behind; then it is cut off and comes back with its cursor. */
  send(socket: WebSocket, text: string): Promise<void> {
    if (!this.#keepsUp(socket)) return Promise.resolve();
    return new Promise((resolve) => {
      socket.send(text, () => {
        // A failed write ends the socket by itself.
        resolve();
      });
    });
  }

  /** Whether a socket can be sent something. One that has fallen too far behind is cut off. */
  #keepsUp(socket: WebSocket): boolean {
    if (socket.readyState !== socket.OPEN) return false;
    if (socket.bufferedAmount <= this.#mostBuffered) return true;
    this.#options.log.info({ unsentBytes: socket.bufferedAmount }, 'slow consumer cut off');
    socket.close(closeCodes.slow, 'Slow consumer');
    // One that does not read at all never sees the close either.
    setTimeout(() => {
      socket.terminate();
    }, slowCloseMs).unref();
    return false;
  }

  async #connect(ctx: SocketContext): Promise<boolean> {
    const params = ctx.connectionParams ?? {};
    const token = params['token'];
    const bearer = typeof token === 'string' ? `Bearer ${token.replace(/^Bearer +/i, '')}` : undefined;
    const result = await this.#options.authenticate(
      params['authorization'] ?? params['Authorization'] ?? bearer,
    );
    const { socket } = ctx.extra;
    // Who went while the token was checked is not heard of again.
    if (socket.readyState !== socket.OPEN) return false;
    if (result.ok) {
      const caller = viewerKey(result.value.viewer);
      const open = this.#socketsOf.get(caller) ?? 0;
      if (open >= this.#options.socketsPerCaller) {
        ctx.extra.socket.close(closeCodes.tooMany, 'Too many sockets');
        return false;
      }
      this.#socketsOf.set(caller, open + 1);
      ctx.extra.identity = result.value;
      this.#closeAtExpiry(ctx.extra, result.value.expiresAtMs);
      return true;
    }
    if (result.error !== 'KEYS_UNREACHABLE') return false;
    ctx.extra.socket.close(closeCodes.tryLater, 'Try again later');
    // A socket that is closing already keeps its code.
    return false;
  }

  #forgetSocket(caller: string): void {
    const left = (this.#socketsOf.get(caller) ?? 1) - 1;
    if (left > 0) this.#socketsOf.set(caller, left);
    else this.#socketsOf.delete(caller);
  }

  /** 4403 and not 4401: graphql-ws clients come back with a fresh token after the one and give up after the other. */
  #closeAtExpiry(extra: Extra, expiresAtMs: number): void {
    const left = expiresAtMs - Date.now();
    extra.expiry = setTimeout(
      () => {
        if (left > longestTimerMs) this.#closeAtExpiry(extra, expiresAtMs);
        else extra.socket.close(CloseCode.Forbidden, 'Token expired');
      },
      Math.min(Math.max(left, 0), longestTimerMs),
    );
    extra.expiry.unref();
  }

  #admit(ctx: SocketContext, id: string, payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const { identity } = ctx.extra;
    if (identity === undefined) return [gatewayError('UNAUTHENTICATED', 'Say who you are first.')];
    if (Object.keys(ctx.subscriptions).length > mostOperations) {
      return [
        gatewayError('LIMIT_EXCEEDED', `At most ${mostOperations} operations run at once on a socket.`),
      ];
    }
    const operationName = payload.operationName ?? undefined;
    const variables = payload.variables ?? {};
    const admitted = this.#options.admission.admit(identity.viewer, {
      query: payload.query,
      operationName,
      variables,
    });
    if (!admitted.ok) return [admitted.error.error];
    const { document, operation } = admitted.value;
    const schema = this.#options.schema();
    if (operation.operation === OperationTypeNode.SUBSCRIPTION) {
      const faults = subscriptionFaults(schema, admitted.value, variables, this.#options.introspection);
      if (faults.length > 0) return faults;
    }
    const contextValue: OperationContext = {
      viewer: identity.viewer,
      requestId: randomUUID(),
      balance: admitted.value.balance,
      socket: ctx,
      id,
      payload,
    };
    return {
      schema,
      document,
      operationName: operationName ?? null,
      variableValues: variables,
      contextValue,
    };
  }

  #formatted(error: GraphQLError): readonly GraphQLFormattedError[] {
    const { originalError } = error;
    if (originalError instanceof EndedWithErrors) return originalError.errors;
    if (originalError === undefined || originalError instanceof GraphQLError)
      return [publicError(error.toJSON())];
    const requestId = randomUUID();
    this.#options.log.error({ err: originalError, requestId }, 'a subscription failed');
    return [publicError({ message: '' }, requestId)];
  }

  /** Resolves when no query or mutation is under way. */
  async idle(): Promise<void> {
    if (this.#running === 0) return;
    await new Promise<void>((resolve) => {
      this.#whenIdle = resolve;
    });
  }

  async #execute(context: OperationContext): Promise<ExecutionResult> {
    this.#running += 1;
    try {
      return await this.#run(context);
    } finally {
      this.#running -= 1;
      if (this.#running === 0) this.#whenIdle?.();
    }
  }

  async #run({
    socket: _socket,
    id: _id,
    payload,
    ...contextValue
  }: OperationContext): Promise<ExecutionResult> {
    const { query, operationName, variables } = payload;
    const { body } = await this.#options.apollo.executeOperation(
      {
        query,
        ...(operationName === undefined || operationName === null ? {} : { operationName }),
        ...(variables === undefined || variables === null ? {} : { variables }),
      },
      { contextValue },
    );
    if (body.kind === 'single') return body.singleResult as ExecutionResult;
    throw gatewayError('BAD_REQUEST', 'Incremental delivery is not offered here.');
  }

  #subscribe(args: ExecutionArgs): AsyncGenerator<never, void, void> {
    const { hub } = this.#options;
    const { viewer, requestId, socket, id, payload } = contextOf(args);
    const operation = getOperationAST(args.document, args.operationName);
    if (operation === null || operation === undefined) throw new Error('an admitted operation is gone');
    const { socket: to, stream } = socket.extra;
    const own = Buffer.from(`{"id":${JSON.stringify(id)},"type":"next","payload":`);
    const mostBuffered = this.#mostBuffered;
    return new SubscriberFeed({
      attach: (subscriber) =>
        hub.subscribe(
          {
            query: payload.query,
            operationName: payload.operationName ?? undefined,
            document: args.document,
            operation,
            variables: payload.variables ?? {},
            context: { viewer, requestId },
          },
          subscriber,
        ),
      send: (payload) => {
        // Of the many sockets of an event as little as can be is looked at: what is behind them is in no cache.
        const keepsUp = to.readyState === open && stream.writableLength <= mostBuffered;
        if (keepsUp || this.#keepsUp(to)) writeJoined(stream, own, payload.bytes(closed));
      },
      lost: () => {
        to.close(closeCodes.restart, 'Please reconnect');
      },
    });
  }
}

/** The state of a WebSocket that takes messages. */
const open = 1;

/** The rest of a message after its payload. */
const closed = (payload: string): string => `${payload}}`;

function contextOf(args: ExecutionArgs): OperationContext {
  return args.contextValue as OperationContext;
}
