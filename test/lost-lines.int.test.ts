import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { encodeCursor } from '@smart-tickets/kit/cursor';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { once } from 'node:events';
import { pino } from 'pino';
import { WebSocket } from 'ws';
import { CuttableLine } from './soak/cuttable-line.ts';
import type { Interest } from './soak/interests.ts';
import { lineOf, Subscriber } from './soak/subscriber.ts';
import type { TransportName } from './soak/transports.ts';
import { compare, dueOf, readLog, type Comparison } from './soak/truth.ts';
import { startServicesGateway, type ServicesGateway } from './support/services-gateway.ts';
import { Services } from './support/services.ts';

const mostBufferedBytes = 256 * 1024;

let services: Services;
let gateway: ServicesGateway;
let line: CuttableLine;
let ticketId: string;
let changes = 0;
/** The ticket's version after the last change. */
let version = 0;
/** What the gateway logged of sockets that it cut off: the bytes that waited for each. */
const cutOff: number[] = [];
const subscribers: Subscriber[] = [];

beforeAll(async () => {
  const [backend] = queueBackends;
  if (backend === undefined) throw new Error('no queues');
  services = await Services.start(backend.open);
  const note = (text: string): void => {
    const { msg, unsentBytes } = JSON.parse(text) as { msg: string; unsentBytes: number };
    if (msg === 'slow consumer cut off') cutOff.push(unsentBytes);
  };
  gateway = await startServicesGateway(services, {
    mostBufferedBytes,
    log: pino({ level: 'info' }, { write: note }),
  });
  line = await CuttableLine.to(gateway.port);
  await services.ingestMail(
    mail({ subject: 'Lines', text: 'z'.repeat(100_000), messageId: 'l@example.org' }),
  );
  ticketId = await eventually(async () => {
    const { tickets } = await services.data<{ tickets: { nodes: { id: string }[] } }>(
      'ticket',
      services.viewer('ADMIN'),
      '{ tickets { nodes { id } } }',
    );
    return tickets.nodes[0]?.id ?? null;
  });
});
afterEach(async () => {
  await Promise.all(subscribers.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  await line.close();
  await gateway.stop();
  await services.stop();
});

const beginning = encodeCursor('ticket-event', [0]);
const queryOf = (more: string): string => `subscription Lines($after: String) {
  ticketEvents(after: $after) { cursor kind ticket { id version assignments(first: 1) { reason } } ${more} } }`;
const interest: Interest = { kind: 'all', filter: null, ticketIds: null, query: queryOf(''), variables: {} };
/** Some 500 kB for each event. */
const heavy = queryOf(
  Array.from({ length: 5 }, (_, nth) => `t${nth}: ticket { lastMessage { text } }`).join(' '),
);

const token = (): Promise<string> => gateway.tokenOf('ADMIN', services.seed.agents[0]?.id ?? '');

/** Changes the ticket so many times, one after the other. */
async function change(times: number): Promise<void> {
  for (let nth = 0; nth < times; nth += 1) {
    changes += 1;
    const { updateTicket } = await services.data<{ updateTicket: { ticket: { version: number } } }>(
      'ticket',
      services.viewer('ADMIN'),
      'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { ticket { version } } }',
      { input: { id: ticketId, subject: `Change ${changes}` } },
    );
    ({ version } = updateTicket.ticket);
  }
}

function watch(transport: TransportName, port: number, after = beginning): Subscriber {
  const url = `http://127.0.0.1:${port}/graphql`;
  const one = new Subscriber({
    name: transport,
    transport,
    interest,
    viewer: '',
    url,
    tokenOf: token,
    after,
  });
  subscribers.push(one);
  return one;
}

/** The last change's event, once it is in the log. */
const newest = (): Promise<string> =>
  eventually(async () => {
    const last = dueOf(interest, await readLog(services.databases.ticket.url, 0)).at(-1);
    return last?.endsWith(` ${ticketId} ${version}`) === true ? last : null;
  });

/** Waits until these have been told the newest event of the log. */
async function untilTold(those: readonly Subscriber[]): Promise<void> {
  const last = await newest();
  await eventually(() => {
    for (const { options, told, state, ends } of those) {
      if (told.at(-1) === last) continue;
      const met = [...ends].map(([end, times]) => `${times} times ${end}`).join(', ');
      throw new Error(`${options.name} was told ${told.at(-1)} last, not ${last}; ${state}; ${met}`);
    }
    return true;
  }, 30_000);
}

async function account(told: readonly string[]): Promise<Comparison> {
  return compare(told, dueOf(interest, await readLog(services.databases.ticket.url, 0)));
}
const complete = {
  due: expect.any(Number),
  missing: [],
  repeated: [],
  strange: [],
  inOrder: true,
};

/** A socket that asks for much; gives back the lines that it is told, and its last cursor. */
async function askForMuch(): Promise<{ socket: WebSocket; told: string[]; last: () => string }> {
  const socket = new WebSocket(`ws://127.0.0.1:${gateway.port}/graphql`, 'graphql-transport-ws');
  const told: string[] = [];
  let last = beginning;
  await once(socket, 'open');
  socket.send(
    JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${await token()}` } }),
  );
  await once(socket, 'message');
  socket.on('message', (data: Buffer) => {
    const { payload } = JSON.parse(data.toString()) as {
      payload: {
        data: { ticketEvents: { cursor: string; kind: string; ticket: { id: string; version: number } } };
      };
    };
    const { cursor, kind, ticket } = payload.data.ticketEvents;
    told.push(lineOf(cursor, kind, ticket.id, ticket.version));
    last = cursor;
  });
  const payload = { query: heavy, variables: { after: beginning } };
  socket.send(JSON.stringify({ id: 'heavy', type: 'subscribe', payload }));
  return { socket, told, last: () => last };
}

test('fault 12: who does not read is cut off with little waiting for it, nobody else notices, and its cursor brings the rest', async () => {
  const others = [watch('graphql-ws', gateway.port), watch('graphql-sse', gateway.port)];
  const slow = await askForMuch();
  await eventually(() => slow.told.length > 0);
  const closed = once(slow.socket, 'close') as Promise<[number]>;

  slow.socket.pause();
  for (let nth = 0; cutOff.length === 0 && nth < 100; nth += 1) await change(1);
  await change(3);
  await untilTold(others);
  slow.socket.resume();
  const [code] = await closed;
  const back = watch('graphql-ws', gateway.port, slow.last());
  await untilTold([back]);

  expect(code).toBe(4513);
  // Cut off at the first message that found too much waiting: nothing can have been added since.
  expect(cutOff).toHaveLength(1);
  expect(cutOff[0]).toBeGreaterThan(mostBufferedBytes);
  expect(cutOff[0]).toBeLessThan(mostBufferedBytes + 600_000);
  expect(others.map(({ connections }) => connections)).toEqual([1, 1]);
  for (const { told } of others) expect(await account(told)).toEqual(complete);
  expect(await account([...slow.told, ...back.told])).toEqual(complete);
});

test.each<TransportName>(['graphql-ws', 'graphql-sse', '@apollo/client multipart'])(
  'fault 13: who is cut off within messages while events flow comes back and has missed nothing, nor been told twice (%s)',
  async (transport) => {
    const one = watch(transport, line.port);
    await change(1);
    await untilTold([one]);

    for (let outage = 1; outage <= 3; outage += 1) {
      const flowing = change(20);
      line.refuse();
      line.cut(() => true);
      await eventually(() => line.size === 0);
      await flowing;
      await change(10);
      line.accept();
      await change(5);
    }
    await untilTold([one]);

    expect(one.connections).toBeGreaterThan(3);
    expect(one.faults).toEqual([]);
    expect(await account(one.told)).toEqual(complete);
  },
);
