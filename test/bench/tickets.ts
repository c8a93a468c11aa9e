import { migrate } from '@smart-tickets/kit/migrate';
import { newId } from '@smart-tickets/kit/ids';
import pg from 'pg';
import { migrations } from '../../services/ticket/src/persistence/migrations/index.ts';
import { plantCrowd } from '../../services/ticket/test/ticket-crowd.ts';
import type { Client } from './client.ts';
import { makeFloorDatabase } from './floor-database.ts';
import { measureReceiving, type Receiving } from './receiving.ts';
import type { Figure } from './report.ts';
import { measureTicketWork, type TicketWork } from './ticket-work.ts';

/** Whoever takes part in the measurement. */
export interface TicketParts {
  readonly agent: Client;
  readonly ticketUrl: string;
  readonly workspaceId: string;
}

/** How many tickets a workspace has when it is small and when it is large, and how often each thing is done. */
export interface TicketSizes {
  readonly small: number;
  readonly large: number;
  readonly samples: number;
  readonly messages: number;
}

interface Measured {
  readonly work: TicketWork;
  readonly receiving: Receiving;
}

/**
 * Whether daily work costs in a large workspace what it costs in a small one: milliseconds of an agent's requests
 * through the gateway, and the rate at which messages are filed, each against its floor or against the small workspace.
 */
export async function benchTickets(parts: TicketParts, sizes: TicketSizes): Promise<Figure[]> {
  const url = await makeFloorDatabase(parts.ticketUrl, 'bench_receiving');
  await migrate(url, migrations);
  const receivingWorkspace = newId();
  const measure = async (added: number): Promise<Measured> => {
    await grow(parts.ticketUrl, parts.workspaceId, added, true);
    await grow(url, receivingWorkspace, added, false);
    return {
      receiving: await measureReceiving(url, receivingWorkspace, sizes.messages),
      work: await measureTicketWork(parts.agent, parts.ticketUrl, parts.workspaceId, sizes.samples),
    };
  };
  const small = await measure(sizes.small);
  const large = await measure(sizes.large - sizes.small);
  return figuresOf(small, large, sizes);
}

/** Adds tickets to a workspace, worked on by the agents that it has where it has some. */
async function grow(url: string, workspaceId: string, tickets: number, peopled: boolean): Promise<void> {
  process.stderr.write(`adding ${tickets} tickets …\n`);
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ kind: string; id: string }>(
      'select kind, id from assignable where workspace_id = $1',
      [workspaceId],
    );
    const idsOf = (kind: string): string[] => rows.filter((row) => row.kind === kind).map(({ id }) => id);
    const people = peopled ? { people: { agentIds: idsOf('AGENT'), teamIds: idsOf('TEAM') } } : {};
    await plantCrowd(client, workspaceId, { tickets, active: Math.min(5_000, tickets / 2), ...people });
    await client.query('vacuum analyze');
    // Else what was added would be written out while others are measured.
    await client.query('checkpoint');
  } finally {
    await client.end();
  }
}

function figuresOf(small: Measured, large: Measured, sizes: TicketSizes): Figure[] {
  const kilo = (count: number): string => `${count / 1_000}k`;
  const [few, many] = [kilo(sizes.small), kilo(sizes.large)];
  const works = [
    ['open', 'opening a ticket with 25 entries'],
    ['page', 'a page of 50 over four subgraphs'],
    ['reply', 'an answer to the customer'],
    ['update', 'an update'],
  ] as const;
  const grown = works.map(([key, what]): Figure => ({
    bench: 'tickets',
    what: `${what}, p50 at ${many} tickets`,
    unit: 'ms',
    value: large.work[key],
    floor: small.work[key],
    floorWhat: `the same at ${few} tickets`,
    moreIsBetter: false,
  }));
  const atBoth = (
    [
      [few, small],
      [many, large],
    ] as const
  ).flatMap(([size, { work, receiving }]): Figure[] => [
    {
      bench: 'tickets',
      what: `a page of 50 over four subgraphs, p50 at ${size} tickets`,
      unit: 'ms',
      value: work.page,
      floor: work.pageBySql,
      floorWhat: 'the same rows by one SQL statement through pg',
      moreIsBetter: false,
    },
    {
      bench: 'tickets',
      what: 'the same page',
      unit: 'ms',
      value: work.page,
      floor: work.pageByPlannedSql,
      floorWhat: 'by one that is planned only once',
      moreIsBetter: false,
    },
    {
      bench: 'tickets',
      what: `messages received on 32 connections, in 32 workspaces, at ${size} tickets`,
      unit: 'messages/s',
      value: receiving.rate,
      floor: receiving.floor,
      floorWhat: 'the same rows by one prepared statement, in the same database',
      moreIsBetter: true,
    },
    {
      bench: 'tickets',
      what: 'the same in one workspace',
      unit: 'messages/s',
      value: receiving.rateOfOne,
      floor: receiving.floorOfOne,
      floorWhat: 'the same rows by one prepared statement, which counts the tickets as well',
      moreIsBetter: true,
    },
    {
      bench: 'tickets',
      what: 'the same in one workspace',
      unit: 'messages/s',
      value: receiving.rateOfOne,
      floor: receiving.floor,
      floorWhat: 'rows without a number that is counted',
      moreIsBetter: true,
    },
    {
      bench: 'tickets',
      what: `round trips of receiving one message at ${size} tickets`,
      unit: 'round trips',
      value: receiving.roundTrips,
      floor: 1,
      floorWhat: 'one statement',
      moreIsBetter: false,
    },
  ]);
  return [...grown, ...atBoth];
}
