import { jobs, type NormalisedMessage } from '@smart-tickets/contracts';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { Deps } from '../../services/ticket/src/use-cases/deps.ts';
import { receiveMessage } from '../../services/ticket/src/use-cases/receive-message.ts';
import { bareInsertRate } from './ingest-floor.ts';
import { RoundTrips } from './round-trips.ts';
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
  /** Of one message that nobody else is at work on. */
  readonly roundTrips: number;
}

/** Files messages by the use-case itself: no queue, no services around it. */
export async function measureReceiving(url: string, workspaceId: string, count: number): Promise<Receiving> {
  const log = createLogger('bench', 'silent');
  const pool = createPool(url, appRole, 'bench', connections, log);
  const trips = new RoundTrips(pool);
  const run = newId();
  const workspaces = [workspaceId, ...Array.from({ length: connections - 1 }, () => newId())];
  const receive = (nth: number): Promise<void> =>
    receiveOne(pool, workspaces[nth % connections] ?? workspaceId, `${run}-${nth}`);
  const receiveInOne = (nth: number): Promise<void> => receiveOne(pool, workspaceId, `${run}-one-${nth}`);
  try {
    await secondsOf(connections * 4, connections, receive);
    const before = trips.count;
    await receiveInOne(-1);
    const roundTrips = trips.count - before;
    const rate = count / (await secondsOf(count, connections, (nth) => receive(connections * 4 + nth)));
    const rateOfOne = count / (await secondsOf(count, connections, receiveInOne));
    return { rate, rateOfOne, floor: await bareInsertRate(url, count, connections), roundTrips };
  } finally {
    await pool.end();
  }
}

function receiveOne(pool: pg.Pool, workspaceId: string, name: string): Promise<void> {
  const deps: Deps = {
    pool,
    // Neither is of use to a message without files.
    blobs: openBlobs({ BLOB_URL: 'file:///dev/null' }),
    links: new FileLinks('a key that signs nothing here, ever', undefined),
    allowInsecureWebhooks: false,
    eventsWritten: () => undefined,
    now: () => new Date(),
    newId,
  };
  const job = {
    id: newId(),
    workspaceId,
    pos: 1,
    cause: { requestId: name, eventId: null, depth: 0 },
    at: new Date().toISOString(),
    payload: messageOf(name),
  };
  return receiveMessage(deps, job);
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
