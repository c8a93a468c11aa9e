import { setTimeout as pause } from 'node:timers/promises';
import { Agent, request, type Dispatcher } from 'undici';

/** Where the gateway is and how long to bear with it. */
export interface GatewayOptions {
  readonly url: string;
  readonly token: string;
  readonly connections: number;
  /** How long one request is tried again before it counts as failed. */
  readonly giveUpAfterMs: number;
  /** First wait between two tries; each further one doubles, up to `mostWaitMs`. */
  readonly firstWaitMs: number;
  readonly mostWaitMs: number;
  readonly requestTimeoutMs: number;
  /** Told before each wait, with what went wrong. */
  readonly onRetry: (reason: string) => void;
}

/** What became of handing in one mail. */
export type Ingested =
  | {
      readonly ok: true;
      readonly id: string;
      readonly duplicate: boolean;
      /** More than 1 when an earlier try may have arrived although its answer did not. */
      readonly tries: number;
    }
  | {
      readonly ok: false;
      readonly reason: string;
      /** True when the gateway never gave a usable answer: the mail is not to blame. */
      readonly gaveUp: boolean;
    };

/** State of one message at the intake; null when the gateway does not know it. */
export type InboundState = { readonly status: string; readonly reason: string | null } | null;

/** Thrown when going on makes no sense: the token is refused, or the URL is no gateway. */
export class GatewayRefusalError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'GatewayRefusalError';
  }
}

interface GraphqlAnswer {
  readonly data?: Record<string, unknown> | null;
  readonly errors?: readonly { message: string; extensions?: { code?: string } }[];
}
type Tried =
  | { readonly done: true; readonly answer: GraphqlAnswer }
  | { readonly done: false; readonly reason: string; readonly waitMs: number };

/** These codes would come again for the same request; every other one may pass. */
const lastingCodes = new Set([
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'LIMIT_EXCEEDED',
]);
const refusingCodes = new Set(['UNAUTHENTICATED', 'FORBIDDEN']);

const ingestDocument = `mutation ImportMail($raw: String!) {
  ingestEmail(input: { raw: $raw }) { duplicate inboundMessage { id } userErrors { code message } }
}`;

/** How many messages one request asks about: as many root fields as the gateway admits (`defaultLimits`). */
export const statesPerRequest = 20;

/** The gateway as a connector sees it. Every call is tried again over lost connections, 5xx, 429 and internal faults. */
export class Gateway {
  readonly #options: GatewayOptions;
  readonly #agent: Agent;

  constructor(options: GatewayOptions) {
    this.#options = options;
    this.#agent = new Agent({
      connections: options.connections,
      headersTimeout: options.requestTimeoutMs,
      bodyTimeout: options.requestTimeoutMs,
      connect: { timeout: 5_000 },
    });
  }

  /** Hands one mail in. Safe to repeat: the intake recognises what it has. */
  async ingestEmail(raw: Buffer, signal: AbortSignal): Promise<Ingested> {
    const body = JSON.stringify({ query: ingestDocument, variables: { raw: raw.toString('base64') } });
    const { answer, reason, tries } = await this.#ask(body, signal);
    if (answer === null) return { ok: false, reason, gaveUp: true };
    const payload = answer.data?.['ingestEmail'] as IngestPayload | null | undefined;
    if (payload?.inboundMessage) {
      return { ok: true, id: payload.inboundMessage.id, duplicate: payload.duplicate, tries };
    }
    const refused = payload?.userErrors?.map((error) => `${error.code}: ${error.message}`).join('; ');
    return {
      ok: false,
      reason: refused || messageOf(answer) || 'an answer without a message',
      gaveUp: false,
    };
  }

  /** States of at most `statesPerRequest` messages, in the order of the ids. Throws when the gateway gives no usable answer. */
  async inboundStates(ids: readonly string[], signal: AbortSignal): Promise<InboundState[]> {
    const parameters = ids.map((_, nth) => `$i${nth}: ID!`).join(', ');
    const fields = ids.map((_, nth) => `m${nth}: inboundMessage(id: $i${nth}) { status reason }`).join('\n');
    const variables = Object.fromEntries(ids.map((id, nth) => [`i${nth}`, id]));
    const data = await this.#read(`query ImportStates(${parameters}) {\n${fields}\n}`, variables, signal);
    return ids.map((_, nth) => (data[`m${nth}`] ?? null) as InboundState);
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }

  async #read(query: string, variables: object, signal: AbortSignal): Promise<Record<string, unknown>> {
    const { answer, reason } = await this.#ask(JSON.stringify({ query, variables }), signal);
    if (answer?.data) return answer.data;
    throw new GatewayRefusalError(answer === null ? reason : messageOf(answer) || 'an answer without data');
  }

  async #ask(
    body: string,
    signal: AbortSignal,
  ): Promise<{ answer: GraphqlAnswer | null; reason: string; tries: number }> {
    const { firstWaitMs, mostWaitMs, giveUpAfterMs, onRetry } = this.#options;
    const startedAt = performance.now();
    for (
      let tries = 1, growingMs = firstWaitMs;
      ;
      tries += 1, growingMs = Math.min(growingMs * 2, mostWaitMs)
    ) {
      const tried = await this.#try(body);
      if (tried.done) return { answer: tried.answer, reason: '', tries };
      const waitMs = Math.max(tried.waitMs, growingMs * (0.5 + Math.random() / 2));
      const late = performance.now() - startedAt + waitMs > giveUpAfterMs;
      if (late || signal.aborted) return { answer: null, reason: tried.reason, tries };
      onRetry(tried.reason);
      await pause(waitMs, undefined, { signal }).catch(() => undefined);
    }
  }

  async #try(body: string): Promise<Tried> {
    let response: Dispatcher.ResponseData;
    let text: string;
    try {
      response = await request(this.#options.url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: { 'content-type': 'application/json', authorization: `Bearer ${this.#options.token}` },
        body,
      });
      text = await response.body.text();
    } catch (error) {
      return { done: false, reason: faultOf(error), waitMs: 0 };
    }
    return judge(response.statusCode, text, Number(response.headers['retry-after'] ?? 0) * 1_000 || 0);
  }
}

interface IngestPayload {
  readonly duplicate: boolean;
  readonly inboundMessage: { readonly id: string } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[] | null;
}

function judge(status: number, text: string, waitMs: number): Tried {
  const answer = parseAnswer(text);
  const codes = answer?.errors?.map((error) => error.extensions?.code ?? '') ?? [];
  if (status === 401 || status === 403 || codes.some((code) => refusingCodes.has(code))) {
    throw new GatewayRefusalError(
      `the gateway refuses the token (${messageOf(answer) || `HTTP ${status}`}); it must be that of an EMAIL channel`,
    );
  }
  const reason = messageOf(answer) || `HTTP ${status}`;
  if (status === 429 || status >= 500) return { done: false, reason, waitMs };
  if (status === 413)
    return { done: true, answer: { errors: [{ message: `too large for the gateway: ${reason}` }] } };
  if (answer === null)
    throw new GatewayRefusalError(`no GraphQL answer (HTTP ${status}): is this the gateway's URL?`);
  if (codes.some((code) => !lastingCodes.has(code))) return { done: false, reason, waitMs };
  return { done: true, answer };
}

function parseAnswer(text: string): GraphqlAnswer | null {
  try {
    const parsed: unknown = JSON.parse(text);
    const isAnswer =
      typeof parsed === 'object' && parsed !== null && ('data' in parsed || 'errors' in parsed);
    return isAnswer ? (parsed as GraphqlAnswer) : null;
  } catch {
    return null;
  }
}

function messageOf(answer: GraphqlAnswer | null): string {
  return (
    answer?.errors
      ?.map(({ message, extensions }) => (extensions?.code ? `${extensions.code}: ${message}` : message))
      .join('; ') ?? ''
  );
}

function faultOf(error: unknown): string {
  if (!Error.isError(error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return error.message || code || error.name;
}
