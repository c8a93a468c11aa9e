import { jobs } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';

/** The order of a ticket's answers while not all of them have come, within one transaction of one workspace. */
export class AnswerOrder {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Until the end of the transaction nobody else says of the ticket's answers which have come. Sent before all other statements. */
  lock(ticketId: string): void {
    this.#tx.send({
      name: 'answers-of-ticket-lock',
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`answers/${this.#tx.workspaceId}/${ticketId}`],
    });
  }

  /** Whether an answer has come, whatever became of it: by its delivery, or as its event, which has the same id. */
  async hasCome(messageId: string): Promise<boolean> {
    const { rows } = await this.#tx.query<{ come: boolean }>({
      name: 'answer-has-come',
      text: `select exists (select from delivery where workspace_id = $1 and id = $2)
                 or exists (select from inbox where workspace_id = $1 and consumer = $3 and event_id = $2) as come`,
      values: [this.#tx.workspaceId, messageId, jobs.carryAnswer.name],
    });
    return rows[0]?.come === true;
  }

  /** Lets those answers be claimed that have waited for this one. What was claimed or has ended meanwhile stays as it is. */
  release(messageId: string, nowIso: string): void {
    this.#tx.send({
      name: 'answer-release',
      text: `update delivery
                set follows = null,
                    claimable_at = case when status = 'QUEUED' and attempts = 0 then $3 else claimable_at end
              where workspace_id = $1 and follows = $2`,
      values: [this.#tx.workspaceId, messageId, nowIso],
    });
  }
}
