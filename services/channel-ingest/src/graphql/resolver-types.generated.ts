import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Channel as ChannelRow } from '../domain/channel.ts';
import type { ChannelHealth as ChannelHealthRow } from '../persistence/channel-health.ts';
import type { InboundMessageView as InboundMessageViewRow, MessageReference as MessageReferenceRow, Reference as TicketReferenceRow, Reference as TeamReferenceRow } from './message-reference.ts';
import type { Delivery as DeliveryRow, OutboundContent as OutboundContentRow } from '../domain/delivery.ts';
import type { Attachment as AttachmentRow } from '@smart-tickets/contracts';
import type { WaitingDeliveries as WaitingDeliveriesRow } from '../use-cases/delivery-feed.ts';
import type { Context as ContextRow } from './context.ts';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
export type Omit<T, K extends keyof T> = Pick<T, Exclude<keyof T, K>>;
export type RequireFields<T, K extends keyof T> = Omit<T, K> & { [P in K]-?: NonNullable<T[P]> };
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  DateTime: { input: string; output: string; }
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: unknown; output: unknown; }
};

export type ChannelKind =
  | 'EMAIL'
  | 'CHAT'
  | 'PHONE'
  | 'FACEBOOK'
  | 'TWITTER'
  | 'WEB_FORM'
  | 'INTERNAL'
  | 'API';

/** A way in and out: one mailbox, one phone line, one page, one form, one chat widget. */
export type Channel = {
  __typename?: 'Channel';
  id: Scalars['ID']['output'];
  kind: ChannelKind;
  name: Scalars['String']['output'];
  /** The mailbox address, phone number or page id that customers write to. */
  address: Maybe<Scalars['String']['output']>;
  team: Maybe<Team>;
  enabled: Scalars['Boolean']['output'];
  /**
   * All settings that the kind of channel has, with their defaults where nothing else was said. Agents see signature, fromName
   * and plusAddressing, all others none of them.
   */
  settings: Scalars['JSON']['output'];
  /** Admins, agents and the channel's own connector. */
  health: ChannelHealth;
  createdAt: Scalars['DateTime']['output'];
};

/** How the channel does; "today" is the workspace's day. */
export type ChannelHealth = {
  __typename?: 'ChannelHealth';
  lastReceivedAt: Maybe<Scalars['DateTime']['output']>;
  /** When an answer was last taken by the mail server or platform. */
  lastDeliveredAt: Maybe<Scalars['DateTime']['output']>;
  receivedToday: Scalars['Int']['output'];
  /** Messages that became dead letters today, and answers that failed or bounced today. */
  failedToday: Scalars['Int']['output'];
  /** Answers that wait to be claimed, sent or tried again. */
  pendingDeliveries: Scalars['Int']['output'];
  /** Received messages that could not be processed, and answers that could not be delivered. */
  deadLetters: Scalars['Int']['output'];
  /** Whether what stands between the channel and its mail server or platform works. */
  connector: ConnectorHealth;
};

/** What a channel's connector says of itself by reportConnector. */
export type ConnectorHealth = {
  __typename?: 'ConnectorHealth';
  state: ConnectorState;
  /** Since when it is so; null for UNKNOWN. */
  since: Maybe<Scalars['DateTime']['output']>;
  lastSeenAt: Maybe<Scalars['DateTime']['output']>;
  /** Why it could not do its work when it was last seen. */
  error: Maybe<Scalars['String']['output']>;
};

export type ConnectorState =
  /** It has never reported. */
  | 'UNKNOWN'
  | 'OK'
  /** It says that it cannot do its work: its mail server cannot be reached, say. */
  | 'FAILING'
  /** It has not reported for a quarter of an hour. */
  | 'SILENT';

export type Agent = {
  __typename?: 'Agent';
  id: Scalars['ID']['output'];
};

export type Team = {
  __typename?: 'Team';
  id: Scalars['ID']['output'];
  viewerIsMember: Scalars['Boolean']['output'];
};

/** Whoever is on it is known to the subgraphs that own tickets and teams; who may see what came in raw depends on it. */
export type Ticket = {
  __typename?: 'Ticket';
  id: Scalars['ID']['output'];
  assignee: Maybe<Agent>;
  team: Maybe<Team>;
  mergedInto: Maybe<Ticket>;
};

export type Message = {
  __typename?: 'Message';
  id: Scalars['ID']['output'];
  ticket: Ticket;
  /** What became of an answer on its way out; null for what came in. */
  delivery: Maybe<Delivery>;
  /**
   * What came in, as it came in; null for what goes out. For admins, the team that the ticket is assigned to, and its assignee;
   * null for others.
   */
  source: Maybe<InboundMessage>;
};

/** Something received, kept exactly as received until it is on a ticket, and after that for the retention time. */
export type InboundMessage = {
  __typename?: 'InboundMessage';
  id: Scalars['ID']['output'];
  channel: Channel;
  externalId: Scalars['String']['output'];
  status: InboundStatus;
  ticket: Maybe<Ticket>;
  /** Why it was put where it is: threaded, held, doubled or failed, in words. */
  reason: Maybe<Scalars['String']['output']>;
  receivedAt: Scalars['DateTime']['output'];
  processedAt: Maybe<Scalars['DateTime']['output']>;
  attempts: Scalars['Int']['output'];
  /**
   * Headers of a mail by lower-case name, each a list of values; null for what is no mail, and after the retention time. For admins;
   * for all agents of what is held or has failed; and as `Message.source` for whoever sees that. Null for others.
   */
  headers: Maybe<Scalars['JSON']['output']>;
  sizeBytes: Scalars['Int']['output'];
};

export type InboundStatus =
  /** Stored; its turn comes. */
  | 'RECEIVED'
  | 'ON_TICKET'
  /** The same mail as one before that came another way: nothing was done twice. */
  | 'DUPLICATE'
  /** Kept, but no ticket was opened: nobody to answer, or not a readable message. */
  | 'HELD'
  /** Could not be processed after all attempts; kept for an agent to retry. */
  | 'DEAD_LETTER';

/** An answer on its way to the customer. It has the id of its message. */
export type Delivery = {
  __typename?: 'Delivery';
  id: Scalars['ID']['output'];
  channel: Channel;
  ticket: Ticket;
  message: Message;
  to: Array<Scalars['String']['output']>;
  status: DeliveryStatus;
  /** How often it was claimed. */
  attempts: Scalars['Int']['output'];
  nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
  /** Until when whoever claimed it may report; then it goes back to the queue. */
  leasedUntil: Maybe<Scalars['DateTime']['output']>;
  /**
   * True when an earlier claim ended without a word of its connector. It may have been sent: whoever claims it looks first
   * whether the mail server or platform has it already, by its Message-ID, and then reports SENT without sending.
   */
  inDoubt: Scalars['Boolean']['output'];
  sentAt: Maybe<Scalars['DateTime']['output']>;
  deliveredAt: Maybe<Scalars['DateTime']['output']>;
  /** What the platform calls it, as its connector has reported. */
  externalId: Maybe<Scalars['String']['output']>;
  error: Maybe<Scalars['String']['output']>;
  /** What became of it for each recipient. */
  recipients: Array<DeliveryRecipient>;
  /** What the connector sends: text, html, headers (Message-ID, In-Reply-To, References), attachments. */
  content: OutboundContent;
  createdAt: Scalars['DateTime']['output'];
};

export type DeliveryRecipient = {
  __typename?: 'DeliveryRecipient';
  address: Scalars['String']['output'];
  status: DeliveryStatus;
  error: Maybe<Scalars['String']['output']>;
};

export type DeliveryStatus =
  /** Waits to be claimed, for the first time or again. */
  | 'QUEUED'
  /** A connector has it. */
  | 'CLAIMED'
  /** The mail server or platform has taken it. */
  | 'SENT'
  /** It has reached the recipient's mailbox or device. */
  | 'DELIVERED'
  /** The recipient has opened it. */
  | 'READ'
  /** It could not be sent, and nothing tries any more; redriveDelivery tries again. */
  | 'FAILED'
  /** It was sent and came back. */
  | 'BOUNCED';

export type OutboundContent = {
  __typename?: 'OutboundContent';
  subject: Maybe<Scalars['String']['output']>;
  text: Scalars['String']['output'];
  html: Maybe<Scalars['String']['output']>;
  /** Header name to value, for mails; unfolded. */
  headers: Scalars['JSON']['output'];
  attachments: Array<OutboundAttachment>;
  /** The platform's own conversation id, as it was handed in. */
  threadKey: Maybe<Scalars['String']['output']>;
};

export type OutboundAttachment = {
  __typename?: 'OutboundAttachment';
  fileName: Scalars['String']['output'];
  mediaType: Scalars['String']['output'];
  sizeBytes: Scalars['Int']['output'];
  /** A signed link to the bytes; it needs no bearer token. */
  url: Scalars['String']['output'];
  /** The Content-ID of an image that the HTML shows; null for plain attachments. */
  contentId: Maybe<Scalars['String']['output']>;
};

export type DeliveryConnection = {
  __typename?: 'DeliveryConnection';
  edges: Array<DeliveryEdge>;
  nodes: Array<Delivery>;
  pageInfo: PageInfo;
};

export type DeliveryEdge = {
  __typename?: 'DeliveryEdge';
  cursor: Scalars['String']['output'];
  node: Delivery;
};

export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
  endCursor: Maybe<Scalars['String']['output']>;
};

export type InboundMessageConnection = {
  __typename?: 'InboundMessageConnection';
  edges: Array<InboundMessageEdge>;
  nodes: Array<InboundMessage>;
  pageInfo: PageInfo;
};

export type InboundMessageEdge = {
  __typename?: 'InboundMessageEdge';
  cursor: Scalars['String']['output'];
  node: InboundMessage;
};

/** How many received messages are in which state; the counts add up to `received`, which is counted apart from them. */
export type InboundLedger = {
  __typename?: 'InboundLedger';
  received: Scalars['Int']['output'];
  /**
   * Received messages of which nothing is left but that they were received: 0 unless rows of the database were lost. They are
   * logged as an error, and stored again when they are handed in again.
   */
  missing: Scalars['Int']['output'];
  inWork: Scalars['Int']['output'];
  onTicket: Scalars['Int']['output'];
  duplicate: Scalars['Int']['output'];
  held: Scalars['Int']['output'];
  deadLetter: Scalars['Int']['output'];
};

export type Query = {
  __typename?: 'Query';
  channel: Maybe<Channel>;
  channels: Array<Channel>;
  /** Newest first; 25 unless told otherwise, 100 at most. A connector sees its own channel only. */
  inboundMessages: InboundMessageConnection;
  inboundMessage: Maybe<InboundMessage>;
  inboundLedger: InboundLedger;
  delivery: Maybe<Delivery>;
  /** Newest first; 25 unless told otherwise, 100 at most. A connector sees its own channel only. */
  deliveries: DeliveryConnection;
};


export type QueryChannelArgs = {
  id: Scalars['ID']['input'];
};


export type QueryInboundMessagesArgs = {
  channelId: InputMaybe<Scalars['ID']['input']>;
  status: InputMaybe<Array<InboundStatus>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};


export type QueryInboundMessageArgs = {
  id: Scalars['ID']['input'];
};


export type QueryInboundLedgerArgs = {
  channelId: InputMaybe<Scalars['ID']['input']>;
};


export type QueryDeliveryArgs = {
  id: Scalars['ID']['input'];
};


export type QueryDeliveriesArgs = {
  channelId: InputMaybe<Scalars['ID']['input']>;
  status: InputMaybe<Array<DeliveryStatus>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};

export type UserError = {
  __typename?: 'UserError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  field: Maybe<Array<Scalars['String']['output']>>;
};

export type UserErrorCode =
  | 'NOT_FOUND'
  | 'INVALID'
  | 'CONFLICT'
  | 'FORBIDDEN'
  | 'LIMIT_EXCEEDED'
  | 'NOT_ALLOWED_IN_STATUS'
  | 'DUPLICATE';

export type Mutation = {
  __typename?: 'Mutation';
  /**
   * For connectors: hands in one message. It returns once the message is stored for good; threading, routing and
   * indexing follow. A repeat with the same channel and externalId returns the first result, however often and late.
   */
  ingestMessage: IngestMessagePayload;
  /**
   * 1 to 100 at once, in their order, each standing for itself: for imports and busy connectors. The payloads are in the order
   * of the messages.
   */
  ingestMessages: Array<IngestMessagePayload>;
  /** A whole RFC 5322 mail as received; parsed here: charset, MIME parts, threading headers, automatic mail. */
  ingestEmail: IngestMessagePayload;
  /**
   * A call ringing, answered, missed, or ended; on phone lines only. A call has one event of each kind, and they may come in
   * any order: all of them are put on the call's ticket.
   */
  ingestCall: IngestMessagePayload;
  /**
   * For connectors, every five minutes or more often: that it works, or why it does not. One that fails for five minutes, or has once
   * reported and then says nothing for a quarter of an hour, is an outage, which the log and a metric tell.
   */
  reportConnector: ChannelPayload;
  /** Delivery receipts, bounces and read marks of the connector's channel. Repeating a report changes nothing. */
  reportDelivery: DeliveryPayload;
  /**
   * Takes up to `max` (1 to 100) queued answers of the connector's channel for `leaseSeconds` (5 to 3,600), the oldest
   * first, of one ticket one after the other; unreported ones go back to the queue.
   */
  claimDeliveries: Array<Delivery>;
  /** Tries an answer again that has failed or bounced. Agents and admins. */
  redriveDelivery: DeliveryPayload;
  /**
   * Announces a file of at most 25 MiB. Its bytes are handed in by an HTTP PUT to uploadUrl within two hours; then the
   * attachmentId can be put into messages for a day, by whoever announced it.
   */
  createUpload: CreateUploadPayload;
  /** Tries a held or failed message again. */
  retryInbound: IngestMessagePayload;
  /** A workspace has at most 200 channels, and of each kind one with an address. Admins only. */
  createChannel: ChannelCredentialsPayload;
  /** Admins only. While a channel is switched off, nothing is taken in or goes out by it. */
  updateChannel: ChannelPayload;
  /** Gives a new token and ends all earlier ones at once. Admins only. */
  rotateChannelToken: ChannelCredentialsPayload;
};


export type MutationIngestMessageArgs = {
  input: IngestMessageInput;
};


export type MutationIngestMessagesArgs = {
  input: Array<IngestMessageInput>;
};


export type MutationIngestEmailArgs = {
  input: IngestEmailInput;
};


export type MutationIngestCallArgs = {
  input: IngestCallInput;
};


export type MutationReportConnectorArgs = {
  input: ReportConnectorInput;
};


export type MutationReportDeliveryArgs = {
  input: ReportDeliveryInput;
};


export type MutationClaimDeliveriesArgs = {
  max?: Scalars['Int']['input'];
  leaseSeconds?: Scalars['Int']['input'];
};


export type MutationRedriveDeliveryArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


export type MutationRetryInboundArgs = {
  id: Scalars['ID']['input'];
};


export type MutationCreateChannelArgs = {
  input: CreateChannelInput;
};


export type MutationUpdateChannelArgs = {
  input: UpdateChannelInput;
};


export type MutationRotateChannelTokenArgs = {
  id: Scalars['ID']['input'];
};

export type IngestMessageInput = {
  /** Unique within the channel: the platform's own message id. */
  externalId: Scalars['String']['input'];
  /** The platform's own conversation id: messages that share it belong to one ticket while it is not closed. */
  threadId?: InputMaybe<Scalars['String']['input']>;
  from: IngestAuthorInput;
  subject?: InputMaybe<Scalars['String']['input']>;
  text?: InputMaybe<Scalars['String']['input']>;
  html?: InputMaybe<Scalars['String']['input']>;
  /** Ids of up to 100 uploads of this connector whose bytes have been handed in. */
  attachmentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  sentAt?: InputMaybe<Scalars['DateTime']['input']>;
  /** Values of custom fields for the ticket that it opens, by key; what does not fit its field is left out. */
  fields?: InputMaybe<Scalars['JSON']['input']>;
  /** True when an agent wrote it outside (in the mail client or the page's inbox). */
  fromAgent?: InputMaybe<Scalars['Boolean']['input']>;
};

/** At least one field besides the name. */
export type IngestAuthorInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  email?: InputMaybe<Scalars['String']['input']>;
  phone?: InputMaybe<Scalars['String']['input']>;
  facebookId?: InputMaybe<Scalars['String']['input']>;
  twitterId?: InputMaybe<Scalars['String']['input']>;
  chatVisitorId?: InputMaybe<Scalars['String']['input']>;
  externalId?: InputMaybe<Scalars['String']['input']>;
};

/**
 * raw is base64 of the whole mail, at most 35 MiB before encoding. Of a larger one hand in the beginning, with sizeBytes: it
 * is HELD as OVERSIZED with its first 256 KiB, so that it is seen, and the connector is done with it.
 */
export type IngestEmailInput = {
  raw: Scalars['String']['input'];
  /** How large the whole mail is, in bytes; needed only where raw is its beginning. */
  sizeBytes?: InputMaybe<Scalars['Int']['input']>;
  /** MAIL FROM of the envelope; empty for delivery reports. */
  envelopeFrom?: InputMaybe<Scalars['String']['input']>;
  /** RCPT TO of the envelope: at most 100, of which tokens are read. */
  envelopeTo?: InputMaybe<Array<Scalars['String']['input']>>;
  /** Address of the machine that brought the mail by SMTP, by which SPF is checked where the intake checks senders by DNS. */
  clientIp?: InputMaybe<Scalars['String']['input']>;
  /** How that machine introduced itself (EHLO). */
  helo?: InputMaybe<Scalars['String']['input']>;
  receivedAt?: InputMaybe<Scalars['DateTime']['input']>;
};

export type IngestCallInput = {
  /** The call's own id: all events of one call share it. */
  externalId: Scalars['String']['input'];
  /** The caller's number; empty, or a word such as anonymous, when it is withheld. */
  from: Scalars['String']['input'];
  to: Scalars['String']['input'];
  event: CallEvent;
  /** Who answered it. */
  agentId?: InputMaybe<Scalars['ID']['input']>;
  durationSeconds?: InputMaybe<Scalars['Int']['input']>;
  /** By https. */
  recordingUrl?: InputMaybe<Scalars['String']['input']>;
  transcript?: InputMaybe<Scalars['String']['input']>;
  at: Scalars['DateTime']['input'];
};

export type CallEvent =
  | 'RINGING'
  | 'ANSWERED'
  | 'MISSED'
  | 'VOICEMAIL'
  | 'ENDED';

export type ReportConnectorInput = {
  /** Why it cannot do its work; left out while it can. At most 2,000 characters are kept. */
  error?: InputMaybe<Scalars['String']['input']>;
};

export type ReportDeliveryInput = {
  deliveryId: Scalars['ID']['input'];
  /** SENT, DELIVERED, READ, FAILED or BOUNCED. */
  status: DeliveryStatus;
  /** What the platform calls the message, such as a Message-ID that a mail provider has put in place of ours. */
  externalId?: InputMaybe<Scalars['String']['input']>;
  /** At most 2,000 characters are kept. */
  error?: InputMaybe<Scalars['String']['input']>;
  /** Of a failure: true when trying again is of no use, as after a 5xx of a mail server. */
  permanent?: InputMaybe<Scalars['Boolean']['input']>;
};

export type CreateChannelInput = {
  /**
   * Any string unique to the attempt: a repeat with the same input returns the channel that was made, with a token of its present
   * generation; with other input it is refused.
   */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  kind: ChannelKind;
  name: Scalars['String']['input'];
  address?: InputMaybe<Scalars['String']['input']>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
  /**
   * By kind: signature and template (Liquid, by language, with default for all others); for mailboxes and forms fromName and
   * plusAddressing; for mailboxes mailServer (whose Authentication-Results count), strangers (NEW_TICKET or JOIN),
   * copies (ONE_TICKET, or OWN_TICKET for a linked ticket of its own of each mail that other mailboxes have had, too) and
   * agentForwards (QUOTED_SENDER, or AS_IS where what agents forward is their own).
   */
  settings?: InputMaybe<Scalars['JSON']['input']>;
};

/** What is left out stays as it is; settings are merged, and null takes one back to its default. */
export type UpdateChannelInput = {
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  address?: InputMaybe<Scalars['String']['input']>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
  settings?: InputMaybe<Scalars['JSON']['input']>;
};

export type CreateUploadInput = {
  /** Folders, control characters and the like are taken off; 200 characters are kept. */
  fileName: Scalars['String']['input'];
  /** Without parameters; what is no media type counts as application/octet-stream. */
  mediaType: Scalars['String']['input'];
  sizeBytes: Scalars['Int']['input'];
  /** SHA-256 of the bytes: 64 hexadecimal digits. */
  sha256: Scalars['String']['input'];
};

export type CreateUploadPayload = {
  __typename?: 'CreateUploadPayload';
  attachmentId: Maybe<Scalars['ID']['output']>;
  /** Absolute, or relative to the gateway's root. It needs no bearer token. */
  uploadUrl: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type IngestMessagePayload = {
  __typename?: 'IngestMessagePayload';
  inboundMessage: Maybe<InboundMessage>;
  /** True when this very message had been handed in before. */
  duplicate: Scalars['Boolean']['output'];
  userErrors: Array<UserError>;
};

export type DeliveryPayload = {
  __typename?: 'DeliveryPayload';
  delivery: Maybe<Delivery>;
  userErrors: Array<UserError>;
};

export type ChannelPayload = {
  __typename?: 'ChannelPayload';
  channel: Maybe<Channel>;
  userErrors: Array<UserError>;
};

/** The token is shown this once. */
export type ChannelCredentialsPayload = {
  __typename?: 'ChannelCredentialsPayload';
  channel: Maybe<Channel>;
  token: Maybe<Scalars['String']['output']>;
  userErrors: Array<UserError>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /** For connectors: how many answers of the connector's own channel wait to be claimed; now, and whenever there are more. */
  deliveriesWaiting: DeliveriesWaiting;
};

export type DeliveriesWaiting = {
  __typename?: 'DeliveriesWaiting';
  channel: Channel;
  /** At most 10,000 are counted. */
  count: Scalars['Int']['output'];
};



export type ResolverTypeWrapper<T> = Promise<T> | T;

export type ReferenceResolver<TResult, TReference, TContext> = (
      reference: TReference,
      context: TContext,
      info: GraphQLResolveInfo
    ) => Promise<TResult> | TResult;

      type ScalarCheck<T, S> = S extends true ? T : NullableCheck<T, S>;
      type NullableCheck<T, S> = Maybe<T> extends T ? Maybe<ListCheck<NonNullable<T>, S>> : ListCheck<T, S>;
      type ListCheck<T, S> = T extends (infer U)[] ? NullableCheck<U, S>[] : GraphQLRecursivePick<T, S>;
      export type GraphQLRecursivePick<T, S> = { [K in keyof T & keyof S]: ScalarCheck<T[K], S[K]> };
    

export type ResolverWithResolve<TResult, TParent, TContext, TArgs> = {
  resolve: ResolverFn<TResult, TParent, TContext, TArgs>;
};
export type Resolver<TResult, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = ResolverFn<TResult, TParent, TContext, TArgs> | ResolverWithResolve<TResult, TParent, TContext, TArgs>;

export type ResolverFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => Promise<TResult> | TResult;

export type SubscriptionSubscribeFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => AsyncIterable<TResult> | Promise<AsyncIterable<TResult>>;

export type SubscriptionResolveFn<TResult, TParent, TContext, TArgs> = (
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

export interface SubscriptionSubscriberObject<TResult, TKey extends string, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<{ [key in TKey]: TResult }, TParent, TContext, TArgs>;
  resolve?: SubscriptionResolveFn<TResult, { [key in TKey]: TResult }, TContext, TArgs>;
}

export interface SubscriptionResolverObject<TResult, TParent, TContext, TArgs> {
  subscribe: SubscriptionSubscribeFn<any, TParent, TContext, TArgs>;
  resolve: SubscriptionResolveFn<TResult, any, TContext, TArgs>;
}

export type SubscriptionObject<TResult, TKey extends string, TParent, TContext, TArgs> =
  | SubscriptionSubscriberObject<TResult, TKey, TParent, TContext, TArgs>
  | SubscriptionResolverObject<TResult, TParent, TContext, TArgs>;

export type SubscriptionResolver<TResult, TKey extends string, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> =
  | ((...args: any[]) => SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>)
  | SubscriptionObject<TResult, TKey, TParent, TContext, TArgs>;

export type TypeResolveFn<TTypes, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (
  parent: TParent,
  context: TContext,
  info: GraphQLResolveInfo
) => Maybe<TTypes> | Promise<Maybe<TTypes>>;

export type IsTypeOfResolverFn<T = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>> = (obj: T, context: TContext, info: GraphQLResolveInfo) => boolean | Promise<boolean>;

export type NextResolverFn<T> = () => Promise<T>;

export type DirectiveResolverFn<TResult = Record<PropertyKey, never>, TParent = Record<PropertyKey, never>, TContext = Record<PropertyKey, never>, TArgs = Record<PropertyKey, never>> = (
  next: NextResolverFn<TResult>,
  parent: TParent,
  args: TArgs,
  context: TContext,
  info: GraphQLResolveInfo
) => TResult | Promise<TResult>;

/** Mapping of federation types */
export type FederationTypes = {
  Channel: Channel;
  Message: Message;
  InboundMessage: InboundMessage;
  Delivery: Delivery;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Channel:
    ( { __typename: 'Channel' }
    & GraphQLRecursivePick<FederationTypes['Channel'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}>
    & ( Record<PropertyKey, never>
        | GraphQLRecursivePick<FederationTypes['Message'], {"ticket":{"assignee":{"id":true},"team":{"viewerIsMember":true},"mergedInto":{"assignee":{"id":true},"team":{"viewerIsMember":true}}}}> ) );
  InboundMessage:
    ( { __typename: 'InboundMessage' }
    & GraphQLRecursivePick<FederationTypes['InboundMessage'], {"id":true}> );
  Delivery:
    ( { __typename: 'Delivery' }
    & GraphQLRecursivePick<FederationTypes['Delivery'], {"id":true}> );
};



/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  ChannelKind: ChannelKind;
  Channel: ResolverTypeWrapper<ChannelRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  ChannelHealth: ResolverTypeWrapper<ChannelHealthRow>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  ConnectorHealth: ResolverTypeWrapper<ConnectorHealth>;
  ConnectorState: ConnectorState;
  Agent: ResolverTypeWrapper<Agent>;
  Team: ResolverTypeWrapper<TeamReferenceRow>;
  Ticket: ResolverTypeWrapper<TicketReferenceRow>;
  Message: ResolverTypeWrapper<MessageReferenceRow>;
  InboundMessage: ResolverTypeWrapper<InboundMessageViewRow>;
  InboundStatus: InboundStatus;
  Delivery: ResolverTypeWrapper<DeliveryRow>;
  DeliveryRecipient: ResolverTypeWrapper<DeliveryRecipient>;
  DeliveryStatus: DeliveryStatus;
  OutboundContent: ResolverTypeWrapper<OutboundContentRow>;
  OutboundAttachment: ResolverTypeWrapper<AttachmentRow>;
  DeliveryConnection: ResolverTypeWrapper<Omit<DeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['DeliveryEdge']>, nodes: Array<ResolversTypes['Delivery']> }>;
  DeliveryEdge: ResolverTypeWrapper<Omit<DeliveryEdge, 'node'> & { node: ResolversTypes['Delivery'] }>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  InboundMessageConnection: ResolverTypeWrapper<Omit<InboundMessageConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['InboundMessageEdge']>, nodes: Array<ResolversTypes['InboundMessage']> }>;
  InboundMessageEdge: ResolverTypeWrapper<Omit<InboundMessageEdge, 'node'> & { node: ResolversTypes['InboundMessage'] }>;
  InboundLedger: ResolverTypeWrapper<InboundLedger>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  IngestMessageInput: IngestMessageInput;
  IngestAuthorInput: IngestAuthorInput;
  IngestEmailInput: IngestEmailInput;
  IngestCallInput: IngestCallInput;
  CallEvent: CallEvent;
  ReportConnectorInput: ReportConnectorInput;
  ReportDeliveryInput: ReportDeliveryInput;
  CreateChannelInput: CreateChannelInput;
  UpdateChannelInput: UpdateChannelInput;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: ResolverTypeWrapper<CreateUploadPayload>;
  IngestMessagePayload: ResolverTypeWrapper<Omit<IngestMessagePayload, 'inboundMessage'> & { inboundMessage?: Maybe<ResolversTypes['InboundMessage']> }>;
  DeliveryPayload: ResolverTypeWrapper<Omit<DeliveryPayload, 'delivery'> & { delivery?: Maybe<ResolversTypes['Delivery']> }>;
  ChannelPayload: ResolverTypeWrapper<Omit<ChannelPayload, 'channel'> & { channel?: Maybe<ResolversTypes['Channel']> }>;
  ChannelCredentialsPayload: ResolverTypeWrapper<Omit<ChannelCredentialsPayload, 'channel'> & { channel?: Maybe<ResolversTypes['Channel']> }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  DeliveriesWaiting: ResolverTypeWrapper<WaitingDeliveriesRow>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Channel: ChannelRow;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  ChannelHealth: ChannelHealthRow;
  Int: Scalars['Int']['output'];
  ConnectorHealth: ConnectorHealth;
  Agent: Agent;
  Team: TeamReferenceRow;
  Ticket: TicketReferenceRow;
  Message: MessageReferenceRow;
  InboundMessage: InboundMessageViewRow;
  Delivery: DeliveryRow;
  DeliveryRecipient: DeliveryRecipient;
  OutboundContent: OutboundContentRow;
  OutboundAttachment: AttachmentRow;
  DeliveryConnection: Omit<DeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['DeliveryEdge']>, nodes: Array<ResolversParentTypes['Delivery']> };
  DeliveryEdge: Omit<DeliveryEdge, 'node'> & { node: ResolversParentTypes['Delivery'] };
  PageInfo: PageInfo;
  InboundMessageConnection: Omit<InboundMessageConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['InboundMessageEdge']>, nodes: Array<ResolversParentTypes['InboundMessage']> };
  InboundMessageEdge: Omit<InboundMessageEdge, 'node'> & { node: ResolversParentTypes['InboundMessage'] };
  InboundLedger: InboundLedger;
  Query: Record<PropertyKey, never>;
  UserError: UserError;
  Mutation: Record<PropertyKey, never>;
  IngestMessageInput: IngestMessageInput;
  IngestAuthorInput: IngestAuthorInput;
  IngestEmailInput: IngestEmailInput;
  IngestCallInput: IngestCallInput;
  ReportConnectorInput: ReportConnectorInput;
  ReportDeliveryInput: ReportDeliveryInput;
  CreateChannelInput: CreateChannelInput;
  UpdateChannelInput: UpdateChannelInput;
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: CreateUploadPayload;
  IngestMessagePayload: Omit<IngestMessagePayload, 'inboundMessage'> & { inboundMessage?: Maybe<ResolversParentTypes['InboundMessage']> };
  DeliveryPayload: Omit<DeliveryPayload, 'delivery'> & { delivery?: Maybe<ResolversParentTypes['Delivery']> };
  ChannelPayload: Omit<ChannelPayload, 'channel'> & { channel?: Maybe<ResolversParentTypes['Channel']> };
  ChannelCredentialsPayload: Omit<ChannelCredentialsPayload, 'channel'> & { channel?: Maybe<ResolversParentTypes['Channel']> };
  Subscription: Record<PropertyKey, never>;
  DeliveriesWaiting: WaitingDeliveriesRow;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type ChannelResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Channel'] = ResolversParentTypes['Channel'], FederationReferenceType extends FederationReferenceTypes['Channel'] = FederationReferenceTypes['Channel']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Channel']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['ChannelKind'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  address?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  team?: Resolver<Maybe<ResolversTypes['Team']>, ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  settings?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  health?: Resolver<ResolversTypes['ChannelHealth'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type ChannelHealthResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ChannelHealth'] = ResolversParentTypes['ChannelHealth']> = {
  lastReceivedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastDeliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  receivedToday?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  failedToday?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  pendingDeliveries?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deadLetters?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  connector?: Resolver<ResolversTypes['ConnectorHealth'], ParentType, ContextType>;
};

export type ConnectorHealthResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ConnectorHealth'] = ResolversParentTypes['ConnectorHealth']> = {
  state?: Resolver<ResolversTypes['ConnectorState'], ParentType, ContextType>;
  since?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  lastSeenAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AgentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type TeamResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Team'] = ResolversParentTypes['Team']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type TicketResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Ticket'] = ResolversParentTypes['Ticket']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type MessageResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message'], FederationReferenceType extends FederationReferenceTypes['Message'] = FederationReferenceTypes['Message']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Message']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  source?: Resolver<Maybe<ResolversTypes['InboundMessage']>, ParentType, ContextType>;
};

export type InboundMessageResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['InboundMessage'] = ResolversParentTypes['InboundMessage'], FederationReferenceType extends FederationReferenceTypes['InboundMessage'] = FederationReferenceTypes['InboundMessage']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['InboundMessage']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  externalId?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['InboundStatus'], ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  receivedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  processedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  headers?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type DeliveryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Delivery'] = ResolversParentTypes['Delivery'], FederationReferenceType extends FederationReferenceTypes['Delivery'] = FederationReferenceTypes['Delivery']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Delivery']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['Message'], ParentType, ContextType>;
  to?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  attempts?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  leasedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  inDoubt?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  sentAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  deliveredAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  externalId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  recipients?: Resolver<Array<ResolversTypes['DeliveryRecipient']>, ParentType, ContextType>;
  content?: Resolver<ResolversTypes['OutboundContent'], ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type DeliveryRecipientResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['DeliveryRecipient'] = ResolversParentTypes['DeliveryRecipient']> = {
  address?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['DeliveryStatus'], ParentType, ContextType>;
  error?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OutboundContentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['OutboundContent'] = ResolversParentTypes['OutboundContent']> = {
  subject?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  html?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  headers?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
  attachments?: Resolver<Array<ResolversTypes['OutboundAttachment']>, ParentType, ContextType>;
  threadKey?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type OutboundAttachmentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['OutboundAttachment'] = ResolversParentTypes['OutboundAttachment']> = {
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  contentId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type DeliveryConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['DeliveryConnection'] = ResolversParentTypes['DeliveryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['DeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Delivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type DeliveryEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['DeliveryEdge'] = ResolversParentTypes['DeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Delivery'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type InboundMessageConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['InboundMessageConnection'] = ResolversParentTypes['InboundMessageConnection']> = {
  edges?: Resolver<Array<ResolversTypes['InboundMessageEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['InboundMessage']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type InboundMessageEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['InboundMessageEdge'] = ResolversParentTypes['InboundMessageEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['InboundMessage'], ParentType, ContextType>;
};

export type InboundLedgerResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['InboundLedger'] = ResolversParentTypes['InboundLedger']> = {
  received?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  missing?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  inWork?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  onTicket?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  held?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  deadLetter?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType, RequireFields<QueryChannelArgs, 'id'>>;
  channels?: Resolver<Array<ResolversTypes['Channel']>, ParentType, ContextType>;
  inboundMessages?: Resolver<ResolversTypes['InboundMessageConnection'], ParentType, ContextType, RequireFields<QueryInboundMessagesArgs, 'first'>>;
  inboundMessage?: Resolver<Maybe<ResolversTypes['InboundMessage']>, ParentType, ContextType, RequireFields<QueryInboundMessageArgs, 'id'>>;
  inboundLedger?: Resolver<ResolversTypes['InboundLedger'], ParentType, ContextType, Partial<QueryInboundLedgerArgs>>;
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType, RequireFields<QueryDeliveryArgs, 'id'>>;
  deliveries?: Resolver<ResolversTypes['DeliveryConnection'], ParentType, ContextType, RequireFields<QueryDeliveriesArgs, 'first'>>;
};

export type UserErrorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  ingestMessage?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationIngestMessageArgs, 'input'>>;
  ingestMessages?: Resolver<Array<ResolversTypes['IngestMessagePayload']>, ParentType, ContextType, RequireFields<MutationIngestMessagesArgs, 'input'>>;
  ingestEmail?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationIngestEmailArgs, 'input'>>;
  ingestCall?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationIngestCallArgs, 'input'>>;
  reportConnector?: Resolver<ResolversTypes['ChannelPayload'], ParentType, ContextType, RequireFields<MutationReportConnectorArgs, 'input'>>;
  reportDelivery?: Resolver<ResolversTypes['DeliveryPayload'], ParentType, ContextType, RequireFields<MutationReportDeliveryArgs, 'input'>>;
  claimDeliveries?: Resolver<Array<ResolversTypes['Delivery']>, ParentType, ContextType, RequireFields<MutationClaimDeliveriesArgs, 'max' | 'leaseSeconds'>>;
  redriveDelivery?: Resolver<ResolversTypes['DeliveryPayload'], ParentType, ContextType, RequireFields<MutationRedriveDeliveryArgs, 'id'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  retryInbound?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationRetryInboundArgs, 'id'>>;
  createChannel?: Resolver<ResolversTypes['ChannelCredentialsPayload'], ParentType, ContextType, RequireFields<MutationCreateChannelArgs, 'input'>>;
  updateChannel?: Resolver<ResolversTypes['ChannelPayload'], ParentType, ContextType, RequireFields<MutationUpdateChannelArgs, 'input'>>;
  rotateChannelToken?: Resolver<ResolversTypes['ChannelCredentialsPayload'], ParentType, ContextType, RequireFields<MutationRotateChannelTokenArgs, 'id'>>;
};

export type CreateUploadPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CreateUploadPayload'] = ResolversParentTypes['CreateUploadPayload']> = {
  attachmentId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  uploadUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type IngestMessagePayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['IngestMessagePayload'] = ResolversParentTypes['IngestMessagePayload']> = {
  inboundMessage?: Resolver<Maybe<ResolversTypes['InboundMessage']>, ParentType, ContextType>;
  duplicate?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type DeliveryPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['DeliveryPayload'] = ResolversParentTypes['DeliveryPayload']> = {
  delivery?: Resolver<Maybe<ResolversTypes['Delivery']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChannelPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ChannelPayload'] = ResolversParentTypes['ChannelPayload']> = {
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type ChannelCredentialsPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ChannelCredentialsPayload'] = ResolversParentTypes['ChannelCredentialsPayload']> = {
  channel?: Resolver<Maybe<ResolversTypes['Channel']>, ParentType, ContextType>;
  token?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  deliveriesWaiting?: SubscriptionResolver<ResolversTypes['DeliveriesWaiting'], "deliveriesWaiting", ParentType, ContextType>;
};

export type DeliveriesWaitingResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['DeliveriesWaiting'] = ResolversParentTypes['DeliveriesWaiting']> = {
  channel?: Resolver<ResolversTypes['Channel'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ContextRow> = {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Channel?: ChannelResolvers<ContextType>;
  ChannelHealth?: ChannelHealthResolvers<ContextType>;
  ConnectorHealth?: ConnectorHealthResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  Team?: TeamResolvers<ContextType>;
  Ticket?: TicketResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  InboundMessage?: InboundMessageResolvers<ContextType>;
  Delivery?: DeliveryResolvers<ContextType>;
  DeliveryRecipient?: DeliveryRecipientResolvers<ContextType>;
  OutboundContent?: OutboundContentResolvers<ContextType>;
  OutboundAttachment?: OutboundAttachmentResolvers<ContextType>;
  DeliveryConnection?: DeliveryConnectionResolvers<ContextType>;
  DeliveryEdge?: DeliveryEdgeResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  InboundMessageConnection?: InboundMessageConnectionResolvers<ContextType>;
  InboundMessageEdge?: InboundMessageEdgeResolvers<ContextType>;
  InboundLedger?: InboundLedgerResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  IngestMessagePayload?: IngestMessagePayloadResolvers<ContextType>;
  DeliveryPayload?: DeliveryPayloadResolvers<ContextType>;
  ChannelPayload?: ChannelPayloadResolvers<ContextType>;
  ChannelCredentialsPayload?: ChannelCredentialsPayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  DeliveriesWaiting?: DeliveriesWaitingResolvers<ContextType>;
};

