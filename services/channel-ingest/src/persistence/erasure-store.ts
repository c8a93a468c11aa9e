import type { Tx } from '@smart-tickets/kit/postgres';
import { createHash } from 'node:crypto';
import { tellingOf, type Identity } from '../domain/author.ts';
import { erasedKeyHash } from './erased-key.ts';

/** By what an identity of an erased customer is remembered; a claim is not the same as the address itself. */
function identityHash(workspaceId: string, { kind, value, verified }: Identity): Buffer {
  return createHash('sha256')
    .update(`${workspaceId}\n${verified ? kind : `claim ${kind}`}:${value}`)
    .digest();
}

/** Positions of the event log that one statement goes through. */
const positionsAtOnce = 5_000;

/** Whether an event's sender is one of `senders`; claims tell only of messages that have nothing verified. */
function isFrom(senders: string, areVerified: string): string {
  const identities = `payload #> '{from,identities}'`;
  return `exists (select from unnest(${senders}::jsonb[]) as who where ${identities} @> who)
      and (${areVerified}::boolean or not exists (
             select from jsonb_array_elements(${identities}) i where (i ->> 'verified')::boolean))`;
}

function sendersOf(identities: readonly Identity[]): [string[], boolean] {
  return [
    identities.map(({ kind, value, verified }) => JSON.stringify([{ kind, value, verified }])),
    identities.some(({ verified }) => verified),
  ];
}

/** Events that say something of a person, each with the field of its payload that says of which thing it is. */
const idIn = {
  'inbound.normalised': 'messageId',
  'upload.announced': 'id',
  'delivery.failed': 'messageId',
} as const;
export type ErasedTopic = keyof typeof idIn;

/** What erasing reads and writes, within one transaction of one workspace. */
export class ErasureStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Remembers by what an erased customer was known, for items that are read later. */
  remember(identities: readonly Identity[], erasedAtIso: string): void {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'erased-sender-add',
      text: `insert into erased_sender as e (workspace_id, hash, erased_at)
             select $1, hash, $3 from unnest($2::bytea[]) as hash
             on conflict (workspace_id, hash) do update set erased_at = greatest(e.erased_at, excluded.erased_at)`,
      values: [workspaceId, identities.map((identity) => identityHash(workspaceId, identity)), erasedAtIso],
    });
  }

  /** Remembers messages, in and out, whose files nothing may note any more. Whoever notes some has done so before, or sees it. */
  rememberMessages(messageIds: readonly string[], nowIso: string): void {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'erased-message-lock',
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`erased-messages/${workspaceId}`],
    });
    this.#tx.send({
      name: 'erased-message-add',
      text: `insert into erased_message (workspace_id, message_id, erased_at)
             select distinct $1::uuid, id, $3::timestamptz from unnest($2::uuid[]) as id on conflict do nothing`,
      values: [workspaceId, messageIds, nowIso],
    });
  }

  /** Whether a message, in or out, is erased; that stays so until the end of the transaction. */
  async isErased(messageId: string): Promise<boolean> {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      name: 'erased-message-lock-shared',
      text: 'select pg_advisory_xact_lock_shared(hashtextextended($1, 0))',
      values: [`erased-messages/${workspaceId}`],
    });
    const { rowCount } = await this.#tx.query({
      name: 'erased-message-read',
      text: 'select from erased_message where workspace_id = $1 and message_id = $2',
      values: [workspaceId, messageId],
    });
    return rowCount === 1;
  }

  /**
   * Leaves a hash of the external ids of what is no mail: the same handed in again is a repeat. The ids themselves go later, so
   * that there is no moment at which neither is known.
   */
  leaveKeys(messageIds: readonly string[]): void {
    this.#tx.send({
      name: 'erased-key-add',
      text: `insert into erased_key (workspace_id, hash, message_id)
             select m.workspace_id, ${erasedKeyHash('m.workspace_id', 'm.channel_id', 'm.external_id')}, m.id
               from inbound_message m
              where m.workspace_id = $1 and m.id = any($2) and m.format <> 'MAIL' and m.erased_at is null
                 on conflict do nothing`,
      values: [this.#tx.workspaceId, messageIds],
    });
  }

  /** Those of these items whose bytes are still there and name uploads. */
  async namingUploads(messageIds: readonly string[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-naming-uploads',
      text: `select m.id from inbound_message m
              where m.workspace_id = $1 and m.id = any($2) and m.format = 'JSON' and m.erased_at is null
                and exists (select from message_blob b where b.workspace_id = $1 and b.message_id = m.id)`,
      values: [this.#tx.workspaceId, messageIds],
    });
    return rows.map(({ id }) => id);
  }

  /** The bytes of an item; null when they are not there. */
  async readRaw(messageId: string): Promise<Buffer | null> {
    const { rows } = await this.#tx.query<{ raw: Buffer }>({
      name: 'erasure-raw',
      text: 'select raw from inbound_raw where workspace_id = $1 and id = $2',
      values: [this.#tx.workspaceId, messageId],
    });
    return rows[0]?.raw ?? null;
  }

  /**
   * When the last of those who held these identities was erased (null when nobody was; claims count only by themselves), and
   * whether the very mail has been erased, by the key that all copies of it share.
   */
  async erasedBefore(
    identities: readonly Identity[],
    sameMail: string | null,
  ): Promise<{ readonly at: string | null; readonly mail: boolean }> {
    const { workspaceId } = this.#tx;
    const { rows } = await this.#tx.query<{ at: string | null; mail: boolean }>({
      name: 'erased-read',
      text: `select (select max(erased_at) from erased_sender where workspace_id = $1 and hash = any($2)) as at,
                    exists (select from erased_key where workspace_id = $1 and hash = $3) as mail`,
      values: [
        workspaceId,
        tellingOf(identities).map((identity) => identityHash(workspaceId, identity)),
        sameMail === null ? null : Buffer.from(sameMail.slice(sameMail.indexOf(':') + 1), 'base64url'),
      ],
    });
    return rows[0] ?? { at: null, mail: false };
  }

  /**
   * Items that came to no ticket and are kept for a person to look at, stored at `storedUntil` or before, in the order of
   * their ids, at most `limit`.
   */
  async keptAfter(
    reached: string | null,
    storedUntil: string,
    limit: number,
  ): Promise<{ readonly id: string; readonly status: 'HELD' | 'DEAD_LETTER' }[]> {
    const { rows } = await this.#tx.query<{ id: string; status: 'HELD' | 'DEAD_LETTER' }>({
      name: 'erasure-kept',
      text: `select id, status from inbound_message
              where workspace_id = $1 and status in ('HELD', 'DEAD_LETTER') and erased_at is null
                and stored_at <= $3 and ($2::uuid is null or id > $2) order by id limit $4`,
      values: [this.#tx.workspaceId, reached, storedUntil, limit],
    });
    return rows;
  }

  /** Locks items that are not erased yet, together with the mails that were found to be the same as one of them, in whatever mailbox. */
  async lock(messageIds: readonly string[]): Promise<{ readonly id: string; readonly waits: boolean }[]> {
    const { rows } = await this.#tx.query<{ id: string; waits: boolean }>({
      name: 'erasure-items-lock',
      text: `select m.id, m.status = 'RECEIVED' as waits from inbound_message m
              where m.workspace_id = $1 and m.erased_at is null
                and (m.id = any($2)
                     or m.id in (select d.id from inbound_message f
                                   join inbound_message d on d.workspace_id = f.workspace_id and d.status = 'DUPLICATE'
                                                         and d.own_key = f.own_key
                                                         and (d.channel_id = f.channel_id or d.reason = 'SAME_MAIL')
                                  where f.workspace_id = $1 and f.id = any($2) and f.erased_at is null))
              order by m.id for update`,
      values: [this.#tx.workspaceId, messageIds],
    });
    return rows;
  }

  /** Erases locked items: their bytes, ids, and whatever was noted of them. What was still on its way ends here, as `end`. */
  erase(messageIds: readonly string[], nowIso: string, end: 'HELD' | 'DUPLICATE'): void {
    const values = [this.#tx.workspaceId, messageIds];
    const deletions = {
      // Of a mail all copies share this hash, however they come; it says nothing of what the mail says.
      'erased-mail-add': `insert into erased_key (workspace_id, hash, message_id)
                          select s.workspace_id, sha256(convert_to(s.key || E'\\n' || s.digest, 'UTF8')), m.id
                            from inbound_message m
                            join mail_seen s on s.workspace_id = m.workspace_id and s.channel_id = m.channel_id
                                            and s.key = m.own_key and s.message_id = m.id
                           where m.workspace_id = $1 and m.id = any($2) on conflict do nothing`,
      'erase-mail-seen': `delete from mail_seen s using inbound_message m
                           where m.workspace_id = $1 and m.id = any($2) and s.workspace_id = $1
                             and s.channel_id = m.channel_id and s.key = m.own_key and s.message_id = any($2)`,
      'erase-waiting': 'delete from inbound_waiting where workspace_id = $1 and message_id = any($2)',
      'erase-raw': 'delete from inbound_raw where workspace_id = $1 and id = any($2)',
      // The hash of a mail's bytes tells nothing, and goes on refusing the same mail; other ids may be accounts.
      'erase-keys': `update inbound_key k set external_id = 'erased:' || m.id from inbound_message m
                      where m.workspace_id = $1 and m.id = any($2) and m.format <> 'MAIL'
                        and k.workspace_id = $1 and k.channel_id = m.channel_id and k.external_id = m.external_id`,
    };
    for (const [name, text] of Object.entries(deletions)) this.#tx.send({ name, text, values });
    this.#tx.send({
      name: 'erase-items',
      text: `update inbound_message
                set status = case when status = 'RECEIVED' then $4 else status end,
                    processed_at = coalesce(processed_at, $3), erased_at = $3, own_key = null, sender = null, answered = null,
                    reason = case when status = 'RECEIVED' and $4 = 'DUPLICATE' then 'The same mail came before. ' else '' end
                             || 'The data of its sender were erased.',
                    external_id = case when format = 'MAIL' then external_id else 'erased:' || id end
              where workspace_id = $1 and id = any($2)`,
      values: [...values, nowIso, end],
    });
  }

  /**
   * Erases answers on their way out: what they say, to whom, and what became of it in words. What was still to be sent ends
   * here; the rest keeps how many it went to and what became of each.
   */
  eraseDeliveries(messageIds: readonly string[], jobId: string, nowIso: string): void {
    const values = [this.#tx.workspaceId, messageIds];
    this.#tx.send({
      name: 'erase-delivery-contents',
      text: `update delivery_content c
                set content = '{"subject":null,"text":"","html":null,"headers":{},"threadKey":null,"attachments":[]}'
               from delivery d
              where d.workspace_id = $1 and d.id = any($2) and d.erased_at is null
                and c.workspace_id = $1 and c.id = d.id`,
      values,
    });
    this.#tx.send({
      name: 'erase-deliveries',
      text: `update delivery d
                set status = case when d.status in ('QUEUED', 'CLAIMED') then 'FAILED' else d.status end,
                    recipients = (
                      select coalesce(jsonb_agg(jsonb_build_object(
                               'address', 'erased', 'error', null,
                               'status', case when r ->> 'status' in ('QUEUED', 'CLAIMED') then 'FAILED'
                                              else r ->> 'status' end)), '[]')
                        from jsonb_array_elements(d.recipients) r),
                    claimable_at = null, external_id = null, size_bytes = 0, erased_at = $3, changed_at = $3,
                    erased_by = $4,
                    error = 'The data of its recipient were erased.'
              where d.workspace_id = $1 and d.id = any($2) and d.erased_at is null`,
      values: [...values, nowIso, jobId],
    });
  }

  /** Those of these items, stored until then, that are on no ticket; the others are named by the ticket service. */
  async onTheirWay(messageIds: readonly string[], storedUntil: string): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-on-their-way',
      text: `select id from inbound_message
              where workspace_id = $1 and id = any($2) and status <> 'ON_TICKET' and stored_at <= $3`,
      values: [this.#tx.workspaceId, messageIds, storedUntil],
    });
    return rows.map(({ id }) => id);
  }

  /** How many of these items are erased. */
  async countErased(messageIds: readonly string[]): Promise<number> {
    const { rows } = await this.#tx.query<{ many: number }>({
      name: 'erasure-count',
      text: `select count(*) as many from inbound_message
              where workspace_id = $1 and id = any($2) and erased_at is not null`,
      values: [this.#tx.workspaceId, messageIds],
    });
    return rows[0]?.many ?? 0;
  }

  /** How many of these answers on their way out a job has erased. */
  async countErasedDeliveries(messageIds: readonly string[], jobId: string): Promise<number> {
    const { rows } = await this.#tx.query<{ many: number }>({
      name: 'erasure-count-deliveries',
      text: `select count(*) as many from delivery
              where workspace_id = $1 and id = any($2) and erased_by = $3`,
      values: [this.#tx.workspaceId, messageIds, jobId],
    });
    return rows[0]?.many ?? 0;
  }

  /** The positions at which the event log begins and ends, in steps that one statement can go through. */
  async logSteps(): Promise<{ readonly after: number; readonly upTo: number }[]> {
    const { rows } = await this.#tx.query<{ first: number | null; last: number | null }>({
      name: 'erasure-log-bounds',
      text: `select (select min(pos) from event_log where workspace_id = $1) as first,
                    (select max(pos) from event_log where workspace_id = $1) as last`,
      values: [this.#tx.workspaceId],
    });
    const { first, last } = rows[0] ?? {};
    const steps: { after: number; upTo: number }[] = [];
    if (first == null || last == null) return steps;
    for (let after = first - 1; after < last; after += positionsAtOnce) {
      steps.push({ after, upTo: after + positionsAtOnce });
    }
    return steps;
  }

  /** Messages of these senders that wait in the outbox. Look there before the log: what moves meanwhile is met there. */
  async messagesInOutbox(identities: readonly Identity[]): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-outbox-search',
      text: `select distinct payload ->> 'messageId' as id from outbox
              where workspace_id = $1 and topic = 'inbound.normalised' and ${isFrom('$2', '$3')}`,
      values: [this.#tx.workspaceId, ...sendersOf(identities)],
    });
    return rows.map(({ id }) => id);
  }

  /** Messages of these senders that the log between two positions has sent on their way. */
  async messagesOf(
    identities: readonly Identity[],
    step: { readonly after: number; readonly upTo: number },
  ): Promise<string[]> {
    const { rows } = await this.#tx.query<{ id: string }>({
      name: 'erasure-log-search',
      text: `select distinct payload ->> 'messageId' as id from event_log
              where workspace_id = $1 and pos > $2 and pos <= $3 and topic = 'inbound.normalised'
                and ${isFrom('$4', '$5')}`,
      values: [this.#tx.workspaceId, step.after, step.upTo, ...sendersOf(identities)],
    });
    return rows.map(({ id }) => id);
  }

  /** Erases what the outbox holds of messages, or of uploads. Before the log: what moves there meanwhile is met there. */
  eraseOutbox(of: ErasedTopic, ids: readonly string[]): void {
    this.#tx.send({
      name: 'erase-outbox',
      text: `delete from outbox where workspace_id = $1 and topic = $2 and payload ->> $3 = any($4)`,
      values: [this.#tx.workspaceId, of, idIn[of], ids],
    });
  }

  /** Erases what the log between two positions holds of them; they are not handed over any more, whatever a queue loses. */
  eraseLog(
    of: ErasedTopic,
    ids: readonly string[],
    step: { readonly after: number; readonly upTo: number },
  ): void {
    this.#tx.send({
      name: 'erase-log',
      text: `update event_log set payload = jsonb_build_object($3::text, payload -> $3), handed_over = true,
                     handed_at = '-infinity'
              where workspace_id = $1 and pos > $5 and pos <= $6 and topic = $2 and payload ->> $3 = any($4)`,
      values: [this.#tx.workspaceId, of, idIn[of], ids, step.after, step.upTo],
    });
  }
}

/** Forgets which messages were erased once no word of them can be on its way any more; for the sweep. */
export const trimErasedMessages = `
  delete from erased_message where (workspace_id, message_id) in (
    select workspace_id, message_id from erased_message
     where erased_at < now() - make_interval(days => greatest(30, $1)) limit $2)`;

/** Forgets by what erased customers were known once nothing can be on its way any more; for the sweep. */
export const trimErasedSenders = `
  delete from erased_sender where (workspace_id, hash) in (
    select workspace_id, hash from erased_sender
     where erased_at < now() - make_interval(days => greatest(30, $1)) limit $2)`;
