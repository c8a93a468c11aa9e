import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { WebSocket } from 'ws';

/*
 * The sockets of the fan-out bench, a process of its own: they are only counted, so that receiving costs as little as it
 * can on the machine that sends as well.
 */

/** What the process is told. `protocol` null: a bare socket that says nothing. */
export type ClientsOrder =
  | {
      readonly type: 'open';
      readonly url: string;
      readonly count: number;
      readonly subscribe: { readonly token: string; readonly queries: readonly string[] } | null;
    }
  | { readonly type: 'expect'; readonly messages: number }
  | { readonly type: 'close' };

/** What it says: all are open; as many messages as were expected have come since, the last of them like this. */
export type ClientsWord =
  { readonly type: 'opened' | 'counting' } | { readonly type: 'arrived'; readonly last: string };

const atOnce = 50;
let sockets: WebSocket[] = [];
let left = Infinity;

function count(data: Buffer): void {
  left -= 1;
  if (left === 0) tell({ type: 'arrived', last: data.toString() });
}

function tell(word: ClientsWord): void {
  process.send?.(word);
}

async function open({ url, subscribe }: ClientsOrder & { type: 'open' }, nth: number): Promise<WebSocket> {
  const options = { perMessageDeflate: false };
  if (subscribe === null) {
    const socket = new WebSocket(url, options);
    await once(socket, 'open');
    socket.on('message', count);
    return socket;
  }
  const { token, queries } = subscribe;
  const socket = new WebSocket(url, 'graphql-transport-ws', options);
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } }));
  await once(socket, 'message');
  const query = queries[nth % queries.length];
  // As the clients of graphql-ws do: no two sockets are sent the very same bytes.
  socket.send(JSON.stringify({ id: randomUUID(), type: 'subscribe', payload: { query } }));
  socket.on('message', count);
  return socket;
}

async function openAll(order: ClientsOrder & { type: 'open' }): Promise<void> {
  for (let nth = 0; nth < order.count; nth += atOnce) {
    const some = Array.from({ length: Math.min(atOnce, order.count - nth) }, (_, more) =>
      open(order, nth + more),
    );
    sockets.push(...(await Promise.all(some)));
  }
  for (const socket of sockets) {
    socket.on('close', (code, reason) => {
      if (sockets.includes(socket)) throw new Error(`a socket was closed: ${code} ${String(reason)}`);
    });
  }
  tell({ type: 'opened' });
}

process.on('message', (order: ClientsOrder) => {
  if (order.type === 'open') void openAll(order);
  else if (order.type === 'expect') {
    left = order.messages;
    tell({ type: 'counting' });
  } else {
    const all = sockets;
    sockets = [];
    for (const socket of all) socket.terminate();
  }
});
process.on('disconnect', () => process.exit(0));
