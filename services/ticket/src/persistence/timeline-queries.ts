import { readInWorkspace } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { TimelineEntry } from '../domain/timeline.ts';
import { entryColumns } from './ticket-sql.ts';
import { entryOf, type EntryRow } from './timeline-row.ts';

/** A place in the timeline of a family of tickets. */
export interface TimelinePosition {
  readonly at: string;
  readonly ticketId: string;
  readonly seq: number;
}

/** Which page of a timeline. */
export interface TimelineWindow {
  /** FORWARDS reads what comes after `from`, or the beginning; BACKWARDS what comes before it, or the end. */
  readonly direction: 'FORWARDS' | 'BACKWARDS';
  readonly from: TimelinePosition | null;
  /** Null for all kinds. */
  readonly kinds: readonly TimelineEntry['type'][] | null;
  readonly size: number;
}

/** A page of one ticket's timeline, oldest first whatever the direction. */
export interface TimelinePage {
  readonly ticketId: string;
  readonly entries: readonly TimelineEntry[];
  readonly hasEarlier: boolean;
  readonly hasLater: boolean;
}

type PageRow = EntryRow & { askedId: string; behind: boolean; id: string | null };

/**
 * One page each of the timelines of some tickets, with what was merged into them, in the order of (at, ticket, seq).
 * One statement however many: of every ticket of a family it reads as many places from the index as the page has.
 */
export async function readTimelines(
  pool: pg.Pool,
  workspaceId: string,
  ticketIds: readonly string[],
  window: TimelineWindow,
): Promise<TimelinePage[]> {
  const { direction, from, kinds, size } = window;
  const rows = await readInWorkspace<PageRow>(pool, workspaceId, {
    name: `timelines-${direction.toLowerCase()}-${from === null ? 'end' : 'from'}-${kinds === null ? 'all' : 'kinds'}`,
    text: timelinesSql(window),
    values: [
      workspaceId,
      ticketIds,
      size + 1,
      ...(from === null ? [] : [from.at, from.ticketId, from.seq]),
      ...(kinds === null ? [] : [kinds]),
    ],
  });
  return [...Map.groupBy(rows, ({ askedId }) => askedId)].map(([ticketId, page]) =>
    pageOf(ticketId, page, window),
  );
}

function pageOf(
  ticketId: string,
  rows: readonly PageRow[],
  { direction, size }: TimelineWindow,
): TimelinePage {
  const found = rows.filter(({ id }) => id !== null);
  const entries = found.slice(0, size).map(entryOf);
  const ahead = found.length > size;
  const behind = rows[0]?.behind ?? false;
  return direction === 'FORWARDS'
    ? { ticketId, entries, hasEarlier: behind, hasLater: ahead }
    : { ticketId, entries: entries.toReversed(), hasEarlier: ahead, hasLater: behind };
}

function timelinesSql({ direction, from, kinds }: TimelineWindow): string {
  const [beyond, order] = direction === 'FORWARDS' ? ['>', ''] : ['<', ' desc'];
  const back = direction === 'FORWARDS' ? '<=' : '>=';
  const ofKinds = kinds === null ? '' : `and e.type = any($${from === null ? 4 : 7}::text[])`;
  const family = `(select a.id union all
                   select f.id from ticket f where f.workspace_id = $1 and f.heir_id = a.id) as m(id)`;
  // The instant alone bounds the index; the rest settles equal instants.
  const place = (comparison: string): string =>
    from === null
      ? ''
      : `and e.at ${comparison}${comparison.endsWith('=') ? '' : '='} $4::timestamptz
         and (e.at, e.ticket_id, e.seq) ${comparison} ($4::timestamptz, $5::uuid, $6::integer)`;
  const entries = (comparison: string): string =>
    `from timeline_entry e
     where e.workspace_id = $1 and e.ticket_id = m.id ${place(comparison)} ${ofKinds}`;
  const behind =
    from === null ? 'false' : `exists (select from ${family} where exists (select ${entries(back)}))`;
  return `
    select a.id as "askedId", ${behind} as behind, ${entryColumns}
      from unnest($2::uuid[]) as a(id)
      left join lateral (
        select x.* from ${family}
         cross join lateral (
           select e.ticket_id, e.at, e.seq ${entries(beyond)} order by e.at${order}, e.seq${order} limit $3) x
         order by x.at${order}, x.ticket_id${order}, x.seq${order} limit $3) p on true
      left join timeline_entry e
        on e.workspace_id = $1 and e.ticket_id = p.ticket_id and e.at = p.at and e.seq = p.seq
     order by a.id, p.at${order}, p.ticket_id${order}, p.seq${order}`;
}
