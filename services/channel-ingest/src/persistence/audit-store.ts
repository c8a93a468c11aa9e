import type { Tx } from '@smart-tickets/kit/postgres';
import { erasedKeyHash } from './erased-key.ts';

/** How far the rounds of the reconciliation have come; instants in ISO form. */
export interface Audit {
  readonly keysBeganAt: string | null;
  readonly keysDoneAt: string | null;
  readonly keyChannelId: string | null;
  readonly keyExternalId: string | null;
  /** What the round that goes on has found so far. */
  readonly found: number;
  readonly itemsBeganAt: string | null;
  readonly itemId: string | null;
}

/** Something that was taken in and is not there any more. */
export interface LostMessage {
  readonly messageId: string;
  readonly channelId: string;
}

/** A page of keys: where it ends (null when there was none), how many keys it had, and those whose messages are gone. */
export interface KeyPage {
  readonly last: { readonly channelId: string; readonly externalId: string } | null;
  readonly many: number;
  readonly lost: readonly LostMessage[];
}

/** A page of items: where it ends, those that are on a ticket, and those whose key is gone. */
export interface ItemPage {
  readonly last: string | null;
  readonly many: number;
  readonly onTicket: readonly string[];
  readonly keyless: readonly string[];
}

/** Stands before all ids, so that a page begins in the index at its place, also in a plan that is made for any place. */
export const lowestId = '00000000-0000-0000-0000-000000000000';

/** What the reconciliation reads and writes, within one transaction of one workspace. */
export class AuditStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** Takes the workspace's audit until the end of the transaction; null while another process has it. */
  async take(): Promise<Audit | null> {
    this.#tx.send({
      name: 'audit-begin',
      text: 'insert into inbound_audit (workspace_id) values ($1) on conflict do nothing',
      values: [this.#tx.workspaceId],
    });
    const { rows } = await this.#tx.query<Audit>({
      name: 'audit-take',
      text: `select keys_began_at as "keysBeganAt", keys_done_at as "keysDoneAt", key_channel_id as "keyChannelId",
                    key_external_id as "keyExternalId", found, items_began_at as "itemsBeganAt", item_id as "itemId"
               from inbound_audit where workspace_id = $1 for update skip locked`,
      values: [this.#tx.workspaceId],
    });
    return rows[0] ?? null;
  }

  /** Notes the place of the round through the keys; `doneAt` ends it. */
  saveKeys(audit: Audit, doneAt: string | null): void {
    this.#tx.send({
      name: 'audit-save-keys',
      text: `update inbound_audit
                set keys_began_at = $2, keys_done_at = $3, key_channel_id = $4, key_external_id = $5, found = $6,
                    missing = case when $3::timestamptz is null then missing else $6 end
              where workspace_id = $1`,
      values: [
        this.#tx.workspaceId,
        audit.keysBeganAt,
        doneAt,
        doneAt === null ? audit.keyChannelId : null,
        doneAt === null ? audit.keyExternalId : null,
        audit.found,
      ],
    });
  }

  /** Notes the place of the round through the items. */
  saveItems(beganAt: string, itemId: string | null): void {
    this.#tx.send({
      name: 'audit-save-items',
      text: 'update inbound_audit set items_began_at = $2, item_id = $3 where workspace_id = $1',
      values: [this.#tx.workspaceId, beganAt, itemId],
    });
  }

  /** The keys behind the audit's place, each compared with the message that it stands for. */
  async keysAfter({ keyChannelId, keyExternalId }: Audit, limit: number): Promise<KeyPage> {
    const { rows } = await this.#tx.query<KeyPage>({
      name: 'audit-keys',
      text: `
        with page as materialized (
          select k.channel_id, k.external_id, k.message_id from inbound_key k
           where k.workspace_id = $1 and (k.channel_id, k.external_id) > ($2::uuid, $3::text)
           order by k.channel_id, k.external_id limit $4),
        lost as (
          select page.message_id, page.channel_id from page
            left join lateral (select true as there from inbound_message m
                                where m.workspace_id = $1 and m.id = page.message_id offset 0) as m on true
           where m.there is null)
        select (select json_build_object('channelId', channel_id, 'externalId', external_id) from page
                 order by channel_id desc, external_id desc limit 1) as last,
               (select count(*) from page) as many,
               (select coalesce(json_agg(json_build_object('messageId', message_id, 'channelId', channel_id)), '[]')
                  from lost) as lost`,
      values: [this.#tx.workspaceId, keyChannelId ?? lowestId, keyExternalId ?? '', limit],
    });
    return rows[0] ?? { last: null, many: 0, lost: [] };
  }

  /** The items with ids behind `after` and up to `upTo`. */
  async itemsAfter(after: string | null, upTo: string, limit: number): Promise<ItemPage> {
    const { rows } = await this.#tx.query<ItemPage>({
      name: 'audit-items',
      text: `
        with page as materialized (
          select m.id, m.status, m.erased_at, m.channel_id, m.external_id from inbound_message m
           where m.workspace_id = $1 and m.id > $2 and m.id <= $3 order by m.id limit $4),
        keyed as (
          select page.*, k.there from page
            left join lateral (select true as there from inbound_key k
                                where k.workspace_id = $1 and k.channel_id = page.channel_id
                                  and k.external_id = page.external_id offset 0) as k on true)
        select (select id from page order by id desc limit 1) as last,
               (select count(*) from page) as many,
               array(select id from keyed where status = 'ON_TICKET' and erased_at is null order by id) as "onTicket",
               array(select id from keyed where there is null order by id) as keyless`,
      values: [this.#tx.workspaceId, after ?? lowestId, upTo, limit],
    });
    return rows[0] ?? { last: null, many: 0, onTicket: [], keyless: [] };
  }

  /** Puts back keys that are gone: without its key a message would be taken in again. */
  restoreKeys(messageIds: readonly string[]): void {
    this.#tx.send({
      name: 'audit-restore-keys',
      text: `insert into inbound_key (workspace_id, channel_id, external_id, message_id)
             select m.workspace_id, m.channel_id, m.external_id, m.id from inbound_message m
              where m.workspace_id = $1 and m.id = any($2) on conflict do nothing`,
      values: [this.#tx.workspaceId, messageIds],
    });
  }

  /**
   * Forgets keys whose messages are gone, so that what is handed in again is stored again.
   * @returns the ids of the messages by their external ids
   */
  async releaseLost(channelId: string, externalIds: readonly string[]): Promise<Map<string, string>> {
    const { rows } = await this.#tx.query<{ externalId: string; messageId: string }>({
      name: 'audit-release-lost',
      text: `delete from inbound_key k
              where k.workspace_id = $1 and k.channel_id = $2 and k.external_id = any($3)
                and not exists (select from inbound_message m where m.workspace_id = $1 and m.id = k.message_id)
             returning k.external_id as "externalId", k.message_id as "messageId"`,
      values: [this.#tx.workspaceId, channelId, externalIds],
    });
    return new Map(rows.map(({ externalId, messageId }) => [externalId, messageId]));
  }

  /** Puts back the rows of erased messages whose rows are gone, as far as an erasure leaves anything of them. */
  restoreErased(channelId: string, externalIds: readonly string[], nowIso: string): void {
    this.#tx.send({
      name: 'audit-restore-erased',
      text: `insert into inbound_message (workspace_id, id, channel_id, external_id, format, status, received_at, processed_at,
                                          erased_at, size_bytes, reason)
             select $1, e.message_id, $2::uuid, 'erased:' || e.message_id, 'JSON', 'HELD', $4::timestamptz, $4, $4, 0,
                    'The data of its sender were erased.'
               from unnest($3::text[]) as wanted(key)
              cross join lateral (select e.message_id from erased_key e
                                   where e.workspace_id = $1
                                     and e.hash = ${erasedKeyHash('$1', '$2', 'wanted.key')} offset 0) as e
             on conflict do nothing`,
      values: [this.#tx.workspaceId, channelId, externalIds, nowIso],
    });
  }

  /** Of these items those that are on a ticket, now dead letters which can be tried again; with the tickets they were on. */
  async bury(
    messageIds: readonly string[],
    nowIso: string,
  ): Promise<readonly { readonly messageId: string; readonly channelId: string }[]> {
    const { rows } = await this.#tx.query<{ messageId: string; channelId: string }>({
      name: 'audit-bury',
      text: `update inbound_message m
                set status = 'DEAD_LETTER', processed_at = $3, ticket_id = null,
                    reason = 'It was on the ticket ' || m.ticket_id || ', which has lost it.'
              where m.workspace_id = $1 and m.id = any($2) and m.status = 'ON_TICKET' and m.erased_at is null
              returning m.id as "messageId", m.channel_id as "channelId"`,
      values: [this.#tx.workspaceId, messageIds, nowIso],
    });
    return rows;
  }
}
