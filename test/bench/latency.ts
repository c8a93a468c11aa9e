import { createClient } from 'graphql-ws';
import { setTimeout as pause } from 'node:timers/promises';
import { Arrivals } from './arrivals.ts';
import type { Client } from './client.ts';
import { latencyFloor } from './latency-floor.ts';
import { ingest, untilSettled } from './messages.ts';
import type { Figure } from './report.ts';
import { percentile } from './statistics.ts';

const subscription = `subscription BenchEvents {
  ticketEvents {
    cursor kind changed
    ticket {
      id number subject status version
      team { name }
      assignments(first: 1) { reason }
      customer { name }
      lastMessage { id delivery { status } }
    }
  }
}`;

interface EventData {
  readonly ticketEvents: {
    readonly kind: string;
    readonly changed: readonly string[];
    readonly ticket: {
      readonly subject: string;
    };
  };
}

const updateDocument = `mutation BenchUpdate($input: UpdateTicketInput!) {
  updateTicket(input: $input) { ticket { id version } userErrors { code message } }
}`;

/** Time between two changes: a busy team, not a load test. */
const betweenMs = 50;
/** Changes a second, of a desk as busy as we know none. */
const busyRate = 100;
const limitMs = 10_000;

/** Whoever takes part in the measurement. */
export interface LatencyParts {
  readonly url: string;
  readonly agentToken: string;
  readonly agent: Client;
  readonly connector: Client;
  readonly ticketUrl: string;
}

/**
 * Milliseconds from a mutation's answer to its event at a graphql-ws subscriber whose selection takes three subgraphs.
 * One clock, one process: the subscriber and the caller are both in this one.
 */
export async function benchLatency(parts: LatencyParts, samples: number): Promise<Figure[]> {
  const ticketIds = await seedTickets(parts);
  const arrivals = new Arrivals();
  const socket = createClient({
    url: parts.url.replace(/^http/, 'ws'),
    connectionParams: { authorization: `Bearer ${parts.agentToken}` },
    webSocketImpl: WebSocket,
    retryAttempts: 0,
  });
  const stop = socket.subscribe<EventData>(
    { query: subscription },
    {
      next: ({ data, errors }) => {
        const at = performance.now();
        if (data == null || errors !== undefined) arrivals.fail(new Error(JSON.stringify(errors)));
        else for (const key of keysOf(data)) arrivals.note(key, at);
      },
      error: (error) => arrivals.fail(error),
      complete: () => undefined,
    },
  );
  try {
    await warmUp(parts, arrivals, ticketIds);
    const updated = await sample(samples, arrivals, (nth) => update(parts.agent, ticketIds, `Sample ${nth}`));
    const created = await sample(samples, arrivals, async (nth) => {
      await ingest(parts.connector, `sample-${nth}`);
      return `created sample-${nth}`;
    });
    const busy = await sampleAtRate(5 * samples, arrivals, (nth) =>
      update(parts.agent, ticketIds, `Busy ${nth}`),
    );
    const floor = await latencyFloor(parts.ticketUrl, samples, 0);
    const busyFloor = await latencyFloor(parts.ticketUrl, 5 * samples, 1_000 / busyRate);
    return [
      ...figuresOf('updateTicket answered → event at the subscriber', updated, floor),
      ...figuresOf('ingestMessage answered → TICKET_CREATED at the subscriber', created, floor),
      ...figuresOf(
        `updateTicket answered → event at the subscriber, ${busyRate} events a second`,
        busy,
        busyFloor,
      ),
    ];
  } finally {
    stop();
    await socket.dispose();
  }
}

async function seedTickets({ agent, connector }: LatencyParts): Promise<string[]> {
  for (let nth = 0; nth < 20; nth += 1) await ingest(connector, `seed-latency-${nth}`);
  await untilSettled(connector, 30_000);
  const { tickets } = await agent.ask<{ tickets: { nodes: { id: string }[] } }>(
    'query BenchSeed { tickets(first: 20) { nodes { id } } }',
    {},
  );
  return tickets.nodes.map(({ id }) => id);
}

function keysOf({ ticketEvents: { kind, changed, ticket } }: EventData): string[] {
  if (kind === 'TICKET_CREATED') return [`created ${ticket.subject.replace('Order ', '')}`];
  return changed.includes('subject') ? [`subject ${ticket.subject}`] : [];
}

async function update(agent: Client, ticketIds: readonly string[], subject: string): Promise<string> {
  const id = ticketIds[Math.floor(Math.random() * ticketIds.length)];
  const { updateTicket } = await agent.ask<{ updateTicket: { ticket: unknown; userErrors: unknown } }>(
    updateDocument,
    { input: { id, subject } },
  );
  if (updateTicket.ticket !== null) return `subject ${subject}`;
  throw new Error(`an update was refused: ${JSON.stringify(updateTicket.userErrors)}`);
}

/** A subscription is not acknowledged: it stands when the first event has come. */
async function warmUp(parts: LatencyParts, arrivals: Arrivals, ticketIds: readonly string[]): Promise<void> {
  for (let nth = 0, seen = 0; seen < 20; nth += 1) {
    if (nth > 200) throw new Error('no event reaches the subscriber');
    const key = await update(parts.agent, ticketIds, `Warm ${nth}`);
    await pause(betweenMs);
    if (arrivals.has(key)) seen += 1;
  }
}

async function sample(
  count: number,
  arrivals: Arrivals,
  act: (nth: number) => Promise<string>,
): Promise<number[]> {
  const latencies: number[] = [];
  for (let nth = 0; nth < count; nth += 1) {
    const key = await act(nth);
    const answeredAt = performance.now();
    latencies.push((await arrivals.of(key, limitMs)) - answeredAt);
    // Jitter, lest all samples fall on the same phase of some timer.
    await pause(betweenMs * (0.5 + Math.random()));
  }
  return latencies;
}

/** Acts at the rate whether answers have come or not: who waits for the slow ones does not see how they pile up. */
async function sampleAtRate(
  count: number,
  arrivals: Arrivals,
  act: (nth: number) => Promise<string>,
): Promise<number[]> {
  const latencies: Promise<number>[] = [];
  const startedAt = performance.now();
  for (let nth = 0; nth < count; nth += 1) {
    await pause(Math.max(0, startedAt + (nth * 1_000) / busyRate - performance.now()));
    const latency = act(nth).then(async (key) => {
      const answeredAt = performance.now();
      return (await arrivals.of(key, limitMs)) - answeredAt;
    });
    // Heard of at the end, not while others are still begun.
    latency.catch(() => undefined);
    latencies.push(latency);
  }
  return Promise.all(latencies);
}

function figuresOf(what: string, samples: readonly number[], floor: readonly number[]): Figure[] {
  return ([0.5, 0.99] as const).map((p) => ({
    bench: 'latency',
    what: `${what}, p${p * 100} of ${samples.length}`,
    unit: 'ms',
    value: percentile(samples, p),
    floor: Math.max(0.01, percentile(floor, p)),
    floorWhat: 'commit with NOTIFY → listener → WebSocket, nothing between',
    moreIsBetter: false,
  }));
}
