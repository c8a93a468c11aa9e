import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a receiver was handed. */
export interface Received {
  readonly path: string;
  readonly id: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is told, as far as tests look at it. */
export interface ToldEvent {
  readonly type: string;
  readonly version: number;
  readonly timestamp: string;
  readonly data: {
    readonly ticket: { readonly id: string; readonly subject: string; readonly version: number };
    readonly changed: string[];
    readonly entry: { readonly type: string; readonly text: string; readonly textTruncated: boolean } | null;
    readonly actor: { readonly type: string };
  };
}

/** How a receiver answers: a status, or what is done with the response. */
export type Answer = (received: Received, response: ServerResponse) => number | null;

/** Somebody else's server that webhooks lead to; it answers 200 unless told otherwise, and can be switched off. */
export class WebhookReceiver {
  readonly received: Received[] = [];
  answer: Answer = () => 200;
  /** Most requests that were open at a time. */
  mostOpen = 0;
  #open = 0;
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    await receiver.listen();
    return receiver;
  }

  /** Listens, at the same port as before. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      this.#open += 1;
      this.mostOpen = Math.max(this.mostOpen, this.#open);
      response.on('close', () => (this.#open -= 1));
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const id = String(request.headers['webhook-id']);
        const body = Buffer.concat(chunks).toString('utf8');
        const received = { path: request.url ?? '', id, headers: request.headers, body };
        this.received.push(received);
        const status = this.answer(received, response);
        if (status !== null) response.writeHead(status).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (server.address() as AddressInfo).port;
    this.#server = server;
  }

  /** Refuses connections from now on, and ends those that are open. */
  async close(): Promise<void> {
    const server = this.#server;
    if (server === undefined) return;
    this.#server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  url(path = '/hook'): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** What was told, in the order of coming, repeats included. */
  told(): ToldEvent[] {
    return this.received.map(({ body }) => JSON.parse(body) as ToldEvent);
  }

  /** Of each ticket the versions that were told, in the order of coming, repeats included. */
  versions(): Map<string, number[]> {
    const versions = new Map<string, number[]>();
    for (const { data } of this.told()) {
      versions.set(data.ticket.id, [...(versions.get(data.ticket.id) ?? []), data.ticket.version]);
    }
    return versions;
  }
}

/** The headers that a verifier looks at. */
export function signedHeaders({ headers }: Received): Record<string, string> {
  const names = ['webhook-id', 'webhook-timestamp', 'webhook-signature'];
  return Object.fromEntries(names.map((name) => [name, String(headers[name])]));
}
