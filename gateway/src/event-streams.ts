import type { Logger } from '@smart-tickets/kit/logger';
import type { Viewer } from '@smart-tickets/kit/internal-token';
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { GraphQLFormattedError } from 'graphql';
import { formatted, publicError } from './errors.ts';
import { viewerKey } from './identity.ts';
import type { SharedText } from './shared-text.ts';
import type { SubscriptionRequest } from './subscription-source.ts';
import type { SubscriptionHub } from './subscriptions.ts';

/** How one protocol for subscriptions over HTTP writes its answer. */
interface StreamFormat {
  readonly contentType: string;
  /** Sent once, before anything else. */
  readonly opening: string;
  readonly next: (payload: string) => string;
  error(errors: readonly GraphQLFormattedError[]): string;
  readonly complete: string;
  /** Says nothing, and shows both sides that the other is there. */
  readonly heartbeat: string;
}

/** Server-Sent Events in "distinct connections mode". Source: the GraphQL over SSE protocol of graphql-sse. */
const serverSentEvents: StreamFormat = {
  contentType: 'text/event-stream; charset=utf-8',
  opening: ':\n\n',
  next: (payload) => `event: next\ndata: ${payload}\n\n`,
  error: (errors) => `event: next\ndata: ${JSON.stringify({ errors })}\n\nevent: complete\ndata:\n\n`,
  complete: 'event: complete\ndata:\n\n',
  heartbeat: ':\n\n',
};

const part = (json: string): string => `\r\ncontent-type: application/json\r\n\r\n${json}\r\n--graphql`;

/** Apollo's multipart subscriptions, spec 1.0: each part ends with the boundary of the next. */
const multipart: StreamFormat = {
  contentType: 'multipart/mixed;boundary="graphql";subscriptionSpec="1.0"',
  opening: '--graphql',
  next: (payload) => part(`{"payload":${payload}}`),
  error: (errors) => `${part(JSON.stringify({ payload: null, errors }))}--\r\n`,
  complete: '--\r\n',
  heartbeat: part('{}'),
};

/** The protocol that an Accept header asks for; undefined when it asks for none of these. */
export function streamFormatOf(accept: string | undefined): StreamFormat | undefined {
  const types = (accept ?? '').toLowerCase().split(',');
  if (types.some((type) => type.trim().startsWith('text/event-stream'))) return serverSentEvents;
  const asksForMultipart = types.some(
    (type) => type.trim().startsWith('multipart/mixed') && type.includes('subscriptionspec'),
  );
  return asksForMultipart ? multipart : undefined;
}

const heartbeatMs = 12_000;
/** setTimeout takes no more than this. */
const longestTimerMs = 2_147_483_647;

export interface EventStreamsOptions {
  readonly hub: SubscriptionHub;
  readonly log: Logger;
  /** Streams that one caller may have open. */
  readonly perCaller: number;
  /** Unsent bytes at which a client counts as too slow. */
  readonly mostBufferedBytes?: number;
}

/**
 * Subscriptions over plain HTTP. Where a client on a socket would be closed with a code (too slow, token ended, events
 * lost), the connection is cut without `complete`: then clients come back, with a fresh token and their cursor.
 */
export class EventStreams {
  #options: EventStreamsOptions;
  #mostBuffered: number;
  #open = new Set<ServerResponse>();
  #perCaller = new Map<string, number>();

  constructor(options: EventStreamsOptions) {
    this.#options = options;
    this.#mostBuffered = options.mostBufferedBytes ?? 1024 * 1024;
  }

  /** Number of open streams. */
  get size(): number {
    return this.#open.size;
  }

  /** Whether a caller may open one more. */
  mayOpen(viewer: Viewer): boolean {
    return (this.#perCaller.get(viewerKey(viewer)) ?? 0) < this.#options.perCaller;
  }

  /** Answers a request with the events of its subscription until either side ends it. */
  serve(
    response: ServerResponse,
    headers: OutgoingHttpHeaders,
    format: StreamFormat,
    request: SubscriptionRequest,
    expiresAtMs: number,
  ): void {
    const timers = [
      setInterval(() => {
        this.#write(response, format.heartbeat);
      }, heartbeatMs),
      setTimeout(() => response.destroy(), Math.min(Math.max(expiresAtMs - Date.now(), 0), longestTimerMs)),
    ];
    for (const timer of timers) timer.unref();
    response.writeHead(200, {
      ...headers,
      'content-type': format.contentType,
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    this.#write(response, format.opening);
    const leave = this.#subscribe(response, format, request);
    const caller = viewerKey(request.context.viewer);
    this.#perCaller.set(caller, (this.#perCaller.get(caller) ?? 0) + 1);
    const forget = (): void => {
      if (!this.#open.delete(response)) return;
      this.#release(caller);
      for (const timer of timers) clearTimeout(timer);
      leave();
    };
    this.#open.add(response);
    response.on('close', forget);
    // Of one that was closed before, nothing more is heard.
    if (response.closed) forget();
  }

  #release(caller: string): void {
    const left = (this.#perCaller.get(caller) ?? 1) - 1;
    if (left > 0) this.#perCaller.set(caller, left);
    else this.#perCaller.delete(caller);
  }

  #subscribe(response: ServerResponse, format: StreamFormat, request: SubscriptionRequest): () => void {
    const { hub, log } = this.#options;
    try {
      return hub.subscribe(request, {
        next: (payload: SharedText) => {
          this.#write(response, payload.bytes(format.next));
        },
        error: (errors) => {
          response.end(format.error(errors));
        },
        complete: () => {
          response.end(format.complete);
        },
        lost: () => {
          response.destroy();
        },
      });
    } catch (error) {
      const { requestId } = request.context;
      log.error({ err: error, requestId }, 'a subscription could not be begun');
      response.end(format.error([publicError(formatted(error), requestId)]));
      return () => undefined;
    }
  }

  #write(response: ServerResponse, text: string | Buffer): void {
    if (response.destroyed || response.writableEnded) return;
    if (response.writableLength > this.#mostBuffered) {
      this.#options.log.info({ unsentBytes: response.writableLength }, 'slow consumer cut off');
      response.destroy();
      return;
    }
    response.write(text);
  }

  /** Cuts every stream. */
  close(): void {
    for (const response of this.#open) response.destroy();
  }
}
