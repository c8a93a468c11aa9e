import type { Logger } from '@smart-tickets/kit/logger';
import { CloseCode, handleProtocols } from 'graphql-ws';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import { WebSocketServer, type RawData, type WebSocket } from 'ws';
import { FrameRate } from './frame-rate.ts';
import { originAllowed } from './origins.ts';
import { closeCodes, SocketOperations, type SocketOptions } from './socket-operations.ts';

export interface SocketServer {
  /** Takes the HTTP server's upgrades at `path`. */
  attach(server: Server, path: string): void;
  /** Number of open sockets. */
  readonly size: number;
  /**
   * Takes no more sockets, lets queries and mutations on the open ones end, closes them with 1001, and ends those that
   * have not answered after `limitMs`.
   */
  close(limitMs: number): Promise<void>;
}

const largestMessageBytes = 64 * 1024;
const pingEveryMs = 12_000;
/** Who sends on and on does not say goodbye, either. */
const floodCloseMs = 1_000;

function textOf(data: RawData): string {
  if (Array.isArray(data)) return Buffer.concat(data).toString('utf8');
  return Buffer.isBuffer(data) ? data.toString('utf8') : Buffer.from(data).toString('utf8');
}

function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

/** Ends sockets whose other side has gone without a word. Gives back how to stop. */
function keepAlive(sockets: WebSocketServer): () => void {
  const silent = new WeakSet<WebSocket>();
  sockets.on('connection', (socket) => {
    socket.on('pong', () => silent.delete(socket));
  });
  const timer = setInterval(() => {
    for (const socket of sockets.clients) {
      if (silent.has(socket)) socket.terminate();
      else if (socket.readyState === socket.OPEN) {
        silent.add(socket);
        socket.ping();
      }
    }
  }, pingEveryMs);
  timer.unref();
  return () => {
    clearInterval(timer);
  };
}

/** Closes sockets over which more comes than FrameRate allows. Says of each message or ping whether it is to be heard. */
function watchRate(socket: WebSocket): () => boolean {
  const rate = new FrameRate();
  const heard = (): boolean => {
    if (socket.readyState !== socket.OPEN) return false;
    if (rate.take()) return true;
    socket.close(closeCodes.tooMany, 'Too many messages');
    setTimeout(() => {
      socket.terminate();
    }, floodCloseMs).unref();
    return false;
  };
  // The pong has been sent by then.
  socket.on('ping', heard);
  socket.on('pong', heard);
  return heard;
}

/** Lets the protocol speak on a socket. */
function open(
  socket: WebSocket,
  stream: Duplex,
  protocol: ReturnType<SocketOperations['protocol']>,
  operations: SocketOperations,
  log: Logger,
): void {
  // ws emits 'error' for every fault of a client, an over-long frame for one; unheard it would end the process.
  socket.on('error', (error) => {
    log.debug({ err: error }, 'socket error');
  });
  const heard = watchRate(socket);
  const closed = protocol.opened(
    {
      protocol: socket.protocol,
      send: (text) => operations.send(socket, text),
      close: (code, reason) => {
        socket.close(code, reason);
      },
      onMessage: (take) => {
        socket.on('message', (data) => {
          if (!heard()) return;
          take(textOf(data)).catch((error: unknown) => {
            log.error({ err: error }, 'a socket message could not be handled');
            socket.close(CloseCode.InternalServerError, 'Internal server error');
          });
        });
      },
    },
    { socket, stream },
  );
  socket.once('close', (code, reason) => {
    closed(code, String(reason)).catch((error: unknown) => {
      log.error({ err: error }, 'a closed socket could not be cleaned up');
    });
  });
}

/** Closes every socket once the work on them has ended, and ends those that do not answer. */
async function closeAll(
  sockets: WebSocketServer,
  operations: SocketOperations,
  limitMs: number,
): Promise<void> {
  const end = setTimeout(() => {
    for (const socket of sockets.clients) socket.terminate();
  }, limitMs);
  const late = new Promise<void>((resolve) => {
    setTimeout(resolve, limitMs / 2).unref();
  });
  await Promise.race([operations.idle(), late]);
  for (const socket of sockets.clients) socket.close(1001, 'Going away');
  await Promise.all(
    [...sockets.clients].map((socket) => new Promise((resolve) => socket.once('close', resolve))),
  );
  clearTimeout(end);
  sockets.close();
}

/** graphql-ws (sub-protocol graphql-transport-ws) for queries, mutations and subscriptions. */
export function createSocketServer(options: SocketOptions): SocketServer {
  const { log } = options;
  const operations = new SocketOperations(options);
  const protocol = operations.protocol();
  const sockets = new WebSocketServer({
    noServer: true,
    maxPayload: largestMessageBytes,
    // Answers to events are written past ws, which would hold its own messages back while it compresses.
    perMessageDeflate: false,
    handleProtocols,
  });
  const stopKeepAlive = keepAlive(sockets);
  let closing = false;
  const upgrade = (request: IncomingMessage, stream: Duplex, head: Buffer, path: string): void => {
    stream.on('error', (error) => {
      log.debug({ err: error }, 'upgrade error');
    });
    if (closing) refuse(stream, '503 Service Unavailable');
    else if (request.url?.split('?')[0] !== path) refuse(stream, '404 Not Found');
    else if (!originAllowed(request.headers.origin, request.headers.host, options.allowedOrigins)) {
      refuse(stream, '403 Forbidden');
    } else {
      sockets.handleUpgrade(request, stream, head, (socket) => {
        sockets.emit('connection', socket, request);
        open(socket, stream, protocol, operations, log);
      });
    }
  };
  return {
    attach: (server, path) => {
      server.on('upgrade', (request, stream, head) => {
        upgrade(request, stream, head, path);
      });
    },
    get size() {
      return sockets.clients.size;
    },
    close: (limitMs) => {
      closing = true;
      stopKeepAlive();
      return closeAll(sockets, operations, limitMs);
    },
  };
}
