import { answerKey, type OutboxEvent } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import { partiesOfAnswer } from '../domain/parties.ts';

/** Answers on their way to customers, within one transaction of one workspace. */
export class AnswerStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Tells of an answer, with the number that its ticket has in the database and with the answer before it, and leaves on the ticket what brings replies
   * back to it: its conversation key, and those it is sent to. Lock the ticket before.
   */
  give(event: OutboxEvent<'ticket.answer-given'>): void {
    const { messageId, ticketId } = event.payload;
    this.#tx.send({
      name: 'answer-give',
      text: `
        with told as (
          insert into outbox (workspace_id, event_id, topic, payload, cause)
          select $1, $2, $3,
                 $4::jsonb || jsonb_build_object('ticketNumber', t.number, 'followsMessageId', l.message_id), $5::jsonb
            from ticket t
            left join last_answer l on l.workspace_id = $1 and l.ticket_id = $6 and l.given_at > now() - interval '1 day'
           where t.workspace_id = $1 and t.id = $6),
        last as (
          insert into last_answer (workspace_id, ticket_id, message_id, given_at) values ($1, $6, $8, now())
          on conflict (workspace_id, ticket_id) do update
             set message_id = excluded.message_id, given_at = excluded.given_at),
        keyed as (
          insert into thread_key as k (workspace_id, key, kind, ticket_id, message_id)
          values ($1, $7, 'OWN', $6, $8)
          on conflict (workspace_id, key) do update
             set kind = 'OWN', ticket_id = excluded.ticket_id, message_id = excluded.message_id)
        insert into ticket_party (workspace_id, ticket_id, party)
        select $1, $6, party from unnest($9::text[]) as party on conflict do nothing`,
      values: [
        this.#tx.workspaceId,
        event.id,
        event.topic,
        JSON.stringify(event.payload),
        JSON.stringify(event.cause),
        ticketId,
        answerKey(messageId),
        messageId,
        partiesOfAnswer(event.payload),
      ],
    });
  }
}
