import type { OutboxEvent } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { Channel } from '../domain/channel.ts';
import type { InboundMessage, InboundStatus, RawFormat } from '../domain/inbound-message.ts';

/** Column lists under field names; `c` and `m` are the tables' aliases. */
export const channelColumns = `
  c.id, c.kind, c.name, c.address, c.team_id as "teamId", c.enabled, c.token_generation as "tokenGeneration",
  c.created_at as "createdAt"`;
export const inboundColumns = `
  m.id, m.channel_id as "channelId", m.external_id as "externalId", m.status, m.ticket_id as "ticketId", m.reason,
  m.received_at as "receivedAt", m.processed_at as "processedAt", m.attempts, m.size_bytes as "sizeBytes"`;

/** Something new to be stored. */
export interface NewInbound {
  readonly id: string;
  readonly externalId: string;
  readonly format: RawFormat;
  readonly raw: Buffer;
  readonly receivedAt: string;
  /** Conversation key of a mail's own id; null when it has none. */
  readonly ownKey: string | null;
}

/** What storing met: the channel, if there is one, and the message, new or from before. */
export interface Stored {
  readonly channel: Channel | null;
  readonly message: InboundMessage | null;
  readonly isNew: boolean;
}

/** A message with what its processing needs. */
export interface InboundWork {
  readonly message: InboundMessage;
  readonly channel: Channel;
  readonly format: RawFormat;
  readonly raw: Buffer;
  /** When it was handed in; what a connector says of its receipt may be long before. */
  readonly storedAt: string;
  /** Addresses of all mailboxes of the workspace, in lower case. */
  readonly mailboxes: readonly string[];
}

/** What came in, within one transaction of one workspace. */
export class InboundStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Stores a message with its event, unless the channel is not there, is switched off, has another token generation,
   * or has had the external id before. All in one statement; of two at the same time the second finds the first.
   */
  async store(
    channelId: string,
    generation: number,
    inbound: NewInbound,
    event: OutboxEvent<'inbound.received'>,
  ): Promise<Stored> {
    const { workspaceId } = this.#tx;
    const channel = this.#channel(channelId);
    const inserted = this.#tx.query({
      name: 'inbound-store',
      text: `
        with key as (
          insert into inbound_key (workspace_id, channel_id, external_id, message_id)
          select c.workspace_id, c.id, $4, $5 from channel c
           where c.workspace_id = $1 and c.id = $2 and c.enabled and c.token_generation = $3
          on conflict do nothing returning message_id),
        message as (
          insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at,
                                       size_bytes, own_key)
          select $1, key.message_id, $2, $4, $6, 'RECEIVED', $7, length($8::bytea), $13 from key),
        raw as (insert into inbound_raw (workspace_id, id, raw) select $1, key.message_id, $8::bytea from key)
        insert into outbox (workspace_id, event_id, topic, payload, cause)
        select $1, $9, $10, $11::jsonb, $12::jsonb from key`,
      values: [
        workspaceId,
        channelId,
        generation,
        inbound.externalId,
        inbound.id,
        inbound.format,
        inbound.receivedAt,
        inbound.raw,
        event.id,
        event.topic,
        JSON.stringify(event.payload),
        JSON.stringify(event.cause),
        inbound.ownKey,
      ],
    });
    const message = this.#byKey(channelId, inbound.externalId);
    const [channelRows, insertedRows, messageRows] = await Promise.all([channel, inserted, message]);
    return {
      channel: channelRows.rows[0] ?? null,
      message: messageRows.rows[0] ?? null,
      isNew: insertedRows.rowCount === 1,
    };
  }

  /** A message that still waits to be processed, or has another status, with its raw bytes; null when that is not so. */
  async readWork(messageId: string, status: InboundStatus = 'RECEIVED'): Promise<InboundWork | null> {
    const { rows } = await this.#tx.query<{
      message: InboundMessage;
      channel: Channel;
      format: RawFormat;
      raw: Buffer;
      storedAt: string;
      mailboxes: string[];
    }>({
      name: 'inbound-work',
      text: `select row_to_json((select x from (select ${inboundColumns}) x)) as message,
                    row_to_json((select x from (select ${channelColumns}) x)) as channel, m.format, r.raw,
                    m.stored_at as "storedAt",
                    array(select lower(o.address) from channel o
                           where o.workspace_id = $1 and o.kind = 'EMAIL' and o.address is not null) as mailboxes
               from inbound_message m
               join channel c on c.workspace_id = m.workspace_id and c.id = m.channel_id
               join inbound_raw r on r.workspace_id = m.workspace_id and r.id = m.id
              where m.workspace_id = $1 and m.id = $2 and m.status = $3`,
      values: [this.#tx.workspaceId, messageId, status],
    });
    return rows[0] ?? null;
  }

  /** Locks a message; whether it still waits to be processed. */
  async lockWaiting(messageId: string): Promise<boolean> {
    const { rowCount } = await this.#tx.query({
      name: 'inbound-lock-waiting',
      text: `select from inbound_message where workspace_id = $1 and id = $2 and status = 'RECEIVED' for update`,
      values: [this.#tx.workspaceId, messageId],
    });
    return rowCount === 1;
  }

  /** Whether a message has ended here, erased or as a duplicate: then its files are nobody's. */
  async deadEndOf(messageId: string): Promise<'ERASED' | 'DUPLICATE' | null> {
    const { rows } = await this.#tx.query<{ end: 'ERASED' | 'DUPLICATE' | null }>({
      name: 'inbound-dead-end',
      text: `select case when erased_at is not null then 'ERASED' when status = 'DUPLICATE' then 'DUPLICATE' end as "end"
               from inbound_message where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, messageId],
    });
    return rows[0]?.end ?? null;
  }

  /** The channel, and what it has had under an external id; null for what is not there. */
  async findFirst(
    channelId: string,
    externalId: string,
  ): Promise<{ readonly channel: Channel | null; readonly message: InboundMessage | null }> {
    const [channels, messages] = await Promise.all([
      this.#channel(channelId),
      this.#byKey(channelId, externalId),
    ]);
    return { channel: channels.rows[0] ?? null, message: messages.rows[0] ?? null };
  }

  #channel(channelId: string) {
    return this.#tx.query<Channel>({
      name: 'channel-of-token',
      text: `select ${channelColumns} from channel c where c.workspace_id = $1 and c.id = $2`,
      values: [this.#tx.workspaceId, channelId],
    });
  }

  #byKey(channelId: string, externalId: string) {
    return this.#tx.query<InboundMessage>({
      name: 'inbound-by-key',
      text: `select ${inboundColumns} from inbound_key k
               join inbound_message m on m.workspace_id = k.workspace_id and m.id = k.message_id
              where k.workspace_id = $1 and k.channel_id = $2 and k.external_id = $3`,
      values: [this.#tx.workspaceId, channelId, externalId],
    });
  }

  /** Counts a try and, when it ended the message's way, sets its status. */
  settle(
    messageId: string,
    status: InboundStatus,
    ticketId: string | null,
    reason: string | null,
    nowIso: string,
  ): void {
    this.#tx.send({
      name: 'inbound-settle',
      text: `update inbound_message
                set status = $3, ticket_id = coalesce($4, ticket_id), reason = $5, attempts = attempts + 1,
                    last_attempt_at = $6, processed_at = case when $3 = 'RECEIVED' then null else $6::timestamptz end
              where workspace_id = $1 and id = $2`,
      values: [this.#tx.workspaceId, messageId, status, ticketId, reason, nowIso],
    });
  }

  /**
   * Carries the ticket service's word over: a ticket is final; a dead letter only takes what still waits.
   */
  settleFromTicket(
    messageId: string,
    outcome: 'ON_TICKET' | 'DEAD_LETTER',
    ticketId: string | null,
    reason: string | null,
    nowIso: string,
  ): void {
    this.#tx.send({
      name: 'inbound-settle-from-ticket',
      text: `update inbound_message set status = $3, ticket_id = $4, reason = $5, processed_at = $6
              where workspace_id = $1 and id = $2
                and (($3 = 'ON_TICKET' and status <> 'ON_TICKET') or status = 'RECEIVED')`,
      values: [this.#tx.workspaceId, messageId, outcome, ticketId, reason, nowIso],
    });
  }

  /** Notes the first mail of an id and content; the id of that first one, which may be this very mail. */
  async firstOfMail(channelId: string, key: string, digest: string, messageId: string): Promise<string> {
    this.#tx.send({
      name: 'mail-seen',
      text: `insert into mail_seen (workspace_id, channel_id, key, digest, message_id) values ($1, $2, $3, $4, $5)
             on conflict do nothing`,
      values: [this.#tx.workspaceId, channelId, key, digest, messageId],
    });
    const { rows } = await this.#tx.query<{ first: string }>({
      name: 'mail-first',
      text: `select message_id as first from mail_seen
              where workspace_id = $1 and channel_id = $2 and key = $3 and digest = $4`,
      values: [this.#tx.workspaceId, channelId, key, digest],
    });
    return rows[0]?.first ?? messageId;
  }

  /**
   * Whether one of the mails that a mail answers is still on its way itself. If so the mail is noted as waiting for
   * them. A mail that is just being settled is waited for, and then no longer counts as on its way.
   */
  async awaits(messageId: string, keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const { rows } = await this.#tx.query<{ key: string }>({
      name: 'inbound-in-work',
      text: `select own_key as key from inbound_message
              where workspace_id = $1 and own_key = any($2) and id <> $3 and status = 'RECEIVED'
              order by id for share`,
      values: [this.#tx.workspaceId, keys, messageId],
    });
    if (rows.length === 0) return false;
    this.#tx.send({
      name: 'inbound-wait',
      text: `insert into inbound_waiting (workspace_id, key, message_id)
             select distinct $1::uuid, key, $3::uuid from unnest($2::text[]) as key on conflict do nothing`,
      values: [this.#tx.workspaceId, rows.map(({ key }) => key), messageId],
    });
    return true;
  }

  /** The messages that waited for this one, which has come to its end; each is given once. */
  async takeWaiting(messageId: string): Promise<string[]> {
    const { rows } = await this.#tx.query<{ waiting: string }>({
      name: 'inbound-take-waiting',
      text: `delete from inbound_waiting w using inbound_message m
              where m.workspace_id = $1 and m.id = $2 and w.workspace_id = $1 and w.key = m.own_key
              returning w.message_id as waiting`,
      values: [this.#tx.workspaceId, messageId],
    });
    return [...new Set(rows.map(({ waiting }) => waiting))];
  }

  /** The message when it is held or dead, now waiting again; null when it is neither or not there. */
  async reopen(messageId: string, nowIso: string): Promise<InboundMessage | null> {
    const { rows } = await this.#tx.query<InboundMessage>({
      name: 'inbound-reopen',
      text: `update inbound_message m set status = 'RECEIVED', processed_at = null, reason = null, last_attempt_at = $3
              where m.workspace_id = $1 and m.id = $2 and m.status in ('HELD', 'DEAD_LETTER') and m.erased_at is null
              returning ${inboundColumns}`,
      values: [this.#tx.workspaceId, messageId, nowIso],
    });
    return rows[0] ?? null;
  }
}
