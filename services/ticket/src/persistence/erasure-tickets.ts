import type { Tx } from '@smart-tickets/kit/postgres';
import { partyOf } from '../domain/parties.ts';
import type { Ticket } from '../domain/ticket.ts';
import {
  anonymousAnswer,
  anonymousMessagePayload,
  anonymousPayload,
  anonymousSaid,
  answerWithout,
  impersonal,
  impersonalKeys,
  saidToThemAlone,
  without,
} from './erasure-sql.ts';
import { ticketColumns } from './ticket-sql.ts';
import type { LockedTicket } from './ticket-store.ts';

function mailParty(address: string): string {
  return partyOf({ kind: 'EMAIL', value: address });
}

/** What an erasure does to tickets and to all that hangs on them, within one transaction. Lock the tickets before. */
export class ErasureTickets {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * The next tickets in the order of their ids that the customers own, have owned or have written on, or that have messages
   * to one of their addresses, in lower case; at most `limit`.
   */
  async after(
    customerIds: readonly string[],
    addresses: readonly string[],
    reached: string,
    limit: number,
  ): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-tickets',
      text: `(select id from ticket
               where workspace_id = $1 and customer_id = any($2::uuid[]) and id > $3 order by id limit $4)
             union
             (select distinct ticket_id from timeline_entry
               where workspace_id = $1 and actor_type = 'CUSTOMER' and actor_id = any($5::text[])
                     and ticket_id > $3 order by ticket_id limit $4)
             union
             (select distinct ticket_id from timeline_entry
               where workspace_id = $1 and change_kind = 'CUSTOMER' and ticket_id > $3
                     and before ->> 'customerId' = any($5::text[]) order by ticket_id limit $4)
             union
             (select distinct ticket_id from ticket_party
               where workspace_id = $1 and party = any($6::text[]) and ticket_id > $3 order by ticket_id limit $4)
             order by id limit $4`,
      values: [this.#tx.workspaceId, customerIds, reached, limit, customerIds, addresses.map(mailParty)],
    });
    return rows.map(({ id }) => id);
  }

  /** The tickets, locked until the end of the transaction, in the order of their ids. */
  async lock(ids: readonly string[]): Promise<LockedTicket[]> {
    const { rows } = await this.#tx.query<Ticket & { entryCount: number }>({
      name: 'erasure-lock-tickets',
      text: `select ${ticketColumns}, t.entry_count as "entryCount" from ticket t
              where t.workspace_id = $1 and t.id = any($2) order by t.id for update`,
      values: [this.#tx.workspaceId, ids],
    });
    return rows.map(({ entryCount, ...ticket }) => ({ ticket, entryCount }));
  }

  /** Erases all that was said on tickets; gives back the ids of the messages. */
  async eraseTimelines(ticketIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string; type: string }>({
      name: 'erase-timelines',
      text: `update timeline_entry e
                set ${anonymousSaid},
                    actor_name = case when e.actor_type = 'CUSTOMER' then null else e.actor_name end,
                    before = ${impersonal('e.before', '$3')}, after = ${impersonal('e.after', '$3')}
              where e.workspace_id = $1 and e.ticket_id = any($2)
          returning e.id, e.type`,
      values: [this.#tx.workspaceId, ticketIds, impersonalKeys],
    });
    return rows.filter(({ type }) => type === 'MESSAGE').map(({ id }) => id);
  }

  /**
   * Erases what the customers have said on tickets of others, and what was said there to nobody but their addresses, in
   * lower case; gives back the ids of those messages.
   */
  async eraseGuestMessages(
    ticketIds: readonly string[],
    customerIds: readonly string[],
    addresses: readonly string[],
  ): Promise<string[]> {
    // It may be one of them that had this subject.
    this.#tx.send({
      name: 'erase-heard-subjects',
      text: 'update ticket set heard_subject = null where workspace_id = $1 and id = any($2) and heard_subject is not null',
      values: [this.#tx.workspaceId, ticketIds],
    });
    const { rows } = await this.#tx.query<{ id: string; type: string }>({
      name: 'erase-guest-messages',
      text: `update timeline_entry e
                set ${anonymousSaid},
                    actor_name = case when e.actor_type = 'CUSTOMER' then null else e.actor_name end
              where e.workspace_id = $1 and e.ticket_id = any($2)
                    and ((e.actor_type = 'CUSTOMER' and e.actor_id = any($3)) or ${saidToThemAlone('$4')})
          returning e.id, e.type`,
      values: [this.#tx.workspaceId, ticketIds, customerIds, addresses],
    });
    return rows.filter(({ type }) => type === 'MESSAGE').map(({ id }) => id);
  }

  /** Takes addresses, in lower case, out of what was sent on tickets of others; other addresses stay in their order. */
  eraseAddresses(ticketIds: readonly string[], addresses: readonly string[]): void {
    if (ticketIds.length === 0 || addresses.length === 0) return;
    this.#tx.send({
      name: 'erase-addresses',
      text: `update timeline_entry e
                set to_addresses = ${without('e.to_addresses', '$3')}, cc_addresses = ${without('e.cc_addresses', '$3')}
              where e.workspace_id = $1 and e.ticket_id = any($2) and e.type = 'MESSAGE'
                and exists (select from unnest(e.to_addresses || e.cc_addresses) as a(address)
                             where lower(a.address) = any($3))`,
      values: [this.#tx.workspaceId, ticketIds, addresses],
    });
    this.#tx.send({
      name: 'erase-parties',
      text: `delete from ticket_party
              where workspace_id = $1 and ticket_id = any($2) and party = any($3)`,
      values: [this.#tx.workspaceId, ticketIds, addresses.map(mailParty)],
    });
    // What a mail server said of a delivery may name whom it did not reach.
    this.#tx.send({
      name: 'erase-delivery-faults',
      text: `update timeline_entry e set after = e.after - 'error' - 'recipients'
              where e.workspace_id = $1 and e.ticket_id = any($2) and e.type = 'CHANGE' and e.change_kind = 'DELIVERY'
                and exists (select from unnest($3::text[]) as a(address)
                             where strpos(lower(e.after::text), a.address) > 0)`,
      values: [this.#tx.workspaceId, ticketIds, addresses],
    });
    for (const [table, about] of [
      ['outbox', `(payload ->> 'ticketId')::uuid`],
      ['event_log', 'about'],
    ]) {
      this.#tx.send({
        name: `erase-guest-answers-${table}`,
        text: `update ${table} set payload = ${answerWithout('payload', '$3::text[]')}
                where workspace_id = $1 and topic = 'ticket.answer-given' and ${about} = any($2::uuid[])`,
        values: [this.#tx.workspaceId, ticketIds, addresses],
      });
    }
  }

  /**
   * Forgets the uploads that are files of messages on tickets, or of what the customers have said on tickets of others, or
   * was said there to nobody but their addresses.
   * Goes before erasing those messages, as nothing names their files afterwards.
   */
  forgetUploads(
    ticketIds: readonly string[],
    guestTicketIds: readonly string[],
    customerIds: readonly string[],
    addresses: readonly string[],
  ): void {
    this.#tx.send({
      name: 'erase-uploads',
      text: `delete from upload u
              using timeline_entry e cross join jsonb_array_elements(e.attachments) as file
              where u.workspace_id = $1 and u.id = (file ->> 'id')::uuid
                and e.workspace_id = $1 and e.type = 'MESSAGE'
                and e.ticket_id = any($2::uuid[] || $3::uuid[])
                and (e.ticket_id = any($2) or (e.actor_type = 'CUSTOMER' and e.actor_id = any($4))
                     or ${saidToThemAlone('$5')})`,
      values: [this.#tx.workspaceId, ticketIds, guestTicketIds, customerIds, addresses],
    });
  }

  /** Forgets by which mails and conversations tickets, and these messages on others, would be found. */
  forgetKeys(
    ticketIds: readonly string[],
    guestTicketIds: readonly string[],
    messageIds: readonly string[],
  ): void {
    this.#tx.send({
      name: 'erase-thread-keys',
      text: `delete from thread_key
              where workspace_id = $1
                and (ticket_id = any($2) or (ticket_id = any($3) and message_id = any($4)))`,
      values: [this.#tx.workspaceId, ticketIds, guestTicketIds, messageIds],
    });
    this.#tx.send({
      name: 'erase-all-parties',
      text: 'delete from ticket_party where workspace_id = $1 and ticket_id = any($2)',
      values: [this.#tx.workspaceId, ticketIds],
    });
  }

  /**
   * Erases from the events of tickets, and of what the customers said and did on tickets of others, what they tell of
   * them, and what messages there told them; a split tells all that once more, and is an agent's doing. The outbox before the log: an event that the
   * sequencer moves meanwhile is then met in one of them.
   */
  eraseEvents(
    ticketIds: readonly string[],
    guestTicketIds: readonly string[],
    customerIds: readonly string[],
    messageIds: readonly string[],
  ): void {
    const { workspaceId } = this.#tx;
    for (const [table, about, answered] of [
      ['outbox', `(payload #>> '{ticket,id}')::uuid`, `(payload ->> 'ticketId')::uuid`],
      ['event_log', 'about', 'about'],
    ]) {
      this.#tx.send({
        name: `erase-events-${table}`,
        text: `update ${table} set payload = ${anonymousPayload('payload', '$3')}
                where workspace_id = $1 and topic = 'ticket.changed' and ${about} = any($2::uuid[])`,
        values: [workspaceId, ticketIds, impersonalKeys],
      });
      this.#tx.send({
        name: `erase-answers-${table}`,
        text: `update ${table} set payload = ${anonymousAnswer('payload')}
                where workspace_id = $1 and topic = 'ticket.answer-given'
                  and ${answered} = any($2::uuid[] || $3::uuid[])
                  and (${answered} = any($2::uuid[]) or payload ->> 'messageId' = any($4::text[]))`,
        values: [workspaceId, ticketIds, guestTicketIds, messageIds],
      });
      this.#tx.send({
        name: `erase-guest-events-${table}`,
        text: `update ${table} set payload = ${anonymousMessagePayload('payload')}
                where workspace_id = $1 and topic = 'ticket.changed' and ${about} = any($2::uuid[])
                      and (payload #>> '{actor,id}' = any($3::text[])
                           or payload #>> '{entry,author,id}' = any($3::text[])
                           or payload #>> '{entry,id}' = any($4::text[]))`,
        values: [workspaceId, guestTicketIds, customerIds, messageIds],
      });
    }
  }

  /** The tickets that messages on these tickets may have been on before, or have gone to: by any number of splits. */
  async splitFrom(ticketIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-splits',
      // By offset and not by a plain join, which with few splits would read all links of the workspace.
      text: `with recursive split as (
               select unnest($2::uuid[]) as id
               union
               select l.other_id from split s cross join lateral (
                 select other_id from ticket_link
                  where workspace_id = $1 and ticket_id = s.id and kind in ('SPLIT_FROM', 'SPLIT_INTO') offset 0) l)
             select id from split where id <> all($2::uuid[])`,
      values: [this.#tx.workspaceId, ticketIds],
    });
    return rows.map(({ id }) => id);
  }
}
