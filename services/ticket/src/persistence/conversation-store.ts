import type { Tx } from '@smart-tickets/kit/postgres';
import { isId } from '@smart-tickets/kit/ids';
import type { KnownIdentity } from '../domain/customer.ts';
import { identityColumns, identityOf, type IdentityRow } from './identity-row.ts';

/** Most identities of a customer that are looked at. */
const maxIdentities = 100;
/** How many of the newest entries of each ticket are looked through for the message that an answer answers. */
const maxEntriesBack = 500;

const nobodyKnown = { name: null, language: null };

interface AddresseeRow {
  readonly name: string | null;
  readonly language: string | null;
  /** Their data were erased. */
  readonly erased: boolean;
}

/** A message from outside that is answered. */
export interface AnsweredMessage {
  readonly id: string;
  /** By what the channel knew its sender, as `KIND:value`; null for messages from before that was kept. */
  readonly sender: string | null;
}

/** With whom a ticket is talked about and what has been said on it, within one transaction of one workspace. */
export class ConversationStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The identities of a ticket's customer and of those merged into them, oldest first; none for an internal ticket. */
  identitiesOfTicket(ticketId: string): Promise<KnownIdentity[]> {
    return this.#identities(
      'identities-of-ticket',
      'select customer_id from ticket where workspace_id = $1 and id = $2',
      ticketId,
    );
  }

  /** Who a ticket's customer is; null for an internal ticket. */
  async addresseeOf(ticketId: string): Promise<AddresseeRow | null> {
    const { rows } = await this.#tx.query<AddresseeRow>({
      name: 'addressee-of-ticket',
      text: `select c.name, c.language, c.erased_at is not null as erased
               from ticket t join customer c on c.workspace_id = t.workspace_id and c.id = t.customer_id
              where t.workspace_id = $1 and t.id = $2`,
      values: [this.#tx.workspaceId, ticketId],
    });
    return rows[0] ?? null;
  }

  /** How a customer is spoken to; nameless when there is no such customer. */
  async callOf(
    customerId: string,
  ): Promise<{ readonly name: string | null; readonly language: string | null }> {
    const { rows } = await this.#tx.query<{ name: string | null; language: string | null }>({
      name: 'call-of-customer',
      text: 'select name, language from customer where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, customerId],
    });
    return rows[0] ?? nobodyKnown;
  }

  /**
   * What an answer on a ticket answers: of the newest messages from outside, on it and on those merged into it, the last
   * that no machine wrote, else the last; null when there is none among the newest entries.
   */
  async answered(ticketId: string): Promise<AnsweredMessage | null> {
    const { rows } = await this.#tx.query<AnsweredMessage>({
      name: 'answered-message',
      text: `
        with family as (
          select id from ticket where workspace_id = $1 and id = $2
          union all select id from ticket where workspace_id = $1 and heir_id = $2),
        newest as (
          select e.id, e.sender, e.direction, e.automatic, e.at, e.seq
            from family f cross join lateral (
                 select id, sender, direction, automatic, at, seq from timeline_entry
                  where workspace_id = $1 and ticket_id = f.id order by at desc, seq desc limit $3) e)
        select id, sender from newest where direction = 'INBOUND' order by automatic, at desc, seq desc limit 1`,
      values: [this.#tx.workspaceId, ticketId, maxEntriesBack],
    });
    return rows[0] ?? null;
  }

  /** The identities of a customer and of those merged into them, oldest first. */
  identitiesOf(customerId: string): Promise<KnownIdentity[]> {
    return this.#identities('identities-of-customer', 'select $2::uuid', customerId);
  }

  async #identities(name: string, customer: string, id: string): Promise<KnownIdentity[]> {
    const { rows } = await this.#tx.query<IdentityRow>({
      name,
      text: `select ${identityColumns}
               from customer c join customer_identity i on i.workspace_id = c.workspace_id and i.customer_id = c.id
              where c.workspace_id = $1 and (c.id = (${customer}) or c.heir_id = (${customer}))
              order by i.created_at, i.kind, i.value limit $3`,
      values: [this.#tx.workspaceId, id, maxIdentities],
    });
    return rows.map(identityOf);
  }

  /**
   * Ids of the messages after a known one on a ticket and those merged into it, oldest first: the newest `limit` when
   * there are more. All messages count as new when the known one is not among them. Messages of one instant on another
   * of these tickets count as after it: better shown twice than not at all.
   */
  async messageIdsAfter(ticketId: string, messageId: string | null, limit: number): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'messages-after',
      text: `
        with family as (
          select id from ticket where workspace_id = $1 and id = $2
          union all select id from ticket where workspace_id = $1 and heir_id = $2),
        known as (
          select ticket_id, at, seq from timeline_entry
           where workspace_id = $1 and id = $3 and ticket_id in (select id from family)),
        newest as (
          select e.id, e.at, e.seq from timeline_entry e
           where e.workspace_id = $1 and e.ticket_id in (select id from family) and e.type = 'MESSAGE'
             and not exists (select from known k
                              where (e.at, e.seq) <= (k.at, k.seq) and (e.at < k.at or e.ticket_id = k.ticket_id))
           order by e.at desc, e.seq desc limit $4)
        select id from newest order by at, seq`,
      values: [
        this.#tx.workspaceId,
        ticketId,
        messageId !== null && isId(messageId) ? messageId : null,
        limit,
      ],
    });
    return rows.map(({ id }) => id);
  }
}
