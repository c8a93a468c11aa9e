import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { startOwnGateway, type OwnGateway } from '../support/own-gateway.ts';
import { Client } from './client.ts';
import { startCountingProxy, type CountingProxy } from './counting-proxy.ts';
import type { ClientsOrder, ClientsWord } from './fanout-clients.ts';
import type { FloorOrder } from './fanout-floor.ts';
import { ingest, untilSettled } from './messages.ts';
import { cpuMicrosOf } from './process-cpu.ts';
import type { Figure } from './report.ts';
import { median } from './statistics.ts';
import type { BenchSystem } from './system.ts';

const rounds = 5;
const arrivalLimitMs = 30_000;

/** What the sockets ask for: fields of three subgraphs. Selections differ in what they ask of routing, once for an event. */
function subscriptionOf(nth: number): string {
  return `subscription { ticketEvents { cursor kind changed ticket { id number subject status version
    assignments(first: ${nth + 1}) { reason } customer { name } lastMessage { id delivery { status } } } } }`;
}

/** Sizes of one run: sockets at once, messages that each round delivers, and how many different things are asked for. */
interface Size {
  readonly sockets: number;
  readonly deliveries: number;
  readonly selections: number;
}

/** What a run has found. */
interface Finding {
  /** CPU of the process for one message to one socket, in microseconds. */
  readonly gateway: number;
  readonly floor: number;
  readonly bytes: number;
  /** Reads of the routing subgraph for one event: as many as the rest of the selection was fetched. */
  readonly executions: number;
}

/**
 * What it costs the gateway's process to bring one event to one of many sockets, against a bare broadcast of the same
 * bytes to as many; and how often the rest of an event is fetched. A gateway of its own, so that limits of sockets are out of
 * the way and its reads of routing can be counted. Changes go to the ticket subgraph directly: they are not what is measured.
 */
export async function benchFanout(system: BenchSystem, scale: number): Promise<Figure[]> {
  for (let nth = 0; nth < 3; nth += 1) await ingest(system.connector, `seed-fanout-${nth}`);
  await untilSettled(system.connector, 30_000);
  const deliveries = 60_000 * scale;
  const runs: Size[] = [
    { sockets: 1_000, deliveries, selections: 1 },
    { sockets: 5_000, deliveries, selections: 1 },
    { sockets: 1_000, deliveries, selections: 10 },
  ];
  const figures: Figure[] = [];
  for (const size of runs) figures.push(...figuresOf(size, await run(system, size)));
  return figures;
}

function figuresOf({ sockets, selections }: Size, { gateway, floor, bytes, executions }: Finding): Figure[] {
  const asked = selections === 1 ? 'one selection' : `${selections} selections`;
  return [
    {
      bench: 'fanout',
      what: `gateway CPU of one event to one of ${sockets} sockets, ${asked}, ${bytes} bytes, median of ${rounds} rounds`,
      unit: 'µs',
      value: gateway,
      floor,
      floorWhat: 'ws, the same bytes, encoded once, to as many sockets',
      moreIsBetter: false,
    },
    {
      bench: 'fanout',
      what: `executions for one event, ${asked}, ${sockets} sockets`,
      unit: '',
      value: executions,
      floor: selections,
      floorWhat: 'one for each selection',
      moreIsBetter: false,
    },
  ];
}

async function run(system: BenchSystem, size: Size): Promise<Finding> {
  const { floor, dataDir } = system;
  const proxy = await startCountingProxy(floor.subgraphs.routing);
  const children: ChildProcess[] = [];
  const begin = (file: string): ChildProcess => {
    const child = fork(new URL(file, import.meta.url), { env: { PATH: process.env['PATH'] } });
    children.push(child);
    return child;
  };
  let gateway: OwnGateway | undefined;
  try {
    gateway = await startOwnGateway({
      dataDir,
      internalTokenKey: floor.internalTokenKey,
      subgraphs: { ...floor.subgraphs, routing: proxy.url },
      env: { MAX_SOCKETS_PER_CALLER: String(size.sockets), COST_PER_MINUTE: '100000000' },
    });
    const server = begin('fanout-floor.ts');
    const [ready] = (await once(server, 'message')) as [{ port: number }];
    const listeners = { ours: begin('fanout-clients.ts'), bare: begin('fanout-clients.ts') };
    const queries = Array.from({ length: size.selections }, (_, nth) => subscriptionOf(nth));
    await open(listeners.ours, {
      type: 'open',
      url: gateway.url.replace(/^http/, 'ws'),
      count: size.sockets,
      subscribe: { token: system.agentToken, queries },
    });
    await open(listeners.bare, {
      type: 'open',
      url: `ws://127.0.0.1:${ready.port}`,
      count: size.sockets,
      subscribe: null,
    });
    return await measure(system, size, { gateway, server, proxy, ...listeners });
  } finally {
    for (const child of children) if (child.connected) child.disconnect();
    await gateway?.stop();
    await proxy.close();
  }
}

interface Running {
  readonly gateway: OwnGateway;
  readonly server: ChildProcess;
  readonly proxy: CountingProxy;
  readonly ours: ChildProcess;
  readonly bare: ChildProcess;
}

async function measure(system: BenchSystem, size: Size, running: Running): Promise<Finding> {
  const { gateway, server, proxy, ours, bare } = running;
  const change = await changer(system);
  // Event by event: what the services still do for a change slows both down alike.
  const send = (order: FloorOrder): void => {
    server.send(order);
  };
  const text = await warmUp(ours, size.sockets, change.make);
  send({ type: 'text', text });
  const events = Math.max(1, Math.round(size.deliveries / size.sockets));
  const costs: Record<'gateway' | 'floor', number[]> = { gateway: [], floor: [] };
  let readsBefore = 0;
  for (let round = -1; round < rounds; round += 1) {
    if (round === 0) readsBefore = proxy.requests;
    const spent = (): [number, number] => [cpuMicrosOf(gateway.pid), cpuMicrosOf(server.pid ?? NaN)];
    const before = spent();
    for (let nth = 0; nth < events; nth += 1) {
      await arrival(ours, size.sockets, change.make);
      await arrival(bare, size.sockets, () => {
        send({ type: 'send' });
      });
    }
    const after = spent();
    if (round < 0) continue;
    const [gatewayCost = NaN, floorCost = NaN] = after.map(
      (micros, which) => (micros - (before[which] ?? NaN)) / (events * size.sockets),
    );
    costs.gateway.push(gatewayCost);
    costs.floor.push(floorCost);
  }
  const executions = (proxy.requests - readsBefore) / (events * rounds);
  await change.close();
  return {
    gateway: median(costs.gateway),
    floor: median(costs.floor),
    bytes: Buffer.byteLength(text),
    executions,
  };
}

/** Changes a ticket at the subgraph that owns it: one event each. */
async function changer({
  agent,
  floor,
}: BenchSystem): Promise<{ readonly make: () => Promise<void>; readonly close: () => Promise<void> }> {
  const { tickets } = await agent.ask<{ tickets: { nodes: { id: string }[] } }>(
    'query { tickets(first: 1) { nodes { id } } }',
    {},
  );
  const id = tickets.nodes[0]?.id;
  let made = 0;
  let client: Client | undefined;
  let until = 0;
  const signed = async (): Promise<Client> => {
    if (client !== undefined && until > Date.now()) return client;
    await client?.close();
    until = Date.now() + 30_000;
    const token = signInternalToken(floor.internalTokenKey, floor.viewer, Date.now());
    client = new Client(floor.subgraphs.ticket, { [internalTokenHeader]: token }, 1);
    return client;
  };
  return {
    make: async () => {
      made += 1;
      const subject = `Fan-out ${String(made).padStart(6, '0')}`;
      const { updateTicket } = await (
        await signed()
      ).ask<{ updateTicket: { ticket: object | null } }>(
        `mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { ticket { id } userErrors { code message } } }`,
        { input: { id, subject } },
      );
      if (updateTicket.ticket === null)
        throw new Error(`an update was refused: ${JSON.stringify(updateTicket)}`);
    },
    close: async () => {
      await client?.close();
    },
  };
}

async function open(clients: ChildProcess, order: ClientsOrder): Promise<void> {
  const opened = wordOf(clients, 'opened', 60_000);
  clients.send(order);
  await opened;
}

/** Acts and waits until every socket has one message more; gives back the last one. */
async function arrival(
  clients: ChildProcess,
  messages: number,
  act: () => unknown,
  limitMs = arrivalLimitMs,
): Promise<string> {
  const counting = wordOf(clients, 'counting', limitMs);
  clients.send({ type: 'expect', messages } satisfies ClientsOrder);
  await counting;
  const arrived = wordOf(clients, 'arrived', limitMs);
  arrived.catch(() => undefined);
  await act();
  const word = await arrived;
  return word.type === 'arrived' ? word.last : '';
}

function wordOf(clients: ChildProcess, type: ClientsWord['type'], limitMs: number): Promise<ClientsWord> {
  const { promise, resolve, reject } = Promise.withResolvers<ClientsWord>();
  const hear = (word: ClientsWord): void => {
    if (word.type === type) resolve(word);
  };
  const gone = (code: number | null): void => {
    reject(new Error(`the process of the sockets ended with status ${code}`));
  };
  const timer = setTimeout(() => {
    reject(new Error(`not all sockets were served within ${limitMs} ms`));
  }, limitMs);
  clients.on('message', hear).once('exit', gone);
  return promise.finally(() => {
    clearTimeout(timer);
    clients.off('message', hear).off('exit', gone);
  });
}

/** A subscription is not acknowledged: all stand when one event has reached everybody. */
async function warmUp(clients: ChildProcess, sockets: number, make: () => Promise<void>): Promise<string> {
  for (let tries = 0; ; tries += 1) {
    try {
      await arrival(clients, sockets, make, 3_000);
      return await arrival(clients, sockets, make, 3_000);
    } catch (error) {
      if (tries === 10) throw error;
      await pause(500);
    }
  }
}
