import { EntitySchema } from 'typeorm';

/** A channel's row. */
export interface ChannelRow {
  workspaceId: string;
  id: string;
  kind: string;
  name: string;
  address: string | null;
  teamId: string | null;
  enabled: boolean;
  /** Since when it is switched on, if it is. */
  enabledAt: Date;
  tokenGeneration: number;
  /** What was said of its settings; read by `readSettings`. */
  settings: unknown;
  createdAt: Date;
  /** The idempotency key under which it was made, and a hash of what was asked for with it. */
  madeUnder: string | null;
  madeOf: string | null;
}

export const channelSchema = new EntitySchema<ChannelRow>({
  name: 'channel',
  tableName: 'channel',
  columns: {
    workspaceId: {
      name: 'workspace_id',
      type: 'uuid',
      primary: true,
      primaryKeyConstraintName: 'channel_pk',
    },
    id: { type: 'uuid', primary: true, primaryKeyConstraintName: 'channel_pk' },
    kind: { type: 'text' },
    name: { type: 'text' },
    address: { type: 'text', nullable: true },
    teamId: { name: 'team_id', type: 'uuid', nullable: true },
    enabled: { type: 'boolean', default: true },
    enabledAt: { name: 'enabled_at', type: 'timestamptz', precision: 3, default: () => 'now()' },
    tokenGeneration: { name: 'token_generation', type: 'integer', default: 1 },
    settings: { type: 'jsonb', default: {} },
    createdAt: { name: 'created_at', type: 'timestamptz', precision: 3, default: () => 'now()' },
    madeUnder: { name: 'made_under', type: 'text', nullable: true },
    madeOf: { name: 'made_of', type: 'text', nullable: true },
  },
});
