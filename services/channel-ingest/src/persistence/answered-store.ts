import type { Tx } from '@smart-tickets/kit/postgres';
import type { AnsweredMessage } from '../domain/answer-mail.ts';
import type { RawFormat } from '../domain/inbound-message.ts';

/** What is kept of a message that came in. */
export interface AnsweredRaw {
  readonly format: RawFormat;
  /** The beginning of a mail's bytes, at least its header, or the whole JSON of another message; null when kept no longer. */
  readonly raw: Buffer | null;
  /** What was read of it before it was deleted. */
  readonly answered: AnsweredMessage | null;
}

/** What came in under a message's id, as far as an answer needs it; null when it is not there or was erased. */
export async function answeredRaw(tx: Tx, messageId: string, mailBytes: number): Promise<AnsweredRaw | null> {
  const { rows } = await tx.query<AnsweredRaw>({
    name: 'answered-raw',
    text: `select m.format, m.answered,
                  (select case when m.format = 'MAIL' then substring(r.raw from 1 for $3) else r.raw end
                     from inbound_raw r where r.workspace_id = $1 and r.id = $2) as raw
             from inbound_message m where m.workspace_id = $1 and m.id = $2 and m.erased_at is null`,
    values: [tx.workspaceId, messageId, mailBytes],
  });
  return rows[0] ?? null;
}

/** Whether a mail provider has given one of these ids to an answer of the workspace, by whichever channel it went out. */
export async function isProviderId(tx: Tx, externalIds: readonly string[]): Promise<boolean> {
  const { rowCount } = await tx.query({
    name: 'answer-of-provider-id',
    text: `select from channel c
             join delivery d on d.workspace_id = c.workspace_id and d.channel_id = c.id and d.external_id = any($2)
            where c.workspace_id = $1 limit 1`,
    values: [tx.workspaceId, externalIds],
  });
  return rowCount === 1;
}
