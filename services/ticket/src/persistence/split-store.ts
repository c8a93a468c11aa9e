import { maxEventTextLength } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { MessagePlace } from '../domain/split.ts';
import type { MessageEntry } from '../domain/timeline.ts';
import { entryColumns } from './ticket-sql.ts';
import { entryOf, type EntryRow } from './timeline-row.ts';

/** What a split reads and writes beside the tickets themselves, within one transaction of one workspace. */
export class SplitStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Where a message is; null when the workspace has none of this id. */
  async place(messageId: string): Promise<MessagePlace | null> {
    const { rows } = await this.#tx.query<MessagePlace>({
      name: 'split-place',
      text: `select m.ticket_id as "ticketId", count(*) filter (where e.seq < m.seq) as "before",
                    count(*) filter (where e.seq >= m.seq) as "fromHere"
               from timeline_entry m
               join timeline_entry e on e.workspace_id = $1 and e.ticket_id = m.ticket_id and e.type = 'MESSAGE'
              where m.workspace_id = $1 and m.id = $2 and m.type = 'MESSAGE'
              group by m.ticket_id`,
      values: [this.#tx.workspaceId, messageId],
    });
    return rows[0] ?? null;
  }

  /**
   * A message and those after it on its ticket, in order, without HTML and with as much text as an event carries: what
   * is beyond stays where it is and is never read.
   */
  async messagesFrom(messageId: string): Promise<MessageEntry[]> {
    const { rows } = await this.#tx.query<EntryRow>({
      name: 'split-messages',
      text: `
        with e as (
          select e.workspace_id, e.type, e.id, e.ticket_id, e.seq, e.at, e.actor_type, e.actor_id, e.actor_name, e.direction,
                 e.channel, left(e.text, ${maxEventTextLength + 1}) as text, null as html, e.to_addresses, e.cc_addresses,
                 e.automatic, e.thread_reason, e.sent_at, e.change_kind, e.before, e.after, e.mentions, e.attachments, e.call,
                 e.changed_subject, e.cause
            from timeline_entry m
            join timeline_entry e on e.workspace_id = $1 and e.ticket_id = m.ticket_id and e.seq >= m.seq
           where m.workspace_id = $1 and m.id = $2 and e.type = 'MESSAGE')
        select ${entryColumns} from e order by e.seq`,
      values: [this.#tx.workspaceId, messageId],
    });
    return rows.map(entryOf).filter((entry) => entry.type === 'MESSAGE');
  }

  /**
   * Moves messages to another ticket, numbered there from 1, with the conversation keys that they have left. To whom they
   * were addressed has a part in that one, too. Where the first one's subject was new, it is no longer.
   */
  move(messageIds: readonly string[], from: string, to: string): void {
    this.#tx.send({
      name: 'split-move',
      text: `update timeline_entry e set ticket_id = $4, seq = m.seq,
                     changed_subject = case when m.seq > 1 then e.changed_subject end
               from unnest($2::uuid[]) with ordinality as m(id, seq)
              where e.workspace_id = $1 and e.id = m.id and e.ticket_id = $3`,
      values: [this.#tx.workspaceId, messageIds, from, to],
    });
    this.#tx.send({
      name: 'split-keys',
      text: `update thread_key set ticket_id = $4
              where workspace_id = $1 and ticket_id = $3 and message_id = any($2::uuid[])`,
      values: [this.#tx.workspaceId, messageIds, from, to],
    });
    this.#tx.send({
      name: 'split-parties',
      text: `insert into ticket_party (workspace_id, ticket_id, party)
             select distinct $1::uuid, $4::uuid, p.party
               from timeline_entry e
              cross join lateral unnest(e.to_addresses || e.cc_addresses) as a(address)
               join ticket_party p on p.workspace_id = $1 and p.ticket_id = $3 and p.party = 'EMAIL:' || lower(a.address)
              where e.workspace_id = $1 and e.id = any($2::uuid[])
              union
             select $1, $4, party from ticket_party
              where workspace_id = $1 and ticket_id = $3 and party like 'LIST:%'
             on conflict do nothing`,
      values: [this.#tx.workspaceId, messageIds, from, to],
    });
  }

  /** The number that a ticket was given when it was opened in this transaction. */
  async numberOf(ticketId: string): Promise<number> {
    const { rows } = await this.#tx.query<{ number: number }>({
      name: 'split-number',
      text: 'select number from ticket where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, ticketId],
    });
    const number = rows[0]?.number;
    if (number === undefined) throw new Error('a ticket vanished in the transaction that opened it');
    return number;
  }
}
