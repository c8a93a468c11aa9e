import { jobs, type JobEnvelope, type NormalisedMessage } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool } from '@smart-tickets/kit/postgres';
import { TripCounter, watchedPool } from '@smart-tickets/testing/statements';
import pg from 'pg';
import type { Deps } from '../../services/ticket/src/use-cases/deps.ts';
import { receiveMessage } from '../../services/ticket/src/use-cases/receive-message.ts';
import { bareInsertRate, checkRows } from './ingest-floor.ts';
import { secondsOf } from './statistics.ts';

const connections = 32;

/** What receiving customer messages costs in a database of some size. */
export interface Receiving {
  /** Messages a second on 32 connections, each of a new customer, on a new ticket, in as many workspaces. */
  readonly rate: number;
  /** The same in one workspace, whose tickets are numbered one after the other. */
  readonly rateOfOne: number;
  /** The same rows a second by one bare prepared statement on as many connections, in the same database. */
  readonly floor: number;
  /** The same in one workspace, where the statement counts the numbers of the tickets. */
  readonly floorOfOne: number;
  /** Of one message that nobody else is at work on. */
  readonly roundTrips: number;
}

/** Files messages by the use-case itself: no queue, no services around it. */
export async function measureReceiving(url: string, workspaceId: string, count: number): Promise<Receiving> {
  const log = createLogger('bench', 'silent');
  const pool = createPool(url, appRole, 'bench', connections, log);
  const workspaces = [workspaceId, ...Array.from({ length: connections - 1 }, () => newId())];
  const inTurn = (nth: number): string => workspaces[nth % connections] ?? workspaceId;
  const rateOf = async (many: number, workspaceOf: (nth: number) => string): Promise<number> => {
    // They lie ready, as the queue would have them.
    const ready = Array.from({ length: many }, (_, nth) => jobOf(workspaceOf(nth)));
    const seconds = await secondsOf(many, connections, async (nth) => {
      const job = ready[nth];
      if (job !== undefined) await receiveMessage(deps, job);
    });
    return many / seconds;
  };
  const deps = depsOf(pool);
  try {
    await checkFloor(url, deps);
    await rateOf(connections * 4, inTurn);
    const trips = new TripCounter();
    await receiveMessage(depsOf(watchedPool(pool, trips)), jobOf(workspaceId));
    const rate = await rateOf(count, inTurn);
    const rateOfOne = await rateOf(count, () => workspaceId);
    const floor = await bareInsertRate(url, count, connections);
    const floorOfOne = await bareInsertRate(url, count, connections, 'COUNTED');
    return { rate, rateOfOne, floor, floorOfOne, roundTrips: trips.count };
  } finally {
    await pool.end();
  }
}

/** Throws when one message leaves other rows than the floor writes for it. */
async function checkFloor(url: string, deps: Deps): Promise<void> {
  const workspaceId = newId();
  await receiveMessage(deps, jobOf(workspaceId));
  const owner = new pg.Pool({ connectionString: url, max: 1 });
  try {
    await checkRows(owner, workspaceId);
  } finally {
    await owner.end();
  }
}

function depsOf(pool: pg.Pool): Deps {
  return {
    pool,
    // Neither is of use to a message without files.
    blobs: openBlobs({ BLOB_URL: 'file:///dev/null' }),
    links: new FileLinks('a key that signs nothing here, ever', undefined),
    allowInsecureWebhooks: false,
    eventsWritten: () => undefined,
    now: () => new Date(),
    newId,
  };
}

/** A message of somebody new. */
function jobOf(workspaceId: string): JobEnvelope<NormalisedMessage> {
  const id = newId();
  return {
    id,
    workspaceId,
    pos: 1,
    cause: { requestId: id, eventId: null, depth: 0 },
    at: new Date().toISOString(),
    payload: messageOf(id),
  };
}

function messageOf(name: string): NormalisedMessage {
  return jobs.receiveMessage.payload.parse({
    messageId: newId(),
    channelId: newId(),
    channelKind: 'EMAIL',
    channelTeamId: null,
    from: {
      name: `Customer ${name}`,
      identities: [{ kind: 'EMAIL', value: `${name}@bench.example`, verified: true }],
    },
    to: ['support@example.com'],
    cc: [],
    subject: `Order ${name}`,
    text: `${name}: ${'The parcel with order number has not arrived yet. '.repeat(12)}`,
    html: null,
    language: 'en',
    automatic: false,
    sentAt: new Date().toISOString(),
    thread: { own: `mid:${name}@bench.example`, inReplyTo: [], references: [], conversation: null },
  });
}
