import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

interface Stored {
  readonly id: string;
  readonly raw: Buffer;
  asked: number;
}

/** What a request may meet instead of an answer: the ways in which a remote system fails. */
export type Fault = 'internal' | 'unavailable' | 'too-many' | 'cut' | 'cut-after-storing' | 'refused';

/**
 * A gateway on a real port for tests of the command's edge: it takes `ingestEmail` and `inboundMessage` as the real one
 * does, recognises repeats by content, settles a message after it was asked for a few times, and fails when told to.
 */
export class RemoteGateway {
  readonly stored = new Map<string, Stored>();
  /** The n-th request (from 1) meets this fault. */
  faultAt: (nth: number) => Fault | undefined = () => undefined;
  /** Status and reason of a settled message. */
  outcomeOf: (raw: string) => { status: string; reason: string | null } = () => ({
    status: 'ON_TICKET',
    reason: null,
  });
  /** Held back until this resolves: for stopping in the middle. */
  gate: (nth: number) => Promise<void> = () => Promise.resolve();
  requests = 0;
  ingests = 0;
  most = 0;
  #inFlight = 0;
  #asksBeforeSettled = 2;
  #server = createServer((request, response) => {
    this.#handle(request, response).catch(() => request.socket.destroy());
  });

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/graphql`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    this.requests += 1;
    const nth = this.requests;
    this.#inFlight += 1;
    this.most = Math.max(this.most, this.#inFlight);
    await this.gate(nth);
    this.#inFlight -= 1;
    const fault = this.faultAt(nth);
    if (fault === 'cut') {
      request.socket.destroy();
      return;
    }
    if (fault === 'cut-after-storing') {
      this.#answer(Buffer.concat(chunks));
      request.socket.destroy();
      return;
    }
    if (request.headers.authorization !== 'Bearer good-token' || fault === 'refused') {
      send(response, 401, failure('UNAUTHENTICATED'));
    } else if (fault === 'unavailable') send(response, 503, failure('SUBGRAPH_UNAVAILABLE'));
    else if (fault === 'too-many') send(response, 429, failure('LIMIT_EXCEEDED'), { 'retry-after': '0' });
    else if (fault === 'internal') send(response, 200, failure('INTERNAL_SERVER_ERROR'));
    else send(response, 200, { data: this.#answer(Buffer.concat(chunks)) });
  }

  #answer(body: Buffer): unknown {
    const { query, variables } = JSON.parse(body.toString()) as {
      query: string;
      variables: Record<string, string>;
    };
    if (query.includes('ingestEmail')) return { ingestEmail: this.#ingest(variables['raw'] ?? '') };
    return Object.fromEntries(
      [...query.matchAll(/(m\d+): inboundMessage\(id: \$(i\d+)\)/g)].map(([, alias, name]) => [
        alias ?? '',
        this.#state(variables[name ?? ''] ?? ''),
      ]),
    );
  }

  #ingest(base64: string): unknown {
    this.ingests += 1;
    const raw = Buffer.from(base64, 'base64');
    if (raw.includes('refuse me')) {
      return {
        inboundMessage: null,
        duplicate: false,
        userErrors: [{ code: 'INVALID', message: 'not for us' }],
      };
    }
    const id = createHash('sha256').update(raw).digest('hex');
    const duplicate = this.stored.has(id);
    if (!duplicate) this.stored.set(id, { id, raw, asked: 0 });
    return { inboundMessage: { id }, duplicate, userErrors: [] };
  }

  #state(id: string): unknown {
    const message = this.stored.get(id);
    if (message === undefined) return null;
    message.asked += 1;
    if (message.asked < this.#asksBeforeSettled) return { status: 'RECEIVED', reason: null };
    return this.outcomeOf(message.raw.toString('latin1'));
  }
}

function failure(code: string): unknown {
  return { data: null, errors: [{ message: 'not now', extensions: { code } }] };
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}
