import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { Inbound1763800000000 } from './1763800000000-inbound.ts';
import { Attachments1763900000000 } from './1763900000000-attachments.ts';
import { Erasure1763900310000 } from './1763900310000-erasure.ts';
import { Deliveries1764000000000 } from './1764000000000-deliveries.ts';
import { Envelope1764000010000 } from './1764000010000-envelope.ts';
import { Channels1764000020000 } from './1764000020000-channels.ts';
import { HandOver1764000600000 } from './1764000600000-hand-over.ts';
import { People1764000700000 } from './1764000700000-people.ts';
import { AnswerOrder1764000610000 } from './1764000610000-answer-order.ts';
import { Ledger1764000800000 } from './1764000800000-ledger.ts';
import { Connectors1764000810000 } from './1764000810000-connectors.ts';
import { Listening1764000820000 } from './1764000820000-listening.ts';
import { Retention1764000900000 } from './1764000900000-retention.ts';
import { ChannelKeys1764000910000 } from './1764000910000-channel-keys.ts';

/** The intake database's migrations, oldest first. */
export const migrations: readonly MigrationClass[] = [
  Inbound1763800000000,
  Attachments1763900000000,
  Erasure1763900310000,
  Deliveries1764000000000,
  Envelope1764000010000,
  Channels1764000020000,
  HandOver1764000600000,
  AnswerOrder1764000610000,
  People1764000700000,
  Ledger1764000800000,
  Connectors1764000810000,
  Listening1764000820000,
  Retention1764000900000,
  ChannelKeys1764000910000,
];
