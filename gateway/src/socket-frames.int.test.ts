import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import { WebSocket, WebSocketServer } from 'ws';
import { writeJoined } from './socket-frames.ts';

interface Ends {
  readonly client: WebSocket;
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

let server: Server;
beforeEach(() => {
  server = createServer();
});
afterEach(async () => {
  server.close();
  await once(server, 'close');
});

/** Both ends of a WebSocket, and the connection under the server's. */
async function connect(): Promise<Ends> {
  const sockets = new WebSocketServer({ noServer: true, perMessageDeflate: false });
  const opened = Promise.withResolvers<Omit<Ends, 'client'>>();
  server.on('upgrade', (request, stream: Duplex, head: Buffer) => {
    sockets.handleUpgrade(request, stream, head, (socket) => {
      opened.resolve({ socket, stream });
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  return { client, ...(await opened.promise) };
}

test('texts of all lengths come whole and in order, among those that ws sends itself', async () => {
  const { client, socket, stream } = await connect();
  const got: string[] = [];
  client.on('message', (data: Buffer, isBinary) => got.push(isBinary ? 'bytes' : data.toString()));
  const own = '{"id":"ö"';
  const lengths = [12, 125, 126, 127, 2_047, 2_048, 2_049, 65_535, 65_536, 70_000];

  const sent = lengths.flatMap((length) => {
    const rest = 'x'.repeat(length - Buffer.byteLength(own));
    writeJoined(stream, Buffer.from(own), Buffer.from(rest));
    socket.send(`after ${length}`);
    return [own + rest, `after ${length}`];
  });
  socket.close(4000, 'the end');
  const [code] = (await once(client, 'close')) as [number];

  expect(code).toBe(4000);
  expect(got).toEqual(sent);
});
