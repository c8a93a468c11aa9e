import { clip, storable } from '@smart-tickets/kit/text';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { isIP } from 'node:net';
import { Webhook as Signer } from 'standardwebhooks';
import { allowedAddresses, type Resolve } from './webhook-address.ts';

/** Most bytes of an answer that are read. */
export const maxAnswerBytes = 2_048;
/** Most characters of it that are kept. */
const maxDetailLength = 500;

/** A body to be handed over, with the id that it has over all tries and the secrets that sign it. */
export interface Posting {
  readonly id: string;
  readonly url: string;
  readonly body: string;
  readonly secrets: readonly string[];
  /** The instant of this try: receivers refuse signatures that are minutes old. */
  readonly at: Date;
}

/** What surrounds a try. */
export interface PostOptions {
  /** Of http and of addresses that are not public. */
  readonly allowInsecure: boolean;
  readonly resolve: Resolve;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** What came back: the HTTP status, null without answer, and the beginning of the answer or what went wrong. */
export interface PostOutcome {
  readonly responseStatus: number | null;
  readonly detail: string | null;
  /** The header Retry-After; null when there is none. */
  readonly retryAfter: string | null;
}

/** The headers of a try. Source: Standard Webhooks, "Webhook headers" and "Signature scheme". */
export function webhookHeaders({ id, body, secrets, at }: Posting): Record<string, string> {
  return {
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    'webhook-signature': secrets.map((secret) => new Signer(secret).sign(id, at, body)).join(' '),
  };
}

/**
 * Posts a body once. The connection goes to an address that was checked right before, and to no other, so that a name
 * that changes its mind leads nowhere. Follows no redirects, reads 2 KiB of the answer, and ends everything after
 * `limitMs` or when the signal aborts. Never rejects.
 */
export async function postWebhook(posting: Posting, options: PostOptions): Promise<PostOutcome> {
  const limit = AbortSignal.timeout(options.limitMs);
  const signal = AbortSignal.any([limit, options.signal]);
  let responseStatus: number | null = null;
  let retryAfter: string | null = null;
  try {
    const url = new URL(posting.url);
    const addresses = await unlessAborted(
      allowedAddresses(url, options.resolve, options.allowInsecure),
      signal,
    );
    const response = await send(url, addresses, posting, signal);
    responseStatus = response.statusCode ?? null;
    retryAfter = response.headers['retry-after']?.trim() ?? null;
    return { responseStatus, detail: await beginningOf(response), retryAfter };
  } catch (error) {
    if (limit.aborted)
      return { responseStatus, detail: `no whole answer within ${options.limitMs} ms`, retryAfter };
    return { responseStatus, detail: reasonOf(error), retryAfter };
  }
}

function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      reject(new Error('aborted'));
    };
    signal.addEventListener('abort', stop, { once: true });
    if (signal.aborted) stop();
    work.then(resolve, reject).finally(() => {
      signal.removeEventListener('abort', stop);
    });
  });
}

function send(
  url: URL,
  addresses: readonly string[],
  posting: Posting,
  signal: AbortSignal,
): Promise<IncomingMessage> {
  const bytes = Buffer.from(posting.body);
  const options: RequestOptions = {
    method: 'POST',
    // A connection of its own: one that is kept may have been closed by the other side, which would count as a failure.
    agent: false,
    signal,
    lookup: pinned(addresses),
    headers: {
      ...webhookHeaders(posting),
      'content-type': 'application/json',
      'content-length': bytes.length,
      'user-agent': 'Smart-Tickets-Webhooks/1',
      accept: '*/*',
    },
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve);
    request.on('error', reject);
    request.end(bytes);
  });
}

type Lookup = NonNullable<RequestOptions['lookup']>;

/** A look-up that knows these addresses and nothing else. */
function pinned(addresses: readonly string[]): Lookup {
  const known = addresses.map((address) => ({ address, family: isIP(address) }));
  return (_hostName, options, callback) => {
    const [first] = known;
    if (options.all === true) callback(null, known);
    else callback(null, first?.address ?? '', first?.family ?? 0);
  };
}

async function beginningOf(response: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= maxAnswerBytes) break;
    }
  } finally {
    response.destroy();
  }
  const text = storable(Buffer.concat(chunks).subarray(0, maxAnswerBytes).toString('utf8')).trim();
  return text === '' ? null : clip(text, maxDetailLength);
}

function reasonOf(error: unknown): string {
  if (error instanceof AggregateError && error.errors.length > 0) return reasonOf(error.errors[0]);
  return clip(storable(error instanceof Error ? error.message : String(error)), maxDetailLength);
}
