import type { Cause, ChannelKind } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import type { Channel, ChannelGate } from '../domain/channel.ts';
import type { Envelope, InboundMessage, InboundStatus, RawFormat } from '../domain/inbound-message.ts';
import { channelColumns, channelOf, type ReadChannel } from './channel-store.ts';
import { erasedKeyHash } from './erased-key.ts';
import { inboundColumns } from './inbound-columns.ts';
import { itemsOf, storeSql } from './store-sql.ts';

/** Something new to be stored. */
export interface NewInbound {
  readonly id: string;
  readonly externalId: string;
  readonly format: RawFormat;
  readonly raw: Buffer;
  /** Where not all of it is kept: how large it is. */
  readonly sizeBytes?: number | null;
  readonly receivedAt: string;
  /** Conversation key of a mail's own id; null when it has none. */
  readonly ownKey: string | null;
  readonly envelope?: Envelope | null;
  /** The name of the sender's line by kind of channel, `*` for all others; none for what may overtake and be overtaken. */
  readonly lines: Readonly<Record<string, string>>;
  readonly eventId: string;
}

/** What storing met: the channel, if there is one, and the messages by their external ids, with which of them are new. */
export interface Stored {
  readonly channel: ChannelGate | null;
  readonly messages: ReadonlyMap<string, InboundMessage>;
  readonly newIds: ReadonlySet<string>;
}

/** A message with what its processing needs. */
export interface InboundWork {
  readonly message: InboundMessage;
  readonly channel: Channel;
  readonly format: RawFormat;
  readonly raw: Buffer;
  /** Null where the connector said nothing of it, and for what is no mail. */
  readonly envelope: Envelope | null;
  /** When it was handed in; what a connector says of its receipt may be long before. */
  readonly storedAt: string;
  /** Addresses that the workspace's mails are sent from, in lower case. */
  readonly mailboxes: readonly string[];
  /** The name of the mailboxes with which the channel shares its tickets; null where all do, and for what is no mail. */
  readonly scope: string | null;
}

/** What came in, within one transaction of one workspace. */
export class InboundStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Stores messages in their order, each with its event, unless the channel is not there, is switched off, is of another
   * kind, has another token generation, or has had the external id before: of two the first counts. Behind an earlier
   * message of its sender that is still on its way a message waits: its event comes when that one has ended. All in one
   * statement; of two at the same time the second finds the first.
   */
  async store(
    channelId: string,
    generation: number,
    inbound: readonly NewInbound[],
    cause: Cause,
    kind: ChannelKind | null = null,
  ): Promise<Stored> {
    const channel = this.#channel(channelId);
    const inserted = this.#tx.query<InboundMessage>({
      name: 'inbound-store',
      text: storeSql,
      values: [this.#tx.workspaceId, channelId, generation, kind, ...itemsOf(inbound), JSON.stringify(cause)],
    });
    const [channelRows, { rows }] = await Promise.all([channel, inserted]);
    const messages = new Map(rows.map((message) => [message.externalId, message]));
    const newIds = new Set(rows.map(({ id }) => id));
    const known = [...new Set(inbound.map(({ externalId }) => externalId))].filter(
      (one) => !messages.has(one),
    );
    if (known.length > 0)
      for (const [one, message] of await this.#byKeys(channelId, known)) messages.set(one, message);
    return { channel: channelRows.rows[0] ?? null, messages, newIds };
  }

  /** A message that still waits to be processed, or has another status, with its raw bytes; null when that is not so. */
  async readWork(messageId: string, status: InboundStatus = 'RECEIVED'): Promise<InboundWork | null> {
    const work = await this.readWorkUpTo(Infinity, messageId, status);
    return work === 'LARGER' ? null : work;
  }

  /** The same unless it has more than so many bytes. */
  async readWorkUpTo(
    mostBytes: number,
    messageId: string,
    status: InboundStatus = 'RECEIVED',
  ): Promise<InboundWork | 'LARGER' | null> {
    const { rows } = await this.#tx.query<{
      message: InboundMessage;
      channel: ReadChannel;
      format: RawFormat;
      raw: Buffer | null;
      envelope: Envelope | null;
      storedAt: string;
      mailboxes: string[];
      scope: string | null;
    }>({
      name: 'inbound-work',
      text: `select row_to_json((select x from (select ${inboundColumns}) x)) as message,
                    row_to_json((select x from (select ${channelColumns}) x)) as channel, m.format,
                    case when m.size_bytes <= $4::float8 then r.raw end as raw, r.envelope, m.stored_at as "storedAt",
                    array(select lower(o.address) from channel o
                           where o.workspace_id = $1 and o.kind in ('EMAIL', 'WEB_FORM') and o.address is not null) as mailboxes,
                    case when m.format = 'MAIL' and exists (
                           select from channel o where o.workspace_id = $1 and o.kind = 'EMAIL'
                              and o.settings ->> 'copies' = 'OWN_TICKET')
                         then case when c.settings ->> 'copies' = 'OWN_TICKET' then c.id::text else 'shared' end
                     end as scope
               from inbound_message m
               join channel c on c.workspace_id = m.workspace_id and c.id = m.channel_id
               join inbound_raw r on r.workspace_id = m.workspace_id and r.id = m.id
              where m.workspace_id = $1 and m.id = $2 and m.status = $3`,
      values: [this.#tx.workspaceId, messageId, status, mostBytes],
    });
    const work = rows[0];
    if (work === undefined) return null;
    const { raw } = work;
    return raw === null ? 'LARGER' : { ...work, raw, channel: channelOf(work.channel) };
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
  ): Promise<{ readonly channel: ChannelGate | null; readonly message: InboundMessage | null }> {
    const [channels, messages] = await Promise.all([
      this.#channel(channelId),
      this.#byKeys(channelId, [externalId]),
    ]);
    return { channel: channels.rows[0] ?? null, message: messages.get(externalId) ?? null };
  }

  #channel(channelId: string) {
    return this.#tx.query<ChannelGate>({
      name: 'channel-of-token',
      text: `select c.id, c.kind, c.enabled, c.token_generation as "tokenGeneration" from channel c where c.workspace_id = $1 and c.id = $2`,
      values: [this.#tx.workspaceId, channelId],
    });
  }

  async #byKeys(channelId: string, keys: readonly string[]): Promise<Map<string, InboundMessage>> {
    const { rows } = await this.#tx.query<InboundMessage & { key: string }>({
      name: 'inbound-by-keys',
      // In this order whatever the planner thinks: of a new workspace it expects no rows, and would read all messages.
      text: `select ${inboundColumns}, k.external_id as key from inbound_key k
              cross join lateral (select * from inbound_message m
                                   where m.workspace_id = $1 and m.id = k.message_id offset 0) as m
              where k.workspace_id = $1 and k.channel_id = $2 and k.external_id = any($3)
              union all
             select ${inboundColumns}, wanted.key from unnest($3::text[]) as wanted(key)
              cross join lateral (select e.message_id from erased_key e
                                   where e.workspace_id = $1
                                     and e.hash = ${erasedKeyHash('$1', '$2', 'wanted.key')} offset 0) as e
              cross join lateral (select * from inbound_message m
                                   where m.workspace_id = $1 and m.id = e.message_id offset 0) as m`,
      values: [this.#tx.workspaceId, channelId, keys],
    });
    return new Map(rows.map(({ key, ...message }) => [key, message]));
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
   * Carries the ticket service's word over: a ticket is final; a duplicate or a dead letter only takes what still waits.
   */
  settleFromTicket(
    messageId: string,
    outcome: 'ON_TICKET' | 'DUPLICATE' | 'DEAD_LETTER',
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

  /**
   * Notes the first mail of an id and content; the id of that first one, which may be this very mail. One that failed, was
   * held for nothing, or is lost, is none: the next stands in for it.
   */
  async firstOfMail(channelId: string, key: string, digest: string, messageId: string): Promise<string> {
    this.#tx.send({
      name: 'mail-seen',
      text: `insert into mail_seen as s (workspace_id, channel_id, key, digest, message_id) values ($1, $2, $3, $4, $5)
             on conflict (workspace_id, channel_id, key, digest) do update set message_id = excluded.message_id
              where not exists (select from inbound_message m
                                 where m.workspace_id = $1 and m.id = s.message_id and m.status <> 'DEAD_LETTER'
                                   and (m.status <> 'HELD' or m.ticket_id is not null))`,
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

  /** Whether one of these mails, named by their keys, has come in by a channel of the workspace. */
  async knowsMail(keys: readonly string[]): Promise<boolean> {
    if (keys.length === 0) return false;
    const { rowCount } = await this.#tx.query({
      name: 'mail-known',
      text: `select from channel c
               join mail_seen s on s.workspace_id = c.workspace_id and s.channel_id = c.id and s.key = any($2)
              where c.workspace_id = $1 limit 1`,
      values: [this.#tx.workspaceId, keys],
    });
    return rowCount === 1;
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

  /**
   * Takes a message that waits for another one out of its sender's line: it may be one behind it that it waits for. Those that
   * stood behind it are given by `takeWaiting` from then on.
   */
  leaveLine(messageId: string): void {
    this.#tx.send({
      name: 'inbound-leave-line',
      text: 'update inbound_message set sender = null where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, messageId],
    });
  }

  /**
   * The messages that waited for this one, which has come to its end or, as `turn`, only for their turn behind it; each is given
   * once.
   */
  async takeWaiting(messageId: string, what: 'all' | 'turn' = 'all'): Promise<string[]> {
    const { rows } = await this.#tx.query<{ waiting: string }>({
      name: 'inbound-take-waiting',
      text: `delete from inbound_waiting w using inbound_message m
              where m.workspace_id = $1 and m.id = $2 and w.workspace_id = $1
                and w.key = any(array[case when $3 = 'all' then m.own_key end, $4])
              returning w.message_id as waiting`,
      // Put together here: behind row-level security an expression of another row reaches no index.
      values: [this.#tx.workspaceId, messageId, what, `turn:${messageId}`],
    });
    return [...new Set(rows.map(({ waiting }) => waiting))];
  }

  /** The message when it is held or dead and its raw form is there, now waiting again; else null. */
  async reopen(messageId: string, nowIso: string): Promise<InboundMessage | null> {
    const { rows } = await this.#tx.query<InboundMessage>({
      name: 'inbound-reopen',
      text: `update inbound_message m set status = 'RECEIVED', processed_at = null, reason = null, last_attempt_at = $3
              where m.workspace_id = $1 and m.id = $2 and m.status in ('HELD', 'DEAD_LETTER') and m.erased_at is null
                and exists (select from inbound_raw r where r.workspace_id = $1 and r.id = m.id)
              returning ${inboundColumns}`,
      values: [this.#tx.workspaceId, messageId, nowIso],
    });
    return rows[0] ?? null;
  }
}
