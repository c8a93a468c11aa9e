import { fork, type ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { Client } from './client.ts';
import { ingest, untilSettled } from './messages.ts';
import { cpuMicrosOf } from './process-cpu.ts';
import { benchQuery } from './query-document.ts';
import type { FloorSettings } from './query-floor-server.ts';
import type { Figure } from './report.ts';
import { median, secondsOf } from './statistics.ts';

const inFlight = 8;
const rounds = 5;

/** Whoever takes part in the measurement. */
export interface QueryParts {
  readonly url: string;
  readonly agentToken: string;
  readonly agent: Client;
  readonly connector: Client;
  readonly gatewayPid: number;
  readonly floor: FloorSettings;
}

interface Target {
  readonly client: Client;
  readonly pid: number;
}

/**
 * CPU of the gateway's process for one query over three subgraphs, against a hand-written server that makes the same
 * fetches. Rounds take turns; each request has variables of its own, so that nothing can share an answer.
 */
export async function benchQueryCpu(parts: QueryParts, requestsPerRound: number): Promise<Figure[]> {
  for (let nth = 0; nth < 25; nth += 1) await ingest(parts.connector, `seed-query-${nth}`);
  await untilSettled(parts.connector, 30_000);
  const child = fork(new URL('query-floor-server.ts', import.meta.url), {
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', FLOOR: JSON.stringify(parts.floor) },
  });
  const floorUrl = `http://127.0.0.1:${await readyPort(child)}/graphql`;
  const clients = {
    gateway: new Client(parts.url, { authorization: `Bearer ${parts.agentToken}` }, inFlight),
    floor: new Client(floorUrl, {}, inFlight),
  };
  try {
    const gateway = { client: clients.gateway, pid: parts.gatewayPid };
    const floor = { client: clients.floor, pid: child.pid ?? NaN };
    await compare(gateway, floor);
    for (const target of [gateway, floor]) await cpuOfRound(target, requestsPerRound);
    const costs = { gateway: [] as number[], floor: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      costs.gateway.push(await cpuOfRound(gateway, requestsPerRound));
      costs.floor.push(await cpuOfRound(floor, requestsPerRound));
    }
    return [
      {
        bench: 'query',
        what: `gateway CPU of 20 tickets over three subgraphs, median of ${rounds} × ${requestsPerRound}`,
        unit: 'µs/request',
        value: median(costs.gateway),
        floor: median(costs.floor),
        floorWhat: 'a hand-written server with the same four fetches, no checks',
        moreIsBetter: false,
      },
    ];
  } finally {
    await clients.gateway.close();
    await clients.floor.close();
    child.disconnect();
  }
}

let asked = 0;

/** Each call asks for tickets created before another instant of the future: the same page, other variables. */
function nextVariables(): { before: string } {
  asked += 1;
  return { before: new Date(Date.UTC(2100, 0, 1) + asked).toISOString() };
}

async function cpuOfRound({ client, pid }: Target, requests: number): Promise<number> {
  const before = cpuMicrosOf(pid);
  await secondsOf(requests, inFlight, async () => {
    await client.ask(benchQuery, nextVariables());
  });
  return (cpuMicrosOf(pid) - before) / requests;
}

/** A floor that does other work is none. */
async function compare(gateway: Target, floor: Target): Promise<void> {
  const variables = nextVariables();
  const [ours, bare] = await Promise.all([
    gateway.client.ask<{ tickets: { nodes: unknown[] } }>(benchQuery, variables),
    floor.client.ask(benchQuery, variables),
  ]);
  if (ours.tickets.nodes.length !== 20) throw new Error('the query bench needs a page of 20 tickets');
  if (!isDeepStrictEqual(ours, bare)) {
    throw new Error(
      `gateway and floor answer differently:\n${JSON.stringify(ours)}\n${JSON.stringify(bare)}`,
    );
  }
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { port: number }).port);
    });
    child.once('exit', (code) => {
      reject(new Error(`the floor server ended with status ${code}`));
    });
  });
}
