import type { ChannelKind } from '@smart-tickets/contracts';
import type { ChannelSettings } from './channel-settings.ts';

/** A way in for messages, as connectors know it. */
export interface Channel {
  readonly id: string;
  readonly kind: ChannelKind;
  readonly name: string;
  readonly address: string | null;
  readonly teamId: string | null;
  readonly enabled: boolean;
  /** Tokens of earlier generations no longer count. */
  readonly tokenGeneration: number;
  readonly settings: ChannelSettings;
  readonly createdAt: string;
}

/** What is looked at of a channel before something is taken in by its token. */
export type ChannelGate = Pick<Channel, 'id' | 'kind' | 'enabled' | 'tokenGeneration'>;
