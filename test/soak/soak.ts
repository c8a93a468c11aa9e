import { clusterUrl } from '@smart-tickets/supervisor/embedded-postgres';
import { encodeCursor } from '@smart-tickets/kit/cursor';
import { eventually } from '@smart-tickets/testing/eventually';
import { startSystem, type RunningSystem } from '@smart-tickets/testing/processes';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { Random } from '../support/random.ts';
import { Cuts, type CutName } from './cuts.ts';
import { CuttableLine } from './cuttable-line.ts';
import { heavyInterest, interestFor } from './interests.ts';
import { MemoryWatch, type Sample } from './memory.ts';
import { furnish, TokenDesk, viewers, type Office } from './office.ts';
import { Subscriber } from './subscriber.ts';
import { transportNames } from './transports.ts';
import { compare, dueOf, headOfLog, readLog, type Comparison, type LoggedEvent } from './truth.ts';
import { Work } from './work.ts';

export interface SoakOptions {
  readonly seconds: number;
  readonly subscribers: number;
  /** Changes a second. */
  readonly rate: number;
  readonly seed: number;
  readonly tickets: number;
  readonly cutEveryMs: number;
  readonly mercyMs: number;
  readonly stallMs: number;
  /** Seconds at the end in which no process is killed, so that their memory can be watched. */
  readonly steadySeconds: number;
  readonly say: (line: string) => void;
}

/** One subscriber's account at the end. */
export interface Account extends Comparison {
  readonly subscriber: Subscriber;
}

export interface SoakReport {
  readonly accounts: readonly Account[];
  readonly log: readonly LoggedEvent[];
  readonly seconds: number;
  readonly work: Work['counts'];
  readonly cuts: ReadonlyMap<CutName, number>;
  readonly lines: { readonly all: number; readonly midway: number };
  readonly memory: readonly Sample[];
}

/** Whoever is told nothing for so long at the end is told no more. */
const settleMs = 30_000;
const logSettleMs = 120_000;
const lastWords = 30;

/** Starts a system, puts subscribers on it, works and cuts for a while, and gives account of what everybody was told. */
export async function soak(options: SoakOptions): Promise<SoakReport> {
  const system = await startSystem({ env: { LOG_LEVEL: 'warn' } });
  try {
    return await soakSystem(system, options);
  } finally {
    await system.stop();
  }
}

async function soakSystem(system: RunningSystem, options: SoakOptions): Promise<SoakReport> {
  const { say, seed, rate } = options;
  const ticketUrl = ticketUrlOf(system);
  const office = await furnish(system, options.tickets, new Random(seed));
  const start = await headOfLog(ticketUrl);
  const gatewayPort = Number(new URL(system.url).port);
  const line = await CuttableLine.to(gatewayPort);
  const slowLine = await CuttableLine.to(gatewayPort);
  const subscribers = populate(system, options, office, start, [line, slowLine]);
  const work = new Work(system, office, new Random(seed + 1), rate);
  const memory = new MemoryWatch((part) => system.port(part));
  const steadyFrom = performance.now() + (options.seconds - options.steadySeconds) * 1_000;
  const cuts = new Cuts({
    system,
    ticketUrl,
    line,
    slowLine,
    random: new Random(seed + 2),
    everyMs: options.cutEveryMs,
    mercyMs: options.mercyMs,
    stallMs: options.stallMs,
    mayKill: () => performance.now() < steadyFrom,
  });
  try {
    const startedAt = performance.now();
    work.start();
    cuts.start();
    await untilTime(startedAt, options.seconds, () => progressOf(subscribers, work, cuts), say);
    await cuts.stop();
    await work.stop();
    await memory.stop();
    const seconds = (performance.now() - startedAt) / 1_000;
    await untilTold(ticketUrl, start, subscribers, say);
    // Once more for all, so that a repeat after the last reconnection would show, too.
    for (const way of [line, slowLine]) way.cut(() => true);
    await work.finish(lastWords);
    const log = await untilTold(ticketUrl, start, subscribers, say);
    return {
      accounts: subscribers.map((subscriber) => accountOf(subscriber, log)),
      log,
      seconds,
      work: work.counts,
      cuts: cuts.made,
      lines: { all: line.cuts.all + slowLine.cuts.all, midway: line.cuts.midway + slowLine.cuts.midway },
      memory: memory.samples,
    };
  } finally {
    await cuts.stop();
    await work.stop();
    await memory.stop();
    await Promise.all(subscribers.map((subscriber) => subscriber.stop()));
    await Promise.all([line.close(), slowLine.close()]);
  }
}

/** The ticket service's database, as its owner. */
function ticketUrlOf(system: RunningSystem): string {
  const outside = process.env['DATABASE_HOST_URL'];
  if (outside !== undefined && outside !== '') return new URL('/ticket', outside).href;
  const { databasePassword } = JSON.parse(
    readFileSync(path.join(system.dataDir, 'secrets.json'), 'utf8'),
  ) as { databasePassword: string };
  return clusterUrl(system.port('postgres') ?? 0, databasePassword, 'ticket');
}

/** One in a hundred, one at least, is slow and asks for much; one in four begins with what comes next. */
function populate(
  system: RunningSystem,
  { subscribers: count, seed }: SoakOptions,
  office: Office,
  start: number,
  [line, slowLine]: readonly [CuttableLine, CuttableLine],
): Subscriber[] {
  const random = new Random(seed + 3);
  const desk = new TokenDesk(system);
  const slow = Math.max(1, Math.floor(count / 100));
  const after = encodeCursor('ticket-event', [start]);
  return Array.from({ length: count }, (_, nth) => {
    const isSlow = nth < slow;
    return new Subscriber({
      name: `${nth}${isSlow ? ' (slow)' : ''}`,
      transport: isSlow ? 'graphql-ws' : (transportNames[nth % transportNames.length] ?? 'graphql-ws'),
      interest: isSlow ? heavyInterest : interestFor(nth, office, random),
      viewer: viewers[(nth + Math.floor(nth / 5)) % viewers.length] ?? 'agent',
      url: `http://127.0.0.1:${(isSlow ? slowLine : line).port}/graphql`,
      tokenOf: (viewer) => desk.of(viewer),
      after: !isSlow && nth % 4 === 0 ? null : after,
    });
  });
}

async function untilTime(
  startedAt: number,
  seconds: number,
  progress: () => string,
  say: (line: string) => void,
): Promise<void> {
  for (let saidAt = startedAt; performance.now() - startedAt < seconds * 1_000;) {
    await pause(Math.min(1_000, seconds * 100));
    if (performance.now() - saidAt < 15_000) continue;
    saidAt = performance.now();
    say(`${Math.round((saidAt - startedAt) / 1_000)} s: ${progress()}`);
  }
}

function progressOf(subscribers: readonly Subscriber[], work: Work, cuts: Cuts): string {
  const sum = (count: (one: Subscriber) => number): number =>
    subscribers.reduce((total, one) => total + count(one), 0);
  const made = [...cuts.made.values()].reduce((total, count) => total + count, 0);
  const { done, refused, failed } = work.counts;
  return (
    `${done} changes (${refused} refused, ${failed} failed), ${made} cuts, ` +
    `${sum(({ told }) => told.length)} told, ${sum(({ connections }) => connections)} connections`
  );
}

/** What was due to a subscriber: one who began with what came next is owed everything from the first event on. */
function dueTo(subscriber: Subscriber, log: readonly LoggedEvent[]): string[] {
  const due = dueOf(subscriber.options.interest, log);
  if (subscriber.options.after !== null) return due;
  const from = due.findIndex((line) => line.startsWith(`${subscriber.first ?? ''} `));
  return from === -1 ? [] : due.slice(from);
}

/** Waits until everybody has been told the newest event that is theirs, or the time is up; gives back the log. */
async function untilTold(
  ticketUrl: string,
  start: number,
  subscribers: readonly Subscriber[],
  say: (line: string) => void,
): Promise<LoggedEvent[]> {
  // Messages that were handed in are still on their way to their tickets for a moment.
  let log: LoggedEvent[] = [];
  let length = -1;
  await eventually(async () => {
    log = await readLog(ticketUrl, start);
    const grown = log.length > length;
    length = log.length;
    if (grown) await pause(1_000);
    return !grown;
  }, logSettleMs);
  const newest = new Map(
    subscribers.map((subscriber) => [subscriber, dueOf(subscriber.options.interest, log).at(-1)]),
  );
  const late = (): Subscriber[] =>
    subscribers.filter(
      (subscriber) =>
        (subscriber.options.after ?? subscriber.first) !== null &&
        newest.get(subscriber) !== subscriber.told.at(-1),
    );
  const toldInAll = (): number => subscribers.reduce((sum, { told }) => sum + told.length, 0);
  // However far behind a busy machine is: nobody is given up as long as events come.
  for (let before = -1, quietSince = performance.now(); late().length > 0;) {
    const now = toldInAll();
    if (now !== before) quietSince = performance.now();
    else if (performance.now() - quietSince > settleMs) break;
    before = now;
    await pause(500);
  }
  for (const { options, told, state } of late().slice(0, 20)) {
    const { name, transport, viewer, interest } = options;
    say(`late: ${name}, ${transport}, ${viewer}, ${interest.kind}: ${told.length} told, ${state}`);
  }
  return log;
}

function accountOf(subscriber: Subscriber, log: readonly LoggedEvent[]): Account {
  return { subscriber, ...compare(subscriber.told, dueTo(subscriber, log)) };
}
