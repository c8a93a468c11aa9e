import type { TicketLinkKind } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import { maxLinks, maxNamedLinks } from '../domain/links.ts';

/** Links between tickets within one transaction of one workspace. */
export class LinkStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Waits for everybody else in the workspace who makes parents and children, until the end of the transaction: two links
   * of four different tickets can close a circle together, so the locks of one's own two tickets do not guard against it.
   */
  lockHierarchy(): void {
    this.#tx.send({
      name: 'link-hierarchy',
      text: `select pg_advisory_xact_lock(hashtextextended('ticket hierarchy ' || $1::text, 0))`,
      values: [this.#tx.workspaceId],
    });
  }

  /** Whether a ticket has this link. */
  async exists(ticketId: string, kind: TicketLinkKind, otherId: string): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'link-exists',
      text: 'select from ticket_link where workspace_id = $1 and ticket_id = $2 and kind = $3 and other_id = $4',
      values: [this.#tx.workspaceId, ticketId, kind, otherId],
    });
    return rowCount === 1;
  }

  /**
   * Links a new ticket with one that its message names. Anybody can name a ticket any number of times: one that has many
   * links already does not show this one, so that agents can make theirs.
   */
  relate(ticketId: string, otherId: string, nowIso: string): void {
    this.#tx.send({
      name: 'link-relate',
      text: `
        insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
        select $1::uuid, $2::uuid, 'RELATED', $3::uuid, $4::timestamptz
         union all
        select $1, $3, 'RELATED', $2, $4
         where (select count(*) from (
                  select from ticket_link where workspace_id = $1 and ticket_id = $3 limit ${maxNamedLinks}) l) < ${maxNamedLinks}
        on conflict do nothing`,
      values: [this.#tx.workspaceId, ticketId, otherId, nowIso],
    });
  }

  /**
   * Links a new ticket with those that have the same mail by other mailboxes: `others` lead to them, as each has been
   * linked with all before it.
   * @param sameMail the key of the mail, as all mailboxes know it
   */
  linkCopies(ticketId: string, others: readonly string[], sameMail: string, nowIso: string): void {
    this.#tx.send({
      name: 'link-copies',
      text: `
        with copy as (
          select distinct l.other_id as id
            from ticket_link l
            join thread_key k on k.workspace_id = $1 and k.ticket_id = l.other_id
                             and k.key like 'at:%' and right(k.key, length($4) + 1) = ' ' || $4
           where l.workspace_id = $1 and l.ticket_id = any($3::uuid[]) and l.kind = 'RELATED' and l.other_id <> $2
           limit ${maxLinks})
        insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
        select $1, $2, 'RELATED', id, $5::timestamptz from copy
         union all
        select $1, id, 'RELATED', $2, $5::timestamptz from copy
        on conflict do nothing`,
      values: [this.#tx.workspaceId, ticketId, others, sameMail, nowIso],
    });
  }

  /** How many links a ticket has, counted up to `most`. */
  async count(ticketId: string, most: number): Promise<number> {
    const { rows } = await this.#tx.query<{ many: number }>({
      name: 'link-count',
      text: `select count(*) as many from (
               select from ticket_link where workspace_id = $1 and ticket_id = $2 limit $3) l`,
      values: [this.#tx.workspaceId, ticketId, most],
    });
    return rows[0]?.many ?? 0;
  }

  /** How many steps from parent to parent lead up from a ticket, at most `most`, and whether they pass by another. */
  async climb(
    ticketId: string,
    otherId: string,
    most: number,
  ): Promise<{ readonly steps: number; readonly meets: boolean }> {
    const { rows } = await this.#tx.query<{ steps: number; meets: boolean }>({
      name: 'link-climb',
      text: `
        with recursive up (id, step) as (
          select $2::uuid, 0
           union
          select l.other_id, up.step + 1
            from up join ticket_link l on l.workspace_id = $1 and l.ticket_id = up.id and l.kind = 'PARENT'
           where up.step < $4::integer)
        select max(step) as steps, bool_or(id = $3::uuid) as meets from up`,
      values: [this.#tx.workspaceId, ticketId, otherId, most],
    });
    return rows[0] ?? { steps: 0, meets: false };
  }
}
