import { createServer, type Server } from 'node:net';
import { randomInt } from 'node:crypto';

// Below the ranges from which systems take the ports of outgoing connections, so that a service which is down for a
// moment does not find its port taken by some connection.
const firstPort = 20_000;
const portsEnd = 32_000;

/** Free TCP ports on 127.0.0.1, all different. */
export async function choosePorts(count: number): Promise<number[]> {
  const held: { server: Server; port: number }[] = [];
  try {
    for (let tries = 0; held.length < count; tries += 1) {
      if (tries > 1_000) throw new Error(`no ${count} free ports between ${firstPort} and ${portsEnd}`);
      const port = randomInt(firstPort, portsEnd);
      const server = await tryListen('127.0.0.1', port);
      if (server !== null) held.push({ server, port });
    }
    return held.map(({ port }) => port);
  } finally {
    await Promise.all(held.map(({ server }) => new Promise((resolve) => server.close(resolve))));
  }
}

/** A listening server, or null when the port is taken. Other faults reject. */
export function tryListen(host: string, port: number): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') resolve(null);
      else reject(error);
    });
    server.listen({ host, port, exclusive: true }, () => {
      resolve(server);
    });
  });
}
