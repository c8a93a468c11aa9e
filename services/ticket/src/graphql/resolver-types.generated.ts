import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { Ticket as TicketRow } from '../domain/ticket.ts';
import type { MessageEntry as MessageEntryRow, ChangeEntry as ChangeEntryRow } from '../domain/timeline.ts';
import type { Customer as CustomerRow } from '../domain/customer.ts';
import type { TicketEventView as TicketEventViewRow } from './ticket-events.ts';
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
  /** ISO 8601 instant in UTC with milliseconds, such as 2026-11-22T14:51:00.000Z. */
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  _FieldSet: { input: unknown; output: unknown; }
};

/** One customer inquiry, with everything said and done about it, whatever channels it went through. */
export type Ticket = {
  __typename?: 'Ticket';
  id: Scalars['ID']['output'];
  /** Counted per workspace from 1; shown as #1042. */
  number: Scalars['Int']['output'];
  subject: Scalars['String']['output'];
  status: TicketStatus;
  priority: TicketPriority;
  /** The kind of channel that the inquiry first came through. */
  channel: ChannelKind;
  /** Null for an internal ticket that no customer asked for. */
  customer: Maybe<Customer>;
  assignee: Maybe<Agent>;
  team: Maybe<Team>;
  tags: Array<Scalars['String']['output']>;
  /** BCP 47 tag detected from the customer's own words; null while unknown. */
  language: Maybe<Scalars['String']['output']>;
  /** Since when the customer has waited for an answer; null when the last word is ours. */
  awaitingReplySince: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
  firstRepliedAt: Maybe<Scalars['DateTime']['output']>;
  resolvedAt: Maybe<Scalars['DateTime']['output']>;
  /** Grows by one at every change; give it back to a mutation to change only what you have seen. */
  version: Scalars['Int']['output'];
  lastMessage: Maybe<Message>;
  messageCount: Scalars['Int']['output'];
  /** Oldest first; 25 entries unless told otherwise, 100 at most. */
  timeline: TimelineConnection;
};


/** One customer inquiry, with everything said and done about it, whatever channels it went through. */
export type TicketTimelineArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};

export type TicketStatus =
  /** No agent has looked at it yet. */
  | 'NEW'
  /** An agent's turn. */
  | 'OPEN'
  /** Answered; the customer's turn. */
  | 'PENDING'
  /** Waiting for a third party. */
  | 'ON_HOLD'
  /** Solved; a new customer message reopens it. */
  | 'RESOLVED'
  /** Final; a new customer message starts a follow-up ticket. */
  | 'CLOSED'
  | 'SPAM';

export type TicketPriority =
  | 'LOW'
  | 'NORMAL'
  | 'HIGH'
  | 'URGENT';

export type ChannelKind =
  | 'EMAIL'
  | 'CHAT'
  | 'PHONE'
  | 'FACEBOOK'
  | 'TWITTER'
  | 'WEB_FORM'
  | 'INTERNAL'
  | 'API';

export type TimelineEntry = Message | TicketChange;

export type TimelineConnection = {
  __typename?: 'TimelineConnection';
  edges: Array<TimelineEdge>;
  nodes: Array<TimelineEntry>;
  pageInfo: PageInfo;
};

export type TimelineEdge = {
  __typename?: 'TimelineEdge';
  cursor: Scalars['String']['output'];
  node: TimelineEntry;
};

/** Something said between the customer and us, in either direction; kept whole and never edited. */
export type Message = {
  __typename?: 'Message';
  id: Scalars['ID']['output'];
  ticket: Ticket;
  direction: MessageDirection;
  channel: ChannelKind;
  author: Actor;
  /** Plain text without the quoted history of earlier mails. */
  text: Scalars['String']['output'];
  /** Sanitised HTML, safe to render; null when the channel carries plain text only. */
  html: Maybe<Scalars['String']['output']>;
  to: Array<Scalars['String']['output']>;
  cc: Array<Scalars['String']['output']>;
  /** True for mail that a machine wrote: auto-replies, newsletters, bounces. */
  automatic: Scalars['Boolean']['output'];
  /** Why the message is on this ticket; null for what we wrote. */
  threadReason: Maybe<ThreadReason>;
  sentAt: Scalars['DateTime']['output'];
};

export type MessageDirection =
  | 'INBOUND'
  | 'OUTBOUND';

export type ThreadReason =
  /** Nothing pointed to an earlier message. */
  | 'NEW_CONVERSATION'
  | 'IN_REPLY_TO'
  | 'REFERENCES'
  /** A message that came in before had already named this one, or names the same ancestor. */
  | 'ANSWERED_EARLIER'
  /** The channel's own conversation id. */
  | 'CONVERSATION'
  /** The ticket that it belongs to was closed. */
  | 'FOLLOW_UP';

/** A change of the ticket itself, with who or what made it. */
export type TicketChange = {
  __typename?: 'TicketChange';
  id: Scalars['ID']['output'];
  kind: TicketChangeKind;
  actor: Actor;
  /** Values before and after, keyed by field name. */
  before: Maybe<Scalars['JSON']['output']>;
  after: Maybe<Scalars['JSON']['output']>;
  at: Scalars['DateTime']['output'];
};

export type TicketChangeKind =
  | 'STATUS'
  | 'PRIORITY'
  | 'ASSIGNMENT'
  | 'TAGS'
  | 'SUBJECT';

/** Who did something: a person, or the system acting for the workspace. */
export type Actor = Agent | Customer | System;

export type System = {
  __typename?: 'System';
  name: Scalars['String']['output'];
};

/** A person who writes to us; one customer whatever addresses and accounts they use. */
export type Customer = {
  __typename?: 'Customer';
  id: Scalars['ID']['output'];
  name: Maybe<Scalars['String']['output']>;
  identities: Array<CustomerIdentity>;
  createdAt: Scalars['DateTime']['output'];
  /** Newest first; 20 unless told otherwise, 100 at most. */
  tickets: TicketConnection;
};


/** A person who writes to us; one customer whatever addresses and accounts they use. */
export type CustomerTicketsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};

/** An address or account by which a channel knows the customer: a mail address, a phone number, a page-scoped id. */
export type CustomerIdentity = {
  __typename?: 'CustomerIdentity';
  kind: IdentityKind;
  value: Scalars['String']['output'];
};

export type IdentityKind =
  | 'EMAIL'
  | 'PHONE'
  | 'FACEBOOK'
  | 'TWITTER'
  | 'CHAT'
  | 'EXTERNAL';

export type Agent = {
  __typename?: 'Agent';
  id: Scalars['ID']['output'];
};

export type Team = {
  __typename?: 'Team';
  id: Scalars['ID']['output'];
};

export type PageInfo = {
  __typename?: 'PageInfo';
  hasNextPage: Scalars['Boolean']['output'];
  hasPreviousPage: Scalars['Boolean']['output'];
  startCursor: Maybe<Scalars['String']['output']>;
  endCursor: Maybe<Scalars['String']['output']>;
};

export type TicketConnection = {
  __typename?: 'TicketConnection';
  edges: Array<TicketEdge>;
  nodes: Array<Ticket>;
  pageInfo: PageInfo;
};

export type TicketEdge = {
  __typename?: 'TicketEdge';
  cursor: Scalars['String']['output'];
  node: Ticket;
};

export type TicketFilter = {
  status?: InputMaybe<Array<TicketStatus>>;
  priority?: InputMaybe<Array<TicketPriority>>;
  channel?: InputMaybe<Array<ChannelKind>>;
  assigneeId?: InputMaybe<Array<Scalars['ID']['input']>>;
  teamId?: InputMaybe<Array<Scalars['ID']['input']>>;
  customerId?: InputMaybe<Array<Scalars['ID']['input']>>;
  /** All of these tags. */
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  unassigned?: InputMaybe<Scalars['Boolean']['input']>;
  awaitingReply?: InputMaybe<Scalars['Boolean']['input']>;
  createdAfter?: InputMaybe<Scalars['DateTime']['input']>;
  createdBefore?: InputMaybe<Scalars['DateTime']['input']>;
  updatedAfter?: InputMaybe<Scalars['DateTime']['input']>;
};

export type TicketOrder =
  | 'UPDATED_DESC'
  | 'CREATED_DESC'
  | 'CREATED_ASC';

/** One company's help desk. Everything belongs to exactly one workspace. */
export type Workspace = {
  __typename?: 'Workspace';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  timeZone: Scalars['String']['output'];
};

export type Query = {
  __typename?: 'Query';
  workspace: Workspace;
  ticket: Maybe<Ticket>;
  ticketByNumber: Maybe<Ticket>;
  /** At most 100 a page, always consistent with the caller's own writes; for words use searchTickets. */
  tickets: TicketConnection;
  customer: Maybe<Customer>;
};


export type QueryTicketArgs = {
  id: Scalars['ID']['input'];
};


export type QueryTicketByNumberArgs = {
  number: Scalars['Int']['input'];
};


export type QueryTicketsArgs = {
  filter: InputMaybe<TicketFilter>;
  orderBy?: InputMaybe<TicketOrder>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};


export type QueryCustomerArgs = {
  id: Scalars['ID']['input'];
};

/** A refusal that the caller can act on. Faults of the system come as GraphQL errors instead. */
export type UserError = {
  __typename?: 'UserError';
  code: UserErrorCode;
  message: Scalars['String']['output'];
  /** Path into the input. */
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
   * Puts an answer to the customer on the ticket. With `expectedLastMessageId` it is refused with CONFLICT when someone
   * else's message came in between, so that nobody answers twice or past each other.
   */
  replyToTicket: MessagePayload;
  /** Changes any of status, priority, assignment, tags and subject at once. What changes nothing is no change. */
  updateTicket: TicketPayload;
};


export type MutationReplyToTicketArgs = {
  input: ReplyToTicketInput;
};


export type MutationUpdateTicketArgs = {
  input: UpdateTicketInput;
};

export type ReplyToTicketInput = {
  /** Any string unique to the attempt: a repeat with the same input returns the first result; with other input it is refused. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  ticketId: Scalars['ID']['input'];
  text: Scalars['String']['input'];
  expectedLastMessageId?: InputMaybe<Scalars['ID']['input']>;
  /** The status that the ticket takes with the answer. */
  status?: InputMaybe<TicketStatus>;
};

export type UpdateTicketInput = {
  id: Scalars['ID']['input'];
  /** Refused with CONFLICT when the ticket has changed since. */
  expectedVersion?: InputMaybe<Scalars['Int']['input']>;
  status?: InputMaybe<TicketStatus>;
  priority?: InputMaybe<TicketPriority>;
  /** Null unassigns. */
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
  addTags?: InputMaybe<Array<Scalars['String']['input']>>;
  removeTags?: InputMaybe<Array<Scalars['String']['input']>>;
  subject?: InputMaybe<Scalars['String']['input']>;
};

export type TicketPayload = {
  __typename?: 'TicketPayload';
  ticket: Maybe<Ticket>;
  userErrors: Array<UserError>;
};

export type MessagePayload = {
  __typename?: 'MessagePayload';
  message: Maybe<Message>;
  ticket: Maybe<Ticket>;
  userErrors: Array<UserError>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Every change of the tickets that pass the filter, in the order in which they were committed.
   * With `after` (the `cursor` of the last event that the client has seen) it first replays what was missed,
   * without gap or repeat, then goes on live. A cursor older than the retention (7 days) fails with CURSOR_EXPIRED.
   */
  ticketEvents: TicketEvent;
};


export type SubscriptionTicketEventsArgs = {
  filter: InputMaybe<TicketFilter>;
  ticketIds: InputMaybe<Array<Scalars['ID']['input']>>;
  after: InputMaybe<Scalars['String']['input']>;
};

export type TicketEvent = {
  __typename?: 'TicketEvent';
  cursor: Scalars['String']['output'];
  kind: TicketEventKind;
  /** The ticket as it was right after the change. */
  ticket: Ticket;
  /** The entry that the change added to the timeline. */
  entry: Maybe<TimelineEntry>;
  /** Names of the ticket's fields that changed. */
  changed: Array<Scalars['String']['output']>;
  at: Scalars['DateTime']['output'];
};

export type TicketEventKind =
  | 'TICKET_CREATED'
  | 'MESSAGE_ADDED'
  | 'TICKET_CHANGED'
  | 'TICKET_LEFT_FILTER';



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
  Ticket: Ticket;
  Message: Message;
  Customer: Customer;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Ticket:
    ( { __typename: 'Ticket' }
    & GraphQLRecursivePick<FederationTypes['Ticket'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}> );
  Customer:
    ( { __typename: 'Customer' }
    & GraphQLRecursivePick<FederationTypes['Customer'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  TimelineEntry:
    | ( MessageEntryRow )
    | ( ChangeEntryRow )
  ;
  Actor:
    | ( Agent )
    | ( CustomerRow )
    | ( System )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Ticket: ResolverTypeWrapper<TicketRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  TicketStatus: TicketStatus;
  TicketPriority: TicketPriority;
  ChannelKind: ChannelKind;
  TimelineEntry: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['TimelineEntry']>;
  TimelineConnection: ResolverTypeWrapper<Omit<TimelineConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['TimelineEdge']>, nodes: Array<ResolversTypes['TimelineEntry']> }>;
  TimelineEdge: ResolverTypeWrapper<Omit<TimelineEdge, 'node'> & { node: ResolversTypes['TimelineEntry'] }>;
  Message: ResolverTypeWrapper<MessageEntryRow>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  MessageDirection: MessageDirection;
  ThreadReason: ThreadReason;
  TicketChange: ResolverTypeWrapper<ChangeEntryRow>;
  TicketChangeKind: TicketChangeKind;
  Actor: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['Actor']>;
  System: ResolverTypeWrapper<System>;
  Customer: ResolverTypeWrapper<CustomerRow>;
  CustomerIdentity: ResolverTypeWrapper<CustomerIdentity>;
  IdentityKind: IdentityKind;
  Agent: ResolverTypeWrapper<Agent>;
  Team: ResolverTypeWrapper<Team>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  TicketConnection: ResolverTypeWrapper<Omit<TicketConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['TicketEdge']>, nodes: Array<ResolversTypes['Ticket']> }>;
  TicketEdge: ResolverTypeWrapper<Omit<TicketEdge, 'node'> & { node: ResolversTypes['Ticket'] }>;
  TicketFilter: TicketFilter;
  TicketOrder: TicketOrder;
  Workspace: ResolverTypeWrapper<Workspace>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  ReplyToTicketInput: ReplyToTicketInput;
  UpdateTicketInput: UpdateTicketInput;
  TicketPayload: ResolverTypeWrapper<Omit<TicketPayload, 'ticket'> & { ticket?: Maybe<ResolversTypes['Ticket']> }>;
  MessagePayload: ResolverTypeWrapper<Omit<MessagePayload, 'message' | 'ticket'> & { message?: Maybe<ResolversTypes['Message']>, ticket?: Maybe<ResolversTypes['Ticket']> }>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TicketEvent: ResolverTypeWrapper<TicketEventViewRow>;
  TicketEventKind: TicketEventKind;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Ticket: TicketRow;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  TimelineEntry: ResolversUnionTypes<ResolversParentTypes>['TimelineEntry'];
  TimelineConnection: Omit<TimelineConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['TimelineEdge']>, nodes: Array<ResolversParentTypes['TimelineEntry']> };
  TimelineEdge: Omit<TimelineEdge, 'node'> & { node: ResolversParentTypes['TimelineEntry'] };
  Message: MessageEntryRow;
  Boolean: Scalars['Boolean']['output'];
  TicketChange: ChangeEntryRow;
  Actor: ResolversUnionTypes<ResolversParentTypes>['Actor'];
  System: System;
  Customer: CustomerRow;
  CustomerIdentity: CustomerIdentity;
  Agent: Agent;
  Team: Team;
  PageInfo: PageInfo;
  TicketConnection: Omit<TicketConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['TicketEdge']>, nodes: Array<ResolversParentTypes['Ticket']> };
  TicketEdge: Omit<TicketEdge, 'node'> & { node: ResolversParentTypes['Ticket'] };
  TicketFilter: TicketFilter;
  Workspace: Workspace;
  Query: Record<PropertyKey, never>;
  UserError: UserError;
  Mutation: Record<PropertyKey, never>;
  ReplyToTicketInput: ReplyToTicketInput;
  UpdateTicketInput: UpdateTicketInput;
  TicketPayload: Omit<TicketPayload, 'ticket'> & { ticket?: Maybe<ResolversParentTypes['Ticket']> };
  MessagePayload: Omit<MessagePayload, 'message' | 'ticket'> & { message?: Maybe<ResolversParentTypes['Message']>, ticket?: Maybe<ResolversParentTypes['Ticket']> };
  Subscription: Record<PropertyKey, never>;
  TicketEvent: TicketEventViewRow;
};

export interface DateTimeScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['DateTime'], any> {
  name: 'DateTime';
}

export interface JsonScalarConfig extends GraphQLScalarTypeConfig<ResolversTypes['JSON'], any> {
  name: 'JSON';
}

export type TicketResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Ticket'] = ResolversParentTypes['Ticket'], FederationReferenceType extends FederationReferenceTypes['Ticket'] = FederationReferenceTypes['Ticket']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Ticket']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  number?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  subject?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['TicketStatus'], ParentType, ContextType>;
  priority?: Resolver<ResolversTypes['TicketPriority'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['ChannelKind'], ParentType, ContextType>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  assignee?: Resolver<Maybe<ResolversTypes['Agent']>, ParentType, ContextType>;
  team?: Resolver<Maybe<ResolversTypes['Team']>, ParentType, ContextType>;
  tags?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  language?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  awaitingReplySince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  firstRepliedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastMessage?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  messageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeline?: Resolver<ResolversTypes['TimelineConnection'], ParentType, ContextType, RequireFields<TicketTimelineArgs, 'first'>>;
};

export type TimelineEntryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TimelineEntry'] = ResolversParentTypes['TimelineEntry']> = {
  __resolveType: TypeResolveFn<'Message' | 'TicketChange', ParentType, ContextType>;
};

export type TimelineConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TimelineConnection'] = ResolversParentTypes['TimelineConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TimelineEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['TimelineEntry']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TimelineEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TimelineEdge'] = ResolversParentTypes['TimelineEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['TimelineEntry'], ParentType, ContextType>;
};

export type MessageResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Message'] = ResolversParentTypes['Message'], FederationReferenceType extends FederationReferenceTypes['Message'] = FederationReferenceTypes['Message']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Message']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  direction?: Resolver<ResolversTypes['MessageDirection'], ParentType, ContextType>;
  channel?: Resolver<ResolversTypes['ChannelKind'], ParentType, ContextType>;
  author?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  html?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  to?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  cc?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  automatic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  threadReason?: Resolver<Maybe<ResolversTypes['ThreadReason']>, ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TicketChangeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketChange'] = ResolversParentTypes['TicketChange']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TicketChangeKind'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ActorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  __resolveType: TypeResolveFn<'Agent' | 'Customer' | 'System', ParentType, ContextType>;
};

export type SystemResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['System'] = ResolversParentTypes['System']> = {
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Customer'] = ResolversParentTypes['Customer'], FederationReferenceType extends FederationReferenceTypes['Customer'] = FederationReferenceTypes['Customer']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Customer']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  identities?: Resolver<Array<ResolversTypes['CustomerIdentity']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  tickets?: Resolver<ResolversTypes['TicketConnection'], ParentType, ContextType, RequireFields<CustomerTicketsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerIdentityResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomerIdentity'] = ResolversParentTypes['CustomerIdentity']> = {
  kind?: Resolver<ResolversTypes['IdentityKind'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type AgentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TeamResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Team'] = ResolversParentTypes['Team']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type PageInfoResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['PageInfo'] = ResolversParentTypes['PageInfo']> = {
  hasNextPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  hasPreviousPage?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  startCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  endCursor?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type TicketConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketConnection'] = ResolversParentTypes['TicketConnection']> = {
  edges?: Resolver<Array<ResolversTypes['TicketEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Ticket']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type TicketEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketEdge'] = ResolversParentTypes['TicketEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
};

export type WorkspaceResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Workspace'] = ResolversParentTypes['Workspace']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  timeZone?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType, RequireFields<QueryTicketArgs, 'id'>>;
  ticketByNumber?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType, RequireFields<QueryTicketByNumberArgs, 'number'>>;
  tickets?: Resolver<ResolversTypes['TicketConnection'], ParentType, ContextType, RequireFields<QueryTicketsArgs, 'orderBy' | 'first'>>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<QueryCustomerArgs, 'id'>>;
};

export type UserErrorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  replyToTicket?: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<MutationReplyToTicketArgs, 'input'>>;
  updateTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationUpdateTicketArgs, 'input'>>;
};

export type TicketPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketPayload'] = ResolversParentTypes['TicketPayload']> = {
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MessagePayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['MessagePayload'] = ResolversParentTypes['MessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  ticketEvents?: SubscriptionResolver<ResolversTypes['TicketEvent'], "ticketEvents", ParentType, ContextType, Partial<SubscriptionTicketEventsArgs>>;
};

export type TicketEventResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketEvent'] = ResolversParentTypes['TicketEvent']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TicketEventKind'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  entry?: Resolver<Maybe<ResolversTypes['TimelineEntry']>, ParentType, ContextType>;
  changed?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type Resolvers<ContextType = ContextRow> = {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Ticket?: TicketResolvers<ContextType>;
  TimelineEntry?: TimelineEntryResolvers<ContextType>;
  TimelineConnection?: TimelineConnectionResolvers<ContextType>;
  TimelineEdge?: TimelineEdgeResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  TicketChange?: TicketChangeResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  System?: SystemResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerIdentity?: CustomerIdentityResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  Team?: TeamResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  TicketConnection?: TicketConnectionResolvers<ContextType>;
  TicketEdge?: TicketEdgeResolvers<ContextType>;
  Workspace?: WorkspaceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  TicketPayload?: TicketPayloadResolvers<ContextType>;
  MessagePayload?: MessagePayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TicketEvent?: TicketEventResolvers<ContextType>;
};

