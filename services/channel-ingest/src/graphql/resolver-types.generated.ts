import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Channel as ChannelRow } from '../domain/channel.ts';
import type { InboundMessage as InboundMessageRow } from '../domain/inbound-message.ts';
import type { MessageReference as MessageReferenceRow } from './message-reference.ts';
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

/** A way in: one mailbox, one phone line, one page, one form, one chat widget. */
export type Channel = {
  __typename?: 'Channel';
  id: Scalars['ID']['output'];
  kind: ChannelKind;
  name: Scalars['String']['output'];
  /** The mailbox address, phone number or page id that customers write to. */
  address: Maybe<Scalars['String']['output']>;
  team: Maybe<Team>;
  enabled: Scalars['Boolean']['output'];
  createdAt: Scalars['DateTime']['output'];
};

export type Team = {
  __typename?: 'Team';
  id: Scalars['ID']['output'];
};

export type Ticket = {
  __typename?: 'Ticket';
  id: Scalars['ID']['output'];
};

export type Message = {
  __typename?: 'Message';
  id: Scalars['ID']['output'];
  /** What came in, as it came in; null for what goes out. */
  source: Maybe<InboundMessage>;
};

/** Something received, kept exactly as received. */
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

/** How many received messages are in which state; the counts add up to `received`. */
export type InboundLedger = {
  __typename?: 'InboundLedger';
  received: Scalars['Int']['output'];
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
  /** A whole RFC 5322 mail as received; parsed here: charset, MIME parts, threading headers, automatic mail. */
  ingestEmail: IngestMessagePayload;
  /**
   * Announces a file of at most 25 MiB. Its bytes are handed in by an HTTP PUT to uploadUrl within two hours; then the
   * attachmentId can be put into messages for a day, by whoever announced it.
   */
  createUpload: CreateUploadPayload;
  /** Tries a held or failed message again. */
  retryInbound: IngestMessagePayload;
};


export type MutationIngestMessageArgs = {
  input: IngestMessageInput;
};


export type MutationIngestEmailArgs = {
  input: IngestEmailInput;
};


export type MutationCreateUploadArgs = {
  input: CreateUploadInput;
};


export type MutationRetryInboundArgs = {
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

/** raw is base64 of the whole mail, at most 35 MiB before encoding. */
export type IngestEmailInput = {
  raw: Scalars['String']['input'];
  receivedAt?: InputMaybe<Scalars['DateTime']['input']>;
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
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Channel:
    ( { __typename: 'Channel' }
    & GraphQLRecursivePick<FederationTypes['Channel'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}> );
  InboundMessage:
    ( { __typename: 'InboundMessage' }
    & GraphQLRecursivePick<FederationTypes['InboundMessage'], {"id":true}> );
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
  Team: ResolverTypeWrapper<Team>;
  Ticket: ResolverTypeWrapper<Ticket>;
  Message: ResolverTypeWrapper<MessageReferenceRow>;
  InboundMessage: ResolverTypeWrapper<InboundMessageRow>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  InboundStatus: InboundStatus;
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
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: ResolverTypeWrapper<CreateUploadPayload>;
  IngestMessagePayload: ResolverTypeWrapper<Omit<IngestMessagePayload, 'inboundMessage'> & { inboundMessage?: Maybe<ResolversTypes['InboundMessage']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Channel: ChannelRow;
  ID: Scalars['ID']['output'];
  String: Scalars['String']['output'];
  Boolean: Scalars['Boolean']['output'];
  Team: Team;
  Ticket: Ticket;
  Message: MessageReferenceRow;
  InboundMessage: InboundMessageRow;
  Int: Scalars['Int']['output'];
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
  CreateUploadInput: CreateUploadInput;
  CreateUploadPayload: CreateUploadPayload;
  IngestMessagePayload: Omit<IngestMessagePayload, 'inboundMessage'> & { inboundMessage?: Maybe<ResolversParentTypes['InboundMessage']> };
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
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
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
  sizeBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
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
};

export type UserErrorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  ingestMessage?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationIngestMessageArgs, 'input'>>;
  ingestEmail?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationIngestEmailArgs, 'input'>>;
  createUpload?: Resolver<ResolversTypes['CreateUploadPayload'], ParentType, ContextType, RequireFields<MutationCreateUploadArgs, 'input'>>;
  retryInbound?: Resolver<ResolversTypes['IngestMessagePayload'], ParentType, ContextType, RequireFields<MutationRetryInboundArgs, 'id'>>;
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

export type Resolvers<ContextType = ContextRow> = {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Channel?: ChannelResolvers<ContextType>;
  Team?: TeamResolvers<ContextType>;
  Ticket?: TicketResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  InboundMessage?: InboundMessageResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  InboundMessageConnection?: InboundMessageConnectionResolvers<ContextType>;
  InboundMessageEdge?: InboundMessageEdgeResolvers<ContextType>;
  InboundLedger?: InboundLedgerResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  CreateUploadPayload?: CreateUploadPayloadResolvers<ContextType>;
  IngestMessagePayload?: IngestMessagePayloadResolvers<ContextType>;
};

