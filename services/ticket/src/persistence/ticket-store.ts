import type { OutboxEvent } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import type { Tx } from '@smart-tickets/kit/postgres';
import { erasedText } from '../domain/erasure.ts';
import { inverseLink, type MutualLinkKind } from '../domain/links.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { TimelineEntry } from '../domain/timeline.ts';
import { ticketColumns } from './ticket-sql.ts';

/** A ticket locked for change, with the number of timeline entries it has. */
export interface LockedTicket {
  readonly ticket: Ticket;
  readonly entryCount: number;
}

/** What a ticket can refer to by id; what is null or undefined is not asked about. */
export interface TicketReferences {
  readonly assigneeId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly customerId?: string | null | undefined;
}

/** Tickets within one transaction of one workspace. */
export class TicketStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The ticket, locked until the end of the transaction; null when the workspace has none of this id. */
  async lock(id: string): Promise<LockedTicket | null> {
    const { rows } = await this.#tx.query<Ticket & { entryCount: number }>({
      name: 'ticket-lock',
      text: `select ${ticketColumns}, t.entry_count as "entryCount" from ticket t
              where t.workspace_id = $1 and t.id = $2 for update`,
      values: [this.#tx.workspaceId, id],
    });
    const row = rows[0];
    if (row === undefined) return null;
    const { entryCount, ...ticket } = row;
    return { ticket, entryCount };
  }

  /**
   * Inserts a ticket, giving it the workspace's next number, and writes its event with that number. The counter's
   * row lock lasts until the commit; what is sent after it travels with the commit.
   */
  open(ticket: Ticket, entryCount: number, event: OutboxEvent<'ticket.changed'>): void {
    this.#tx.send({
      name: 'ticket-open',
      text: `
        with counter as (
          insert into ticket_number as n (workspace_id, last) values ($1, 1)
          on conflict (workspace_id) do update set last = n.last + 1 returning last),
        made as (
          insert into ticket (workspace_id, id, number, subject, status, priority, channel, channel_id, customer_id,
                              assignee_id, team_id, tags, language, awaiting_reply_since, created_at, updated_at,
                              first_replied_at, resolved_at, version, message_count, entry_count, last_message_id, fields)
          select $1, $2, counter.last, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20,
                 $21, $22::jsonb
            from counter)
        insert into outbox (workspace_id, event_id, topic, payload, cause)
        select $1, $23, $24, jsonb_set($25::jsonb, '{ticket,number}', to_jsonb(counter.last)), $26::jsonb from counter`,
      values: [
        this.#tx.workspaceId,
        ticket.id,
        ticket.subject,
        ticket.status,
        ticket.priority,
        ticket.channel,
        ticket.channelId,
        ticket.customerId,
        ticket.assigneeId,
        ticket.teamId,
        ticket.tags,
        ticket.language,
        ticket.awaitingReplySince,
        ticket.createdAt,
        ticket.updatedAt,
        ticket.firstRepliedAt,
        ticket.resolvedAt,
        ticket.version,
        ticket.messageCount,
        entryCount,
        ticket.lastMessageId,
        JSON.stringify(ticket.fields),
        event.id,
        event.topic,
        JSON.stringify(event.payload),
        JSON.stringify(event.cause),
      ],
    });
  }

  /**
   * Writes a locked ticket's next version. The lock is the guard; a version that is not the next fails the transaction,
   * as a division by zero: nobody waits for the outcome, so that it is the statement itself that has to fail. A subject
   * that an agent changes is still what the customer's mails have.
   */
  save(ticket: Ticket, entryCount: number): void {
    this.#tx.send({
      name: 'ticket-save',
      text: `
        with saved as (
        update ticket set subject = $3, status = $4, priority = $5, assignee_id = $6, team_id = $7, tags = $8,
               language = $9, awaiting_reply_since = $10, updated_at = $11, first_replied_at = $12, resolved_at = $13,
               version = $14, message_count = $15, last_message_id = $16, entry_count = $17, customer_id = $18,
               fields = $19::jsonb, snoozed_until = $20, rating = $21::jsonb, heir_id = $22,
               heard_subject = case when $3 = '${erasedText}' then null
                                    when subject <> $3 then coalesce(heard_subject, subject) else heard_subject end
         where workspace_id = $1 and id = $2 and version = $14 - 1 returning id)
        select 1 / count(*) from saved`,
      values: [
        this.#tx.workspaceId,
        ticket.id,
        ticket.subject,
        ticket.status,
        ticket.priority,
        ticket.assigneeId,
        ticket.teamId,
        ticket.tags,
        ticket.language,
        ticket.awaitingReplySince,
        ticket.updatedAt,
        ticket.firstRepliedAt,
        ticket.resolvedAt,
        ticket.version,
        ticket.messageCount,
        ticket.lastMessageId,
        entryCount,
        ticket.customerId,
        JSON.stringify(ticket.fields),
        ticket.snoozedUntil,
        ticket.rating === null ? null : JSON.stringify(ticket.rating),
        ticket.mergedIntoId,
      ],
    });
  }

  /** Appends entries to a timeline, in their order. */
  append(entries: readonly TimelineEntry[]): void {
    if (entries.length === 0) return;
    this.#tx.send({
      name: 'timeline-append',
      text: `
        insert into timeline_entry (workspace_id, id, ticket_id, seq, type, at, actor_type, actor_id, actor_name, direction,
                                    channel, text, html, to_addresses, cc_addresses, automatic, thread_reason, sent_at,
                                    change_kind, before, after, cause, mentions, attachments, call)
        select $1, e.id, e."ticketId", e.seq, e.type, e.at, e.actor->>'type', e.actor->>'id', e.actor->>'name', e.direction,
               e.channel, e.text, e.html, e."to", e.cc, e.automatic, e."threadReason", e."sentAt", e.kind, e.before, e.after,
               nullif(e.cause, 'null'), e.mentions, e.attachments, nullif(e.call, 'null')
          from jsonb_to_recordset($2::jsonb) as e(
               id uuid, "ticketId" uuid, seq integer, type text, at timestamptz, actor jsonb, direction text, channel text,
               text text, html text, "to" text[], cc text[], automatic boolean, "threadReason" text, "sentAt" timestamptz,
               kind text, before jsonb, after jsonb, cause jsonb, mentions uuid[], attachments jsonb,
               call jsonb)`,
      values: [this.#tx.workspaceId, JSON.stringify(entries)],
    });
  }

  /** Links two tickets; each has the other among its links. Linking twice is linking once. */
  link(ticketId: string, kind: MutualLinkKind, otherId: string, nowIso: string): void {
    this.#tx.send({
      name: 'ticket-link',
      text: `insert into ticket_link (workspace_id, ticket_id, kind, other_id, created_at)
             values ($1, $2, $3, $4, $6), ($1, $4, $5, $2, $6) on conflict do nothing`,
      values: [this.#tx.workspaceId, ticketId, kind, otherId, inverseLink[kind], nowIso],
    });
  }

  /**
   * Which of the references lead nowhere: agents and teams that tickets cannot be assigned to, and customers who are
   * unknown, merged away or erased. The customer stays as it is until the end of the transaction; ask before locking a
   * ticket, as whoever merges customers locks them before their tickets.
   */
  async unknownReferences(asked: TicketReferences): Promise<Set<keyof TicketReferences>> {
    const names = (['assigneeId', 'teamId', 'customerId'] as const).filter((name) => asked[name] != null);
    if (names.length === 0) return new Set();
    const idOf = (name: keyof TicketReferences): string | null => {
      const id = asked[name] ?? '';
      return isId(id) ? id : null;
    };
    const { rows } = await this.#tx.query<Record<keyof TicketReferences, boolean>>({
      name: 'ticket-references',
      text: `
        with customer_kept as (
          select from customer
           where workspace_id = $1 and id = $4 and heir_id is null and erased_at is null for share)
        select exists (select from assignable where workspace_id = $1 and kind = 'AGENT' and id = $2) as "assigneeId",
               exists (select from assignable where workspace_id = $1 and kind = 'TEAM' and id = $3) as "teamId",
               exists (select from customer_kept) as "customerId"`,
      values: [this.#tx.workspaceId, idOf('assigneeId'), idOf('teamId'), idOf('customerId')],
    });
    return new Set(names.filter((name) => rows[0]?.[name] !== true));
  }
}
