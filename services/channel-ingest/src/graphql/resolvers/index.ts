import { DateTime, JSONValue } from '@smart-tickets/kit/scalars';
import type { Resolvers } from '../resolver-types.generated.ts';
import { createUpload } from './mutation/create-upload.ts';
import { ingestEmail, ingestMessage } from './mutation/ingest.ts';
import { retryInbound } from './mutation/retry-inbound.ts';
import { channel, channels } from './query/channels.ts';
import { inboundLedger, inboundMessage, inboundMessages } from './query/inbound-messages.ts';
import { Channel, InboundMessage, Message } from './type/inbound.ts';

/** All resolvers of the intake subgraph. */
export const resolvers: Resolvers = {
  DateTime,
  JSON: JSONValue,
  Query: { channel, channels, inboundLedger, inboundMessage, inboundMessages },
  Mutation: { createUpload, ingestEmail, ingestMessage, retryInbound },
  Channel,
  InboundMessage,
  Message,
};
