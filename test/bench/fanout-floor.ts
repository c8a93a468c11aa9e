import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/*
 * The floor of the fan-out bench, a process of its own: sends one text to every socket that is open, whenever it is told
 * to, in the cheapest way that ws offers: encoded once.
 */

/** What the process is told: the text from now on, or to send it. */
export type FloorOrder = { readonly type: 'text'; readonly text: string } | { readonly type: 'send' };

let message = Buffer.alloc(0);
const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
server.on('listening', () => {
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port });
});
process.on('message', (order: FloorOrder) => {
  if (order.type === 'text') {
    message = Buffer.from(order.text);
    return;
  }
  for (const socket of server.clients)
    if (socket.readyState === socket.OPEN) socket.send(message, { binary: false });
});
process.on('disconnect', () => process.exit(0));
