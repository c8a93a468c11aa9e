import { DateTime, JSONValue } from '@smart-tickets/kit/scalars';
import type { Resolvers } from '../resolver-types.generated.ts';
import { claimDeliveries } from './mutation/claim-deliveries.ts';
import { createChannel } from './mutation/create-channel.ts';
import { createUpload } from './mutation/create-upload.ts';
import { ingestCall } from './mutation/ingest-call.ts';
import { ingestEmail, ingestMessage } from './mutation/ingest.ts';
import { ingestMessages } from './mutation/ingest-messages.ts';
import { redriveDelivery } from './mutation/redrive-delivery.ts';
import { reportConnector } from './mutation/report-connector.ts';
import { reportDelivery } from './mutation/report-delivery.ts';
import { retryInbound } from './mutation/retry-inbound.ts';
import { rotateChannelToken } from './mutation/rotate-channel-token.ts';
import { updateChannel } from './mutation/update-channel.ts';
import { channel, channels } from './query/channels.ts';
import { deliveries, delivery } from './query/deliveries.ts';
import { inboundLedger, inboundMessage, inboundMessages } from './query/inbound-messages.ts';
import { DeliveriesWaiting, Delivery, OutboundAttachment, Subscription } from './type/delivery.ts';
import { Channel, ChannelHealth, InboundMessage, Message } from './type/inbound.ts';

/** All resolvers of the intake subgraph. */
export const resolvers: Resolvers = {
  DateTime,
  JSON: JSONValue,
  Query: { channel, channels, deliveries, delivery, inboundLedger, inboundMessage, inboundMessages },
  Mutation: {
    claimDeliveries,
    createChannel,
    createUpload,
    ingestCall,
    ingestEmail,
    ingestMessage,
    ingestMessages,
    redriveDelivery,
    reportConnector,
    reportDelivery,
    retryInbound,
    rotateChannelToken,
    updateChannel,
  },
  Subscription,
  Channel,
  ChannelHealth,
  DeliveriesWaiting,
  Delivery,
  InboundMessage,
  Message,
  OutboundAttachment,
};
