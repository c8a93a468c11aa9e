import type { Tx } from '@smart-tickets/kit/postgres';
import { lowestId } from './audit-store.ts';
import type { AnsweredMessage } from '../domain/answer-mail.ts';

/** The place of the round through a workspace's raw forms, and its retention. */
export interface RawRound {
  readonly beganAt: string | null;
  /** Behind which raw form it goes on; null at the beginning. */
  readonly rawId: string | null;
  readonly retentionDays: number;
}

/** A page of raw forms: where it ends (null when there was none), how many it had, and those that are needed no longer. */
export interface RawPage {
  readonly last: string | null;
  readonly many: number;
  /** On tickets, as far as is known here. */
  readonly onTicket: readonly string[];
  readonly duplicates: readonly string[];
}

/** What the retention of raw forms reads and writes, within one transaction of one workspace. */
export class RawStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Takes the workspace's round until the end of the transaction; null while another process has it. */
  async take(defaultDays: number): Promise<RawRound | null> {
    this.#tx.send({
      name: 'audit-begin',
      text: 'insert into inbound_audit (workspace_id) values ($1) on conflict do nothing',
      values: [this.#tx.workspaceId],
    });
    const { rows } = await this.#tx.query<RawRound>({
      name: 'raws-take',
      text: `select a.raws_began_at as "beganAt", a.raw_id as "rawId",
                    coalesce((select retention_days from workspace_setting where workspace_id = $1), $2) as "retentionDays"
               from inbound_audit a where a.workspace_id = $1 for update of a skip locked`,
      values: [this.#tx.workspaceId, defaultDays],
    });
    return rows[0] ?? null;
  }

  /** Notes the place of the round. */
  save(beganAt: string, rawId: string | null): void {
    this.#tx.send({
      name: 'raws-save',
      text: 'update inbound_audit set raws_began_at = $2, raw_id = $3 where workspace_id = $1',
      values: [this.#tx.workspaceId, beganAt, rawId],
    });
  }

  /** The raw forms with ids behind `after` and up to `upTo`; of what was processed later none is needed no longer. */
  async pageAfter(
    after: string | null,
    upTo: string,
    processedUntil: string,
    limit: number,
  ): Promise<RawPage> {
    const { rows } = await this.#tx.query<RawPage>({
      name: 'raws-page',
      text: `
        with page as materialized (
          select r.id from inbound_raw r where r.workspace_id = $1 and r.id > $2 and r.id <= $3 order by r.id limit $5),
        done as (
          select m.id, m.status from page
           cross join lateral (select m.id, m.status, m.processed_at from inbound_message m
                                where m.workspace_id = $1 and m.id = page.id offset 0) as m
           where m.processed_at <= $4)
        select (select id from page order by id desc limit 1) as last,
               (select count(*) from page) as many,
               array(select id from done where status = 'ON_TICKET' order by id) as "onTicket",
               array(select id from done where status = 'DUPLICATE' order by id) as duplicates`,
      values: [this.#tx.workspaceId, after ?? lowestId, upTo, processedUntil, limit],
    });
    return rows[0] ?? { last: null, many: 0, onTicket: [], duplicates: [] };
  }

  /** Locks those of these messages that are on a ticket still, and not erased. */
  async lockOnTicket(messageIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'raws-lock',
      text: `select id from inbound_message
              where workspace_id = $1 and id = any($2) and status = 'ON_TICKET' and erased_at is null
              order by id for update`,
      values: [this.#tx.workspaceId, messageIds],
    });
    return rows.map(({ id }) => id);
  }

  /** Keeps what an answer needs of a message. */
  keepAnswered(messageId: string, answered: AnsweredMessage): void {
    this.#tx.send({
      name: 'raws-keep-answered',
      text: 'update inbound_message set answered = $3 where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, messageId, JSON.stringify(answered)],
    });
  }

  delete(messageIds: readonly string[]): void {
    this.#tx.send({
      name: 'raws-delete',
      text: 'delete from inbound_raw where workspace_id = $1 and id = any($2)',
      values: [this.#tx.workspaceId, messageIds],
    });
  }
}
