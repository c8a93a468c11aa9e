import type { ChannelKind } from '@smart-tickets/contracts';

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
  readonly createdAt: string;
}
