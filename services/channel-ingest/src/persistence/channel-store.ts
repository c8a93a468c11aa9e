import { violatedConstraint, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Channel } from '../domain/channel.ts';
import { readSettings, storedSettings } from '../domain/channel-settings.ts';

/** A channel's columns under field names; `c` is the table's alias. */
export const channelColumns = `
  c.id, c.kind, c.name, c.address, c.team_id as "teamId", c.enabled, c.token_generation as "tokenGeneration",
  c.settings, c.created_at as "createdAt"`;

/** A channel as its row is read. */
export type ReadChannel = Omit<Channel, 'settings'> & { readonly settings: unknown };

/** The channel of a row, with the defaults of its settings. */
export function channelOf(row: ReadChannel): Channel {
  return { ...row, settings: readSettings(row.kind, row.settings) };
}

/** The idempotency key that a channel is made under, and a hash of what is asked for with it. */
export interface MadeUnder {
  readonly key: string;
  readonly hash: string;
}

/** Channels of one workspace, within one transaction. */
export class ChannelStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** How many there are; until the end of the transaction nobody else makes one. */
  async lockCount(): Promise<number> {
    const { workspaceId } = this.#tx;
    this.#tx.send({
      text: 'select pg_advisory_xact_lock(hashtextextended($1, 0))',
      values: [`channels/${workspaceId}`],
    });
    const { rows } = await this.#tx.query<{ many: number }>({
      text: 'select count(*) as many from channel where workspace_id = $1',
      values: [workspaceId],
    });
    return rows[0]?.many ?? 0;
  }

  /** Locks a channel to change it; null when it is not there. */
  async lock(id: string): Promise<Channel | null> {
    const { rows } = await this.#tx.query<ReadChannel>({
      text: `select ${channelColumns} from channel c where c.workspace_id = $1 and c.id = $2 for update`,
      values: [this.#tx.workspaceId, id],
    });
    return rows[0] === undefined ? null : channelOf(rows[0]);
  }

  /** The channel that was made under an idempotency key, and the hash of what was asked for; null when there is none. */
  async madeUnder(key: string): Promise<{ readonly channel: Channel; readonly madeOf: string } | null> {
    const { rows } = await this.#tx.query<ReadChannel & { madeOf: string }>({
      text: `select ${channelColumns}, c.made_of as "madeOf" from channel c
              where c.workspace_id = $1 and c.made_under = $2`,
      values: [this.#tx.workspaceId, key],
    });
    if (rows[0] === undefined) return null;
    const { madeOf, ...row } = rows[0];
    return { channel: channelOf(row), madeOf };
  }

  /** Adds a channel; refused when another one of its kind has its address. The transaction is over then. */
  add(channel: Channel, made: MadeUnder | null): Promise<Result<Channel, 'ADDRESS_TAKEN'>> {
    return this.#write(
      `insert into channel as c (workspace_id, id, kind, name, address, team_id, enabled, token_generation, settings, created_at,
                                 made_under, made_of)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9::jsonb, $10, $11, $12) returning ${channelColumns}`,
      [channel.kind, ...changing(channel), channel.createdAt, made?.key ?? null, made?.hash ?? null],
      channel.id,
    );
  }

  /** Writes a locked channel anew; refused when another one of its kind has its address. The transaction is over then. */
  change(channel: Channel): Promise<Result<Channel, 'ADDRESS_TAKEN'>> {
    return this.#write(
      `update channel c
          set name = $3, address = $4, team_id = $5, enabled = $6, token_generation = $7, settings = $8::jsonb,
              enabled_at = case when $6 and not c.enabled then now() else c.enabled_at end
        where c.workspace_id = $1 and c.id = $2 returning ${channelColumns}`,
      changing(channel),
      channel.id,
    );
  }

  async #write(text: string, values: unknown[], id: string): Promise<Result<Channel, 'ADDRESS_TAKEN'>> {
    try {
      const { rows } = await this.#tx.query<ReadChannel>({
        text,
        values: [this.#tx.workspaceId, id, ...values],
      });
      if (rows[0] === undefined) throw new Error(`the channel ${id} was not written`);
      return ok(channelOf(rows[0]));
    } catch (error) {
      if (violatedConstraint(error) === 'channel_address') return err('ADDRESS_TAKEN');
      throw error;
    }
  }
}

function changing(channel: Channel): unknown[] {
  return [
    channel.name,
    channel.address,
    channel.teamId,
    channel.enabled,
    channel.tokenGeneration,
    JSON.stringify(storedSettings(channel.kind, channel.settings)),
  ];
}
