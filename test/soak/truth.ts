import { encodeCursor } from '@smart-tickets/kit/cursor';
import pg from 'pg';
import type { Filter, Interest } from './interests.ts';
import { lineOf } from './subscriber.ts';

interface Snapshot {
  readonly id: string;
  readonly version: number;
  readonly status: string;
  readonly priority: string;
  readonly channel: string;
  readonly assigneeId: string | null;
  readonly teamId: string | null;
  readonly tags: readonly string[];
}

/** One change of a ticket as the event log holds it. */
export interface LoggedEvent {
  readonly cursor: string;
  readonly kind: string;
  readonly ticket: Snapshot;
  /** The ticket as it was before. */
  readonly old: Snapshot;
}

/** All changes of tickets after a position of the log, in its order; the log itself must have no hole. */
export async function readLog(ticketUrl: string, after: number): Promise<LoggedEvent[]> {
  const client = new pg.Client(ticketUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{
      pos: string;
      topic: string;
      payload: { kind: string; ticket: Snapshot; before: Partial<Snapshot> };
    }>('select pos, topic, payload from event_log where pos > $1 order by pos', [after]);
    for (const [index, { pos }] of rows.entries()) {
      if (Number(pos) !== after + index + 1) throw new Error(`the event log has a hole before ${pos}`);
    }
    return rows
      .filter(({ topic }) => topic === 'ticket.changed')
      .map(({ pos, payload: { kind, ticket, before } }) => ({
        cursor: encodeCursor('ticket-event', [Number(pos)]),
        kind,
        ticket,
        old: { ...ticket, ...before },
      }));
  } finally {
    await client.end();
  }
}

/** The newest position of the log; there is one workspace. */
export async function headOfLog(ticketUrl: string): Promise<number> {
  const client = new pg.Client(ticketUrl);
  await client.connect();
  try {
    const { rows } = await client.query<{ pos: string | null }>('select max(pos) as pos from event_log');
    return Number(rows[0]?.pos ?? 0);
  } finally {
    await client.end();
  }
}

function passes(filter: Filter, ticket: Snapshot): boolean {
  const { assigneeId, teamId, tags, status, priority, channel, unassigned } = filter;
  const lists: [readonly string[] | undefined, string | null][] = [
    [assigneeId, ticket.assigneeId],
    [teamId, ticket.teamId],
    [status, ticket.status],
    [priority, ticket.priority],
    [channel, ticket.channel],
  ];
  if (lists.some(([wanted, is]) => wanted !== undefined && (is === null || !wanted.includes(is))))
    return false;
  if (unassigned !== undefined && unassigned !== (ticket.assigneeId === null)) return false;
  return (tags ?? []).every((tag) => ticket.tags.includes(tag));
}

/** What somebody with this interest must have been told of the log, line by line. */
export function dueOf(interest: Interest, log: readonly LoggedEvent[]): string[] {
  const filter = interest.filter ?? {};
  const due: string[] = [];
  for (const { cursor, kind, ticket, old } of log) {
    if (interest.ticketIds !== null && !interest.ticketIds.includes(ticket.id)) continue;
    if (passes(filter, ticket)) due.push(lineOf(cursor, kind, ticket.id, ticket.version));
    else if (kind !== 'TICKET_CREATED' && passes(filter, old))
      due.push(lineOf(cursor, 'TICKET_LEFT_FILTER', ticket.id, ticket.version));
  }
  return due;
}

/** How what was told differs from what was due. */
export interface Comparison {
  readonly due: number;
  readonly missing: readonly string[];
  readonly repeated: readonly string[];
  /** Told, but not due. */
  readonly strange: readonly string[];
  /** Whether it came in the order of the log. */
  readonly inOrder: boolean;
}

/** Compares line by line; nothing differs only when the two are equal. */
export function compare(told: readonly string[], due: readonly string[]): Comparison {
  const times = new Map<string, number>();
  for (const line of told) times.set(line, (times.get(line) ?? 0) + 1);
  const dueLines = new Set(due);
  const distinct = [...times.keys()].filter((line) => dueLines.has(line));
  const inLog = due.filter((line) => times.has(line));
  return {
    due: due.length,
    missing: due.filter((line) => !times.has(line)),
    repeated: [...times].filter(([, count]) => count > 1).map(([line]) => line),
    strange: [...times.keys()].filter((line) => !dueLines.has(line)),
    inOrder: distinct.every((line, index) => line === inLog[index]),
  };
}
