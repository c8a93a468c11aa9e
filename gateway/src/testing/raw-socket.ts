import { on, once } from 'node:events';
import { WebSocket } from 'ws';

/** A WebSocket on which every single message is the test's own. */
export interface RawSocket {
  readonly socket: WebSocket;
  send(message: unknown): void;
  /** The next message, read as JSON. */
  next(): Promise<Record<string, unknown>>;
  /** The code that the socket is closed with, whenever that is. */
  readonly closed: Promise<number>;
}

/** Connects; with `token` it also introduces itself and waits for the answer. */
export async function connectRaw(
  url: string,
  token?: string,
  protocol = 'graphql-transport-ws',
): Promise<RawSocket> {
  const socket = new WebSocket(url, protocol);
  const messages = on(socket, 'message') as AsyncIterator<[Buffer]>;
  const closed = new Promise<number>((resolve) => {
    socket.on('close', resolve);
  });
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const raw: RawSocket = {
    socket,
    closed,
    send: (message) => {
      socket.send(JSON.stringify(message));
    },
    next: async () => {
      const { value } = await messages.next();
      return JSON.parse(String((value as [Buffer])[0])) as Record<string, unknown>;
    },
  };
  if (token !== undefined) {
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    await raw.next();
  }
  return raw;
}
