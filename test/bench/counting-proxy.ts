import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

/** Stands before a subgraph and counts what it is asked. */
export interface CountingProxy {
  readonly url: string;
  /** Requests since the start. */
  readonly requests: number;
  close(): Promise<void>;
}

/** Starts one on a free loopback port. */
export async function startCountingProxy(target: string): Promise<CountingProxy> {
  const { origin, pathname } = new URL(target);
  const pool = new Pool(origin, { connections: 64, pipelining: 1 });
  let requests = 0;
  const forward = async (request: IncomingMessage): Promise<{ status: number; text: string }> => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
    const answer = await pool.request({
      method: 'POST',
      path: pathname,
      headers,
      body: Buffer.concat(chunks),
    });
    return { status: answer.statusCode, text: await answer.body.text() };
  };
  const server = createServer((request, response) => {
    requests += 1;
    forward(request).then(
      ({ status, text }) => response.writeHead(status, { 'content-type': 'application/json' }).end(text),
      () => response.writeHead(502).end(),
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${pathname}`,
    get requests() {
      return requests;
    },
    close: async () => {
      server.closeAllConnections();
      server.close();
      await pool.destroy();
    },
  };
}
