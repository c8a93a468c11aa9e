import { eventually } from '@smart-tickets/testing/eventually';
import { fork, type ChildProcess } from 'node:child_process';
import { isDeepStrictEqual } from 'node:util';
import { installPeers, startHive, type Hive, type HiveSettings } from '../peers/hive.ts';
import { Client } from './client.ts';
import { ingest, untilSettled } from './messages.ts';
import { cpuMicrosOf } from './process-cpu.ts';
import { benchQuery } from './query-document.ts';
import type { FloorSettings } from './query-floor-server.ts';
import type { Figure } from './report.ts';
import { median, secondsOf } from './statistics.ts';

const inFlight = 8;
const rounds = 5;
/** Of Hive Gateway, as it comes and with the one that its makers recommend for speed. */
const planners: readonly HiveSettings['planner'][] = ['javascript', 'rust'];

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
 * fetches, against @apollo/gateway in its default set-up, and against Hive Gateway. Rounds take turns; each request has variables of its own, so
 * that nothing can share an answer.
 */
export async function benchQueryCpu(parts: QueryParts, requestsPerRound: number): Promise<Figure[]> {
  for (let nth = 0; nth < 25; nth += 1) await ingest(parts.connector, `seed-query-${nth}`);
  await untilSettled(parts.connector, 30_000);
  await answerAll(parts.agent);
  await installPeers();
  const children = ['query-floor-server.ts', 'default-gateway.ts'].map((file) =>
    startBeside(file, parts.floor),
  );
  const clients: Client[] = [];
  const peers: Hive[] = [];
  const targetOf = (url: string, headers: Record<string, string>, pid: number): Target => {
    const client = new Client(url, headers, inFlight);
    clients.push(client);
    return { client, pid };
  };
  try {
    const bearer = { authorization: `Bearer ${parts.agentToken}` };
    const gateway = targetOf(parts.url, bearer, parts.gatewayPid);
    const [floor, standard] = await Promise.all(
      children.map(async (child) => {
        const port = await readyPort(child);
        return targetOf(`http://127.0.0.1:${port}/graphql`, {}, child.pid ?? NaN);
      }),
    );
    if (floor === undefined || standard === undefined)
      throw new Error('two servers stand beside the gateway');
    for (const planner of planners) peers.push(await startHive({ ...parts.floor, planner }));
    const hives = peers.map(({ url, pid }) => targetOf(url, bearer, pid));
    const targets = [gateway, floor, standard, ...hives];
    for (const other of targets.slice(1)) await compare(gateway, other);
    const costs = await costsInTurns(targets, requestsPerRound);
    return figuresOf(costs, requestsPerRound);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
    for (const child of children) if (child.connected) child.disconnect();
    for (const peer of peers) peer.stop();
  }
}

/** Answers what there is, and waits until the answers are on their way out: what a page shows of the intake. */
async function answerAll(agent: Client): Promise<void> {
  const { tickets } = await agent.ask<{ tickets: { nodes: { id: string }[] } }>(
    '{ tickets(first: 50) { nodes { id } } }',
    {},
  );
  for (const { id } of tickets.nodes) {
    await agent.ask(
      'mutation ($input: ReplyToTicketInput!) { replyToTicket(input: $input) { userErrors { code message } } }',
      {
        input: {
          ticketId: id,
          text: `It is on its way. ${'We are sorry that it took so long. '.repeat(16)}`,
        },
      },
    );
  }
  await eventually(async () => {
    const page = await agent.ask<{
      tickets: { nodes: { lastMessage: { delivery: unknown } | null }[] };
    }>(benchQuery, nextVariables());
    return page.tickets.nodes.every(({ lastMessage }) => lastMessage?.delivery != null);
  }, 30_000);
}

function startBeside(file: string, floor: FloorSettings): ChildProcess {
  const env = {
    PATH: process.env['PATH'],
    NODE_ENV: 'production',
    // Without it the gateway reports to its vendor.
    APOLLO_TELEMETRY_DISABLED: 'true',
    FLOOR: JSON.stringify(floor),
  };
  return fork(new URL(file, import.meta.url), { env });
}

/** The median cost of each target, in microseconds a request; a round of each goes ahead unmeasured. */
async function costsInTurns(targets: readonly Target[], requestsPerRound: number): Promise<number[]> {
  const costs: number[][] = targets.map(() => []);
  for (let round = -1; round < rounds; round += 1) {
    for (const [nth, target] of targets.entries()) {
      const cost = await cpuOfRound(target, requestsPerRound);
      if (round >= 0) costs[nth]?.push(cost);
    }
  }
  return costs.map(median);
}

function figuresOf(
  [ours = NaN, floor = NaN, standard = NaN, ...hives]: number[],
  requestsPerRound: number,
): Figure[] {
  const common = { bench: 'query', unit: 'µs/request', value: ours, moreIsBetter: false } as const;
  return [
    {
      ...common,
      what: `gateway CPU of 20 tickets over three subgraphs, median of ${rounds} × ${requestsPerRound}`,
      floor,
      floorWhat: 'a hand-written server with the same four fetches, no checks',
    },
    {
      ...common,
      what: 'the same, beside the default set-up',
      floor: standard,
      floorWhat: '@apollo/gateway with its own data source and executor, on a standalone server',
    },
    ...planners.map((planner, nth) => ({
      ...common,
      what: `the same, beside Hive Gateway, ${planner}`,
      floor: hives[nth] ?? NaN,
      floorWhat:
        planner === 'rust' ? 'Hive Gateway with @graphql-hive/router-runtime' : 'Hive Gateway as it comes',
    })),
  ];
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
      `gateway and what stands beside it answer differently:\n${JSON.stringify(ours)}\n${JSON.stringify(bare)}`,
    );
  }
}

function readyPort(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      resolve((message as { port: number }).port);
    });
    child.once('exit', (code) => {
      reject(new Error(`a server beside the gateway ended with status ${code}`));
    });
  });
}
