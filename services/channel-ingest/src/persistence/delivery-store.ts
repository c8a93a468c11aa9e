import type { Tx } from '@smart-tickets/kit/postgres';
import type { ChannelChoice } from '../domain/choose-channel.ts';
import type { Delivery, DeliveryState, OutboundContent } from '../domain/delivery.ts';

/** Columns of a delivery under field names; `d` is the table's alias. */
export const deliveryColumns = `
  d.id, d.channel_id as "channelId", d.ticket_id as "ticketId", d.status, d.recipients, d.attempts, d.tries,
  d.claimable_at as "claimableAt", d.follows, d.in_doubt as "inDoubt", d.sent_at as "sentAt", d.delivered_at as "deliveredAt",
  d.external_id as "externalId", d.error, d.created_at as "createdAt", d.size_bytes as "sizeBytes",
  d.erased_at is not null as erased`;

/** Of which answers a claimer of a channel may be given one: due, and none before it of its ticket is still to be sent. */
export const isClaimable = `
  d.status in ('QUEUED', 'CLAIMED')
  and not exists (select from delivery e
                   where e.workspace_id = d.workspace_id and e.ticket_id = d.ticket_id and e.channel_id = d.channel_id
                     and e.status in ('QUEUED', 'CLAIMED') and e.pos < d.pos)`;

/** An answer that is taken over to be carried out. */
export interface NewDelivery {
  readonly id: string;
  readonly channelId: string;
  readonly ticketId: string;
  /** Its place among the answers of the workspace. */
  readonly pos: number;
  readonly recipients: readonly string[];
  readonly content: OutboundContent;
  /** The Message-ID of a mail, without brackets. */
  readonly mailId: string | null;
  /** From when it may be claimed. */
  readonly claimableAt: string;
  /** The answer that has to come before it can be claimed earlier than that; null when none has. */
  readonly follows: string | null;
}

/** A channel that may come to carry an answer. */
export interface CarrierRow extends ChannelChoice {
  readonly address: string | null;
  /** As they are stored. */
  readonly settings: unknown;
  /** The answered message came by it. */
  readonly answered: boolean;
}

/** An answer's earlier answers on its ticket name themselves so in mails. */
interface EarlierRow {
  readonly mailId: string | null;
  readonly externalId: string | null;
}

/** Answers on their way out, within one transaction of one workspace. */
export class DeliveryStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /**
   * Channels that may carry an answer, oldest first: the one that the answered message came by, the ticket's, and those of
   * these kinds that are switched on; at most 1,000.
   */
  async carriers(
    answersMessageId: string | null,
    ticketChannelId: string | null,
    kinds: readonly string[],
  ): Promise<CarrierRow[]> {
    const { rows } = await this.#tx.query<CarrierRow>({
      name: 'delivery-carriers',
      text: `select c.id, c.kind, c.team_id as "teamId", c.enabled, c.address, c.settings,
                    coalesce(c.id = m.channel_id, false) as answered
               from channel c left join inbound_message m on m.workspace_id = $1 and m.id = $2
              where c.workspace_id = $1
                and (c.id = m.channel_id or c.id = $3 or (c.enabled and c.kind = any($4)))
              order by c.id in (m.channel_id, $3) desc, c.created_at, c.id limit 1000`,
      values: [this.#tx.workspaceId, answersMessageId, ticketChannelId, kinds],
    });
    return rows;
  }

  /** Takes an answer over; one that is there already stays as it is. */
  add(delivery: NewDelivery, nowIso: string): void {
    const content = JSON.stringify(delivery.content);
    const recipients = delivery.recipients.map((address) => ({ address, status: 'QUEUED', error: null }));
    this.#tx.send({
      name: 'delivery-add',
      text: `with added as (
               insert into delivery (workspace_id, id, channel_id, ticket_id, pos, status, recipients, claimable_at,
                                     mail_id, size_bytes, created_at, changed_at, follows)
               values ($1, $2, $3, $4, $5, 'QUEUED', $6, $11, $8, $9, $7, $7, $12)
               on conflict do nothing returning id)
             insert into delivery_content (workspace_id, id, content) select $1, id, $10 from added`,
      values: [
        this.#tx.workspaceId,
        delivery.id,
        delivery.channelId,
        delivery.ticketId,
        delivery.pos,
        JSON.stringify(recipients),
        nowIso,
        delivery.mailId,
        Buffer.byteLength(content),
        content,
        delivery.claimableAt,
        delivery.follows,
      ],
    });
  }

  /**
   * Locks the answers of a channel that may be claimed at this instant, the longest due first; what another claimer is
   * looking at is passed over. None where the channel is not there, switched off, or has another token generation.
   */
  async lockClaimable(
    channelId: string,
    generation: number,
    nowIso: string,
    limit: number,
  ): Promise<Delivery[]> {
    const { rows } = await this.#tx.query<Delivery>({
      name: 'delivery-claimable',
      text: `select ${deliveryColumns} from delivery d
              where d.workspace_id = $1 and d.channel_id = $2 and d.claimable_at <= $4 and ${isClaimable}
                and exists (select from channel c where c.workspace_id = $1 and c.id = $2 and c.enabled
                                                    and c.token_generation = $3)
              order by d.claimable_at, d.pos limit $5
              for update of d skip locked`,
      values: [this.#tx.workspaceId, channelId, generation, nowIso, limit],
    });
    return rows;
  }

  /** Locks one answer, of one channel or of any; null when there is none. */
  async lock(id: string, channelId: string | null): Promise<Delivery | null> {
    const { rows } = await this.#tx.query<Delivery>({
      name: 'delivery-lock',
      text: `select ${deliveryColumns} from delivery d
              where d.workspace_id = $1 and d.id = $2 and ($3::uuid is null or d.channel_id = $3) for update`,
      values: [this.#tx.workspaceId, id, channelId],
    });
    return rows[0] ?? null;
  }

  /** Writes what has become of locked answers. */
  save(deliveries: readonly (DeliveryState & { readonly id: string })[], nowIso: string): void {
    if (deliveries.length === 0) return;
    this.#tx.send({
      name: 'delivery-save',
      text: `update delivery d
                set status = s.status, recipients = s.recipients, attempts = s.attempts, tries = s.tries,
                    claimable_at = s."claimableAt", in_doubt = s."inDoubt", sent_at = s."sentAt",
                    delivered_at = s."deliveredAt", external_id = s."externalId", error = s.error, changed_at = $3
               from jsonb_to_recordset($2::jsonb) as s(
                      id uuid, status text, recipients jsonb, attempts integer, tries integer,
                      "claimableAt" timestamptz, "inDoubt" boolean, "sentAt" timestamptz, "deliveredAt" timestamptz,
                      "externalId" text, error text)
              where d.workspace_id = $1 and d.id = s.id`,
      values: [this.#tx.workspaceId, JSON.stringify(deliveries), nowIso],
    });
  }

  /** By what the ticket's last twenty answers before a place are known to mail programs, oldest first. */
  async earlierMailIds(ticketId: string, pos: number): Promise<string[]> {
    const { rows } = await this.#tx.query<EarlierRow>({
      name: 'delivery-earlier',
      text: `select d.mail_id as "mailId", d.external_id as "externalId" from delivery d
              where d.workspace_id = $1 and d.ticket_id = $2 and d.pos < $3 order by d.pos desc limit 20`,
      values: [this.#tx.workspaceId, ticketId, pos],
    });
    return rows
      .toReversed()
      .filter(({ mailId }) => mailId !== null)
      .flatMap(({ mailId, externalId }) => [mailId, externalId])
      .filter((id): id is string => id?.includes('@') === true);
  }

  /** The answers of a channel that its platform calls by these ids, by that id. */
  async messagesOfExternalIds(
    channelId: string,
    externalIds: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    if (externalIds.length === 0) return new Map();
    const { rows } = await this.#tx.query<{ externalId: string; id: string }>({
      name: 'delivery-by-external-id',
      text: `select d.external_id as "externalId", d.id from delivery d
              where d.workspace_id = $1 and d.channel_id = $2 and d.external_id = any($3)
              order by d.pos desc limit 1000`,
      values: [this.#tx.workspaceId, channelId, externalIds],
    });
    return new Map(rows.map(({ externalId, id }) => [externalId, id]));
  }
}
