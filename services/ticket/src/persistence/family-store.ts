import type { Tx } from '@smart-tickets/kit/postgres';
import type { BeforeMerge, FamilyTicket, MessageFacts, Place } from '../domain/family.ts';
import type { Ticket } from '../domain/ticket.ts';
import { ticketColumns } from './ticket-sql.ts';

type FamilyRow = Ticket & {
  entryCount: number;
  mergedInto: string | null;
  statusBefore: BeforeMerge['status'] | null;
  awaitingBefore: string | null;
  snoozedBefore: string | null;
};

/** Families of merged tickets within one transaction of one workspace. */
export class FamilyStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The places of these tickets, of those they live in, and of everything that was merged into any of them. */
  async places(ids: readonly string[]): Promise<Place[]> {
    const { rows } = await this.#tx.query<Place>({
      name: 'family-places',
      text: `
        with root as (select coalesce(heir_id, id) as id from ticket where workspace_id = $1 and id = any($2))
        select t.id, t.merged_into as "mergedInto", t.heir_id as "heirId"
          from root join ticket t on t.workspace_id = $1 and t.id = root.id
         union
        select t.id, t.merged_into, t.heir_id
          from root join ticket t on t.workspace_id = $1 and t.heir_id = root.id`,
      values: [this.#tx.workspaceId, ids],
    });
    return rows;
  }

  /** The tickets, by id, locked until the end of the transaction; in one order, so that no two wait for each other. */
  async lock(ids: readonly string[]): Promise<Map<string, FamilyTicket>> {
    const { rows } = await this.#tx.query<FamilyRow>({
      name: 'family-lock',
      text: `select ${ticketColumns}, t.entry_count as "entryCount", t.merged_into as "mergedInto",
                    t.status_before_merge as "statusBefore", t.awaiting_before_merge as "awaitingBefore",
                    t.snoozed_before_merge as "snoozedBefore"
               from ticket t where t.workspace_id = $1 and t.id = any($2) order by t.id for update`,
      values: [this.#tx.workspaceId, ids],
    });
    return new Map(
      rows.map(({ entryCount, mergedInto, statusBefore, awaitingBefore, snoozedBefore, ...ticket }) => {
        const { id, mergedIntoId: heirId } = ticket;
        const before = { awaitingReplySince: awaitingBefore, snoozedUntil: snoozedBefore };
        const beforeMerge = statusBefore === null ? null : { status: statusBefore, ...before };
        return [id, { id, mergedInto, heirId, ticket, entryCount, beforeMerge }];
      }),
    );
  }

  /**
   * What the messages of each group of tickets say, by the group's name; groups without messages are missing. Words from
   * before the instant that `waitingFrom` gives a group do not wait any more.
   */
  async facts(
    groups: ReadonlyMap<string, readonly string[]>,
    waitingFrom: ReadonlyMap<string, string> = new Map(),
  ): Promise<Map<string, MessageFacts>> {
    const pairs = [...groups].flatMap(([group, ids]) => ids.map((id) => [group, id] as const));
    const from = pairs.map(([group]) => waitingFrom.get(group) ?? null);
    const { rows } = await this.#tx.query<MessageFacts & { group: string }>({
      name: 'family-facts',
      text: `
        with said as (
          select g.root, g.waiting_from, e.id, e.ticket_id, e.seq, e.at, e.direction, e.automatic,
                 row_number() over (partition by g.root order by e.at, e.ticket_id, e.seq) as place
            from unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) as g(root, ticket_id, waiting_from)
            join timeline_entry e on e.workspace_id = $1 and e.ticket_id = g.ticket_id and e.type = 'MESSAGE'),
        answered as (
          select root, max(place) as place from said where direction = 'OUTBOUND' and not automatic group by root)
        select s.root as "group", count(*) as "messageCount",
               (array_agg(s.id order by s.place desc))[1] as "lastMessageId",
               min(s.at) filter (where s.direction = 'INBOUND' and not s.automatic
                                   and s.place > coalesce(a.place, 0)
                                   and s.at >= coalesce(s.waiting_from, '-infinity')) as "waitingSince",
               min(s.at) filter (where s.direction = 'OUTBOUND' and not s.automatic and s.seq > 1) as "firstRepliedAt"
          from said s left join answered a on a.root = s.root
         group by s.root`,
      values: [this.#tx.workspaceId, pairs.map(([group]) => group), pairs.map(([, id]) => id), from],
    });
    return new Map(rows.map(({ group, ...facts }) => [group, facts]));
  }

  /** Notes where tickets were merged into, and what the merge puts aside. Goes before saving their next versions. */
  markMerged(ids: readonly string[], into: string, nowIso: string): void {
    this.#tx.send({
      name: 'family-mark-merged',
      text: `update ticket set merged_into = $3, heir_id = $3, status_before_merge = status,
                               awaiting_before_merge = awaiting_reply_since, snoozed_before_merge = snoozed_until
              where workspace_id = $1 and id = any($2)`,
      values: [this.#tx.workspaceId, ids, into],
    });
    this.#tx.send({
      name: 'family-link',
      text: `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
             select $1, $3, 'MERGED_FROM', id, $4 from unnest($2::uuid[]) as id on conflict do nothing`,
      values: [this.#tx.workspaceId, ids, into, nowIso],
    });
  }

  /** Forgets that a ticket was merged into another. Goes before saving its next version. */
  markUnmerged(id: string, into: string): void {
    this.#tx.send({
      name: 'family-mark-unmerged',
      text: `update ticket set merged_into = null, heir_id = null, status_before_merge = null,
                               awaiting_before_merge = null, snoozed_before_merge = null
              where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, id],
    });
    this.#tx.send({
      name: 'family-unlink',
      text: `delete from ticket_link
              where workspace_id = $1 and ticket_id = $3 and kind = 'MERGED_FROM' and other_id = $2`,
      values: [this.#tx.workspaceId, id, into],
    });
  }
}
