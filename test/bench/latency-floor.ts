import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import { WebSocket, WebSocketServer } from 'ws';
import { makeFloorDatabase } from './floor-database.ts';

/**
 * Milliseconds from a commit's answer to a message on a WebSocket with nothing in between: one row inserted and
 * notified in one transaction, a listener on the same cluster, one send. Negative when the message comes first. Samples begin
 * `everyMs` apart, or later where one takes longer.
 */
export async function latencyFloor(ticketUrl: string, samples: number, everyMs: number): Promise<number[]> {
  const databaseUrl = await makeFloorDatabase(ticketUrl, `bench_latency_floor_${everyMs}`);
  const writer = new pg.Client({ connectionString: databaseUrl });
  const listener = new pg.Client({ connectionString: databaseUrl });
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: false });
  await Promise.all([writer.connect(), listener.connect(), once(server, 'listening')]);
  const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const arrivals = new Map<string, number>();
  let told: () => void = () => undefined;
  try {
    await once(client, 'open');
    client.on('message', (data: Buffer) => {
      arrivals.set(data.toString(), performance.now());
      told();
    });
    listener.on('notification', ({ payload }) => {
      for (const socket of server.clients) socket.send(payload ?? '');
    });
    await listener.query('listen bench_floor');
    await writer.query('create table bench_floor_row (id integer primary key, body text)');
    const latencies: number[] = [];
    const startedAt = performance.now();
    for (let nth = 0; nth < samples; nth += 1) {
      if (everyMs > 0) await pause(Math.max(0, startedAt + nth * everyMs - performance.now()));
      const arrived = new Promise<void>((resolve) => (told = resolve));
      await writer.query({
        name: 'bench-floor',
        text: `with made as (insert into bench_floor_row values ($1, $2)) select pg_notify('bench_floor', $1::text)`,
        values: [nth, 'x'.repeat(1_000)],
      });
      const answeredAt = performance.now();
      if (!arrivals.has(`${nth}`)) await arrived;
      latencies.push((arrivals.get(`${nth}`) ?? NaN) - answeredAt);
    }
    return latencies;
  } finally {
    client.terminate();
    server.close();
    await Promise.all([writer.end(), listener.end()]);
  }
}
