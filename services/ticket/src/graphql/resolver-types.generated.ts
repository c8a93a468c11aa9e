import type { GraphQLResolveInfo, GraphQLScalarType, GraphQLScalarTypeConfig } from 'graphql';
import type { TicketView as TicketViewRow } from './caller.ts';
import type { MessageEntry as MessageEntryRow, NoteEntry as NoteEntryRow, ChangeEntry as ChangeEntryRow } from '../domain/timeline.ts';
import type { Attachment as AttachmentRow } from '@smart-tickets/contracts';
import type { TicketLink as TicketLinkRow } from '../domain/links.ts';
import type { TicketViewer as TicketViewerRow } from '../domain/presence.ts';
import type { Customer as CustomerRow } from '../domain/customer.ts';
import type { TicketEventView as TicketEventViewRow } from './ticket-events.ts';
import type { Webhook as WebhookRow, WebhookDelivery as WebhookDeliveryRow } from '../domain/webhook.ts';
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
  /** Custom fields that have a value, in the order of their definitions. */
  fields: Array<CustomFieldValue>;
  /** BCP 47 tag detected from the customer's own words; null while unknown. */
  language: Maybe<Scalars['String']['output']>;
  /** Since when the customer has waited for an answer; null when the last word is ours. */
  awaitingReplySince: Maybe<Scalars['DateTime']['output']>;
  /** Until when the ticket stays out of the working views; it wakes by itself or on the next customer message. */
  snoozedUntil: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
  updatedAt: Scalars['DateTime']['output'];
  firstRepliedAt: Maybe<Scalars['DateTime']['output']>;
  resolvedAt: Maybe<Scalars['DateTime']['output']>;
  /** Grows by one at every change; give it back to a mutation to change only what you have seen. */
  version: Scalars['Int']['output'];
  lastMessage: Maybe<Message>;
  messageCount: Scalars['Int']['output'];
  /**
   * Oldest first; merged tickets contribute their entries in time order. `first` with `after` reads forwards, `last` with
   * `before` backwards; 25 entries unless told otherwise, 100 at most.
   */
  timeline: TimelineConnection;
  /** Agents who have the ticket open now, and whether they are writing an answer. */
  viewers: Array<TicketViewer>;
  /** At most 100, oldest first. */
  links: Array<TicketLink>;
  /** Set once this ticket was merged away: the ticket in which its messages live on, at the end of the chain of merges. */
  mergedInto: Maybe<Ticket>;
  rating: Maybe<TicketRating>;
};


/** One customer inquiry, with everything said and done about it, whatever channels it went through. */
export type TicketTimelineArgs = {
  first: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  last: InputMaybe<Scalars['Int']['input']>;
  before: InputMaybe<Scalars['String']['input']>;
  kinds: InputMaybe<Array<TimelineKind>>;
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
  /** Final; a new customer message starts a follow-up ticket linked to it. */
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

export type CustomFieldValue = {
  __typename?: 'CustomFieldValue';
  key: Scalars['String']['output'];
  value: Maybe<Scalars['JSON']['output']>;
};

/** What a field may hold; values are checked against it. */
export type CustomFieldDefinition = {
  __typename?: 'CustomFieldDefinition';
  key: Scalars['String']['output'];
  label: Scalars['String']['output'];
  type: CustomFieldType;
  /** The values of an ENUM field. */
  options: Maybe<Array<Scalars['String']['output']>>;
  /**
   * A value once given can be changed, but not taken away, and agents make nothing without one: `createTicket` must be given
   * the ticket's unless there is a default, and makes no customer of `customerEmail` where one of theirs has no default.
   * What customers write is taken all the same.
   */
  required: Scalars['Boolean']['output'];
  /** What a new ticket or customer has unless told otherwise. */
  default: Maybe<Scalars['JSON']['output']>;
  appliesTo: CustomFieldOwner;
  /** Archived fields keep the values they have, and take no new ones. */
  archived: Scalars['Boolean']['output'];
};

export type CustomFieldType =
  | 'TEXT'
  | 'NUMBER'
  | 'BOOLEAN'
  /** One of the options. */
  | 'ENUM'
  /** A calendar day such as 2026-11-22. */
  | 'DATE';

export type CustomFieldOwner =
  | 'TICKET'
  | 'CUSTOMER';

/** What the customer thought of the answer. */
export type TicketRating = {
  __typename?: 'TicketRating';
  score: RatingScore;
  comment: Maybe<Scalars['String']['output']>;
  ratedAt: Scalars['DateTime']['output'];
};

export type RatingScore =
  | 'BAD'
  | 'GOOD';

export type TicketViewer = {
  __typename?: 'TicketViewer';
  agent: Agent;
  since: Scalars['DateTime']['output'];
  writing: Scalars['Boolean']['output'];
};

/** What the other ticket is to this one. */
export type TicketLink = {
  __typename?: 'TicketLink';
  kind: TicketLinkKind;
  ticket: Ticket;
};

export type TicketLinkKind =
  | 'FOLLOW_UP_OF'
  | 'FOLLOWED_UP_BY'
  | 'MERGED_FROM'
  | 'SPLIT_FROM'
  | 'SPLIT_INTO'
  | 'PARENT'
  | 'CHILD'
  | 'RELATED';

export type TimelineEntry = Message | Note | TicketChange;

export type TimelineKind =
  | 'MESSAGE'
  | 'NOTE'
  | 'CHANGE';

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
  attachments: Array<Attachment>;
  to: Array<Scalars['String']['output']>;
  cc: Array<Scalars['String']['output']>;
  /** For a phone call: how long, whether answered, and its recording. */
  call: Maybe<CallDetails>;
  /** True for mail that a machine wrote: auto-replies, newsletters, bounces. */
  automatic: Scalars['Boolean']['output'];
  /** Why the message is on this ticket; null for what we wrote. */
  threadReason: Maybe<ThreadReason>;
  /**
   * The subject that it came under, where that is another one than its conversation had: somebody may have begun a new matter by
   * answering an old mail. Offer to split the ticket there, by splitTicket from this message under this subject. Null for all
   * else, and after the split.
   */
  changedSubject: Maybe<Scalars['String']['output']>;
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
  | 'FOLLOW_UP'
  /** Its sender had opened five tickets of the same subject within an hour, or its ticket had got 25 mails: machines that answer each other open and reopen no more. */
  | 'LOOP'
  /** It was written to the token of one of our answers. */
  | 'TOKEN'
  /** Its subject names the ticket, and its sender has a part in it. */
  | 'SUBJECT'
  /** It points to a ticket on which its sender has no part, and stands on its own beside that one. */
  | 'STRANGER'
  /** Another mailbox has the same mail, and this mailbox keeps tickets of its own: it is linked with those. */
  | 'SAME_MAIL';

export type CallDetails = {
  __typename?: 'CallDetails';
  outcome: CallOutcome;
  durationSeconds: Scalars['Int']['output'];
  recordingUrl: Maybe<Scalars['String']['output']>;
  transcript: Maybe<Scalars['String']['output']>;
};

export type CallOutcome =
  | 'ANSWERED'
  | 'MISSED'
  | 'VOICEMAIL';

export type Attachment = {
  __typename?: 'Attachment';
  id: Scalars['ID']['output'];
  fileName: Scalars['String']['output'];
  mediaType: Scalars['String']['output'];
  sizeBytes: Scalars['Int']['output'];
  /** Signed, expires within the hour. */
  url: Scalars['String']['output'];
  /** Shown inside the text, as an image of an HTML mail is. */
  inline: Scalars['Boolean']['output'];
  /** The name by which the message's HTML shows it, as in src="cid:…"; put url in its place. Null for most files. */
  contentId: Maybe<Scalars['String']['output']>;
};

/** A remark between agents; never leaves the house. */
export type Note = {
  __typename?: 'Note';
  id: Scalars['ID']['output'];
  ticket: Ticket;
  author: Actor;
  text: Scalars['String']['output'];
  mentions: Array<Agent>;
  createdAt: Scalars['DateTime']['output'];
};

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
  /** What led to it; null for a change from before causes were kept. */
  cause: Maybe<ChangeCause>;
};

/** The request, and the event where there was one, from which a change followed. */
export type ChangeCause = {
  __typename?: 'ChangeCause';
  /** Of the request or job with which it began, as logs, traces and errors name it. */
  requestId: Scalars['ID']['output'];
  /** The event that led to it, as webhooks name it; null where a person or a clock did. */
  eventId: Maybe<Scalars['ID']['output']>;
  /** How many events lie between that beginning and the change. */
  depth: Scalars['Int']['output'];
};

export type TicketChangeKind =
  | 'CREATED'
  | 'STATUS'
  | 'PRIORITY'
  | 'ASSIGNMENT'
  | 'TAGS'
  | 'SUBJECT'
  | 'FIELDS'
  | 'CUSTOMER'
  | 'MERGED'
  | 'SPLIT'
  | 'LINKED'
  | 'SNOOZED'
  | 'WOKEN'
  /** A service level: its policy, or one of its clocks. */
  | 'SLA'
  | 'RATED'
  /** An answer that did not reach the customer. */
  | 'DELIVERY';

/** Who did something: a person, or a rule or the system acting for the workspace. */
export type Actor = Agent | Customer | Rule | System;

export type System = {
  __typename?: 'System';
  name: Scalars['String']['output'];
};

/** A person who writes to us; one customer whatever addresses and accounts they use. */
export type Customer = {
  __typename?: 'Customer';
  id: Scalars['ID']['output'];
  name: Maybe<Scalars['String']['output']>;
  /** Oldest first, at most 100. */
  identities: Array<CustomerIdentity>;
  company: Maybe<Scalars['String']['output']>;
  /** BCP 47 tag. */
  language: Maybe<Scalars['String']['output']>;
  /** IANA name such as Europe/Vienna. */
  timeZone: Maybe<Scalars['String']['output']>;
  groups: Array<Scalars['String']['output']>;
  /** Custom fields that have a value, in the order of their definitions. */
  fields: Array<CustomFieldValue>;
  notes: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Set once this customer was merged away: who has the tickets and identities now. */
  mergedInto: Maybe<Customer>;
  /** When the customer's personal data were erased. */
  erasedAt: Maybe<Scalars['DateTime']['output']>;
  /** Newest first; 20 unless told otherwise, 100 at most. */
  tickets: TicketConnection;
};


/** A person who writes to us; one customer whatever addresses and accounts they use. */
export type CustomerTicketsArgs = {
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
  status: InputMaybe<Array<TicketStatus>>;
};

/** An address or account by which a channel knows the customer: a mail address, a phone number, a page-scoped id. */
export type CustomerIdentity = {
  __typename?: 'CustomerIdentity';
  kind: IdentityKind;
  value: Scalars['String']['output'];
  /**
   * False for what was merely typed in: a claim. Who says nothing that is verified is recognised by it as the customer of the
   * same claim, and never as one who has it verified.
   */
  verified: Scalars['Boolean']['output'];
  /** Null while nothing says that answers do not arrive there. A message from the address ends it. */
  undeliverable: Maybe<Undeliverable>;
};

/** Answers to an address come back for good, as an agent can see before answering. */
export type Undeliverable = {
  __typename?: 'Undeliverable';
  since: Scalars['DateTime']['output'];
  /** What the mail server or the platform said. */
  reason: Maybe<Scalars['String']['output']>;
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

export type Rule = {
  __typename?: 'Rule';
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
  /** True for tickets that sleep, false for those that do not. */
  snoozed?: InputMaybe<Scalars['Boolean']['input']>;
};

export type TicketOrder =
  | 'UPDATED_DESC'
  | 'CREATED_DESC'
  | 'CREATED_ASC'
  /** Who has waited longest for an answer first; those that nobody waits for come last. */
  | 'WAITING_LONGEST'
  /** Most urgent first, among equals the oldest. */
  | 'PRIORITY_DESC';

/** One company's help desk. Everything belongs to exactly one workspace. */
export type Workspace = {
  __typename?: 'Workspace';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  /** IANA name such as Europe/Vienna. */
  timeZone: Scalars['String']['output'];
  /** Days after which a resolved ticket closes by itself; 0 for never. A change takes effect at once. */
  closeResolvedAfterDays: Scalars['Int']['output'];
  /**
   * Days that the event log is kept, and with it the reach of event cursors; and mails as they came, once they are on
   * their ticket.
   */
  retentionDays: Scalars['Int']['output'];
};

export type Query = {
  __typename?: 'Query';
  workspace: Workspace;
  /** Archived ones included; in the order in which they were defined. */
  customFields: Array<CustomFieldDefinition>;
  ticket: Maybe<Ticket>;
  ticketByNumber: Maybe<Ticket>;
  /** At most 100 a page, always consistent with the caller's own writes; for words use searchTickets. */
  tickets: TicketConnection;
  customer: Maybe<Customer>;
  /** By the beginning of a name, of a word in it, or of an address; newest first. 25 unless told otherwise, 100 at most. */
  customers: CustomerConnection;
  /** Counts of the tickets that pass the filter, exact and consistent with `tickets`. Keys without tickets are left out. */
  ticketCounts: Array<TicketCount>;
  /** What was erased of a customer, service by service: the proof of `eraseCustomer`. Admins only. */
  erasure: Maybe<Erasure>;
  /** Admins only; a workspace has at most 25. */
  webhooks: Array<Webhook>;
  webhook: Maybe<Webhook>;
};


export type QueryCustomFieldsArgs = {
  appliesTo: InputMaybe<CustomFieldOwner>;
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


export type QueryCustomersArgs = {
  search: InputMaybe<Scalars['String']['input']>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};


export type QueryTicketCountsArgs = {
  filter: InputMaybe<TicketFilter>;
  by: TicketCountBy;
};


export type QueryErasureArgs = {
  customerId: Scalars['ID']['input'];
};


export type QueryWebhookArgs = {
  id: Scalars['ID']['input'];
};

export type CustomerConnection = {
  __typename?: 'CustomerConnection';
  edges: Array<CustomerEdge>;
  nodes: Array<Customer>;
  pageInfo: PageInfo;
};

export type CustomerEdge = {
  __typename?: 'CustomerEdge';
  cursor: Scalars['String']['output'];
  node: Customer;
};

export type TicketCountBy =
  | 'STATUS'
  | 'PRIORITY'
  | 'CHANNEL'
  | 'TEAM'
  | 'ASSIGNEE';

export type TicketCount = {
  __typename?: 'TicketCount';
  /** The status, priority or channel, or the id of the team or agent; `none` where there is none. */
  key: Scalars['String']['output'];
  count: Scalars['Int']['output'];
  awaitingReply: Scalars['Int']['output'];
};

export type Erasure = {
  __typename?: 'Erasure';
  id: Scalars['ID']['output'];
  customerId: Scalars['ID']['output'];
  requestedAt: Scalars['DateTime']['output'];
  /** When the last service had erased its part; null while one has not. */
  completedAt: Maybe<Scalars['DateTime']['output']>;
  parts: Array<ErasurePart>;
};

export type ErasurePart = {
  __typename?: 'ErasurePart';
  service: Scalars['String']['output'];
  erasedAt: Scalars['DateTime']['output'];
  /** How many of what, such as messages, addresses, raw mails. */
  counts: Scalars['JSON']['output'];
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
  /** Opens a ticket on behalf of a customer, or an internal one when no customer is given. */
  createTicket: TicketPayload;
  /**
   * Puts an answer to the customer on the ticket. With `expectedLastMessageId` it is refused with CONFLICT when someone
   * else's message came in between, so that nobody answers twice or past each other; without it the last message that the
   * agent was given counts, where it is known.
   */
  replyToTicket: MessagePayload;
  addNote: NotePayload;
  /**
   * Changes any of status, priority, assignment, tags, subject, fields and customer at once. What changes nothing is no
   * change. Null for assignee or team unassigns; for anything else it leaves things as they are. After a CONFLICT `ticket` is
   * the ticket as it is now.
   */
  updateTicket: TicketPayload;
  /**
   * Changes up to 200 tickets at once (more is BAD_USER_INPUT); each result stands for itself, in the order of the ids.
   * Repeating the call changes nothing more.
   */
  updateTickets: UpdateTicketsPayload;
  /** Merges tickets into one that lives on: their entries, and what is still to come for them, stand there. */
  mergeTickets: TicketPayload;
  /** Takes a merged ticket out again, with its own messages and history. */
  unmergeTicket: TicketPayload;
  /** Moves a message and the messages after it into a new ticket of the same customer. */
  splitTicket: TicketPayload;
  /** Links two tickets; both show it. Agents link by PARENT, CHILD and RELATED; the other kinds come about by themselves. */
  linkTickets: TicketPayload;
  /**
   * Puts a ticket to sleep until an instant to come, 5 years ahead at most. It wakes then, at the customer's next words, and
   * when it becomes OPEN, RESOLVED, CLOSED or SPAM; what is RESOLVED, CLOSED or SPAM takes no snooze.
   */
  snoozeTicket: TicketPayload;
  /** Call every 15 s while the ticket is open on screen; the viewer vanishes 30 s after the last call. */
  viewTicket: ViewTicketPayload;
  updateCustomer: CustomerPayload;
  /** Makes several customers one: tickets and identities move to `into`. Up to 20 at once, with 1,000 tickets together at most. */
  mergeCustomers: CustomerPayload;
  /** Takes a merged customer out again, with its own identities and tickets. */
  unmergeCustomer: CustomerPayload;
  /** Erases a customer's personal data everywhere, the search index and raw mails included, and keeps anonymous counts. */
  eraseCustomer: EraseCustomerPayload;
  /**
   * By the customer, with the signed token of the link in the answer, which is the bearer token of the request as well. A
   * later rating takes the place of an earlier one. What agents see of the ticket is not told: `ticket` is always null.
   */
  rateTicket: TicketPayload;
  upsertCustomField: CustomFieldPayload;
  updateWorkspace: WorkspacePayload;
  createWebhook: WebhookCredentialsPayload;
  updateWebhook: WebhookPayload;
  /** Ends it, with everything that waits for it. */
  deleteWebhook: WebhookPayload;
  /** Gives a new secret; for a day everything is signed by both. */
  rotateWebhookSecret: WebhookCredentialsPayload;
  /** Tries again what has failed for good, now. */
  redriveWebhookDelivery: WebhookPayload;
};


export type MutationCreateTicketArgs = {
  input: CreateTicketInput;
};


export type MutationReplyToTicketArgs = {
  input: ReplyToTicketInput;
};


export type MutationAddNoteArgs = {
  input: AddNoteInput;
};


export type MutationUpdateTicketArgs = {
  input: UpdateTicketInput;
};


export type MutationUpdateTicketsArgs = {
  input: UpdateTicketsInput;
};


export type MutationMergeTicketsArgs = {
  input: MergeTicketsInput;
};


export type MutationUnmergeTicketArgs = {
  id: Scalars['ID']['input'];
};


export type MutationSplitTicketArgs = {
  input: SplitTicketInput;
};


export type MutationLinkTicketsArgs = {
  input: LinkTicketsInput;
};


export type MutationSnoozeTicketArgs = {
  id: Scalars['ID']['input'];
  until: Scalars['DateTime']['input'];
  expectedVersion: InputMaybe<Scalars['Int']['input']>;
};


export type MutationViewTicketArgs = {
  id: Scalars['ID']['input'];
  writing?: Scalars['Boolean']['input'];
};


export type MutationUpdateCustomerArgs = {
  input: UpdateCustomerInput;
};


export type MutationMergeCustomersArgs = {
  into: Scalars['ID']['input'];
  from: Array<Scalars['ID']['input']>;
};


export type MutationUnmergeCustomerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationEraseCustomerArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRateTicketArgs = {
  token: Scalars['String']['input'];
  score: RatingScore;
  comment: InputMaybe<Scalars['String']['input']>;
};


export type MutationUpsertCustomFieldArgs = {
  input: CustomFieldDefinitionInput;
};


export type MutationUpdateWorkspaceArgs = {
  input: UpdateWorkspaceInput;
};


export type MutationCreateWebhookArgs = {
  input: CreateWebhookInput;
};


export type MutationUpdateWebhookArgs = {
  input: UpdateWebhookInput;
};


export type MutationDeleteWebhookArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRotateWebhookSecretArgs = {
  id: Scalars['ID']['input'];
};


export type MutationRedriveWebhookDeliveryArgs = {
  webhookId: Scalars['ID']['input'];
  id: Scalars['ID']['input'];
};

export type CreateTicketInput = {
  /** Any string unique to the attempt: a repeat within 24 h with the same input returns the first result and does nothing; with other input it is refused. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  subject: Scalars['String']['input'];
  /** The first entry: an agent's message to the customer, or a note on an internal ticket. */
  text?: InputMaybe<Scalars['String']['input']>;
  /** Only with a customer, and with a text. */
  html?: InputMaybe<Scalars['String']['input']>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
  /** Finds the customer of this mail address, or makes one, who has the defaults of the custom fields. */
  customerEmail?: InputMaybe<Scalars['String']['input']>;
  priority?: InputMaybe<TicketPriority>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  tags?: InputMaybe<Array<Scalars['String']['input']>>;
  fields?: InputMaybe<Array<CustomFieldInput>>;
};

export type CustomFieldInput = {
  key: Scalars['String']['input'];
  /** Null takes the value away. */
  value?: InputMaybe<Scalars['JSON']['input']>;
};

export type ReplyToTicketInput = {
  /** Any string unique to the attempt: a repeat with the same input returns the first result; with other input it is refused. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  ticketId: Scalars['ID']['input'];
  text: Scalars['String']['input'];
  html?: InputMaybe<Scalars['String']['input']>;
  attachmentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
  cc?: InputMaybe<Array<Scalars['String']['input']>>;
  expectedLastMessageId?: InputMaybe<Scalars['ID']['input']>;
  /** The status that the ticket takes with the answer. */
  status?: InputMaybe<TicketStatus>;
};

export type AddNoteInput = {
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  ticketId: Scalars['ID']['input'];
  text: Scalars['String']['input'];
  mentionAgentIds?: InputMaybe<Array<Scalars['ID']['input']>>;
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
  fields?: InputMaybe<Array<CustomFieldInput>>;
  customerId?: InputMaybe<Scalars['ID']['input']>;
};

export type UpdateTicketsInput = {
  ids: Array<Scalars['ID']['input']>;
  status?: InputMaybe<TicketStatus>;
  priority?: InputMaybe<TicketPriority>;
  /** Null unassigns. */
  assigneeId?: InputMaybe<Scalars['ID']['input']>;
  teamId?: InputMaybe<Scalars['ID']['input']>;
  addTags?: InputMaybe<Array<Scalars['String']['input']>>;
  removeTags?: InputMaybe<Array<Scalars['String']['input']>>;
};

export type MergeTicketsInput = {
  into: Scalars['ID']['input'];
  from: Array<Scalars['ID']['input']>;
};

export type SplitTicketInput = {
  ticketId: Scalars['ID']['input'];
  fromMessageId: Scalars['ID']['input'];
  /** The new ticket's subject; that of the old one unless given. */
  subject?: InputMaybe<Scalars['String']['input']>;
};

export type LinkTicketsInput = {
  ticketId: Scalars['ID']['input'];
  otherId: Scalars['ID']['input'];
  /** What the other ticket is to this one. */
  kind: TicketLinkKind;
};

export type UpdateCustomerInput = {
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  company?: InputMaybe<Scalars['String']['input']>;
  language?: InputMaybe<Scalars['String']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  addGroups?: InputMaybe<Array<Scalars['String']['input']>>;
  removeGroups?: InputMaybe<Array<Scalars['String']['input']>>;
  fields?: InputMaybe<Array<CustomFieldInput>>;
  notes?: InputMaybe<Scalars['String']['input']>;
};

export type CustomFieldDefinitionInput = {
  /** 1 to 64 lower-case letters, digits and _, beginning with a letter. */
  key: Scalars['String']['input'];
  label?: InputMaybe<Scalars['String']['input']>;
  /** Needed for a new field; that of an existing one stays. */
  type?: InputMaybe<CustomFieldType>;
  options?: InputMaybe<Array<Scalars['String']['input']>>;
  required?: InputMaybe<Scalars['Boolean']['input']>;
  default?: InputMaybe<Scalars['JSON']['input']>;
  /** TICKET unless told otherwise. */
  appliesTo?: InputMaybe<CustomFieldOwner>;
  archived?: InputMaybe<Scalars['Boolean']['input']>;
};

export type UpdateWorkspaceInput = {
  name?: InputMaybe<Scalars['String']['input']>;
  timeZone?: InputMaybe<Scalars['String']['input']>;
  closeResolvedAfterDays?: InputMaybe<Scalars['Int']['input']>;
  retentionDays?: InputMaybe<Scalars['Int']['input']>;
};

export type TicketPayload = {
  __typename?: 'TicketPayload';
  ticket: Maybe<Ticket>;
  userErrors: Array<UserError>;
};

export type MessagePayload = {
  __typename?: 'MessagePayload';
  message: Maybe<Message>;
  /** After a CONFLICT: the ticket as it is now. */
  ticket: Maybe<Ticket>;
  /** After a CONFLICT: what came in between, oldest first, at most 20. */
  newMessages: Array<Message>;
  userErrors: Array<UserError>;
};

export type NotePayload = {
  __typename?: 'NotePayload';
  note: Maybe<Note>;
  userErrors: Array<UserError>;
};

export type UpdateTicketsPayload = {
  __typename?: 'UpdateTicketsPayload';
  results: Array<TicketPayload>;
};

export type ViewTicketPayload = {
  __typename?: 'ViewTicketPayload';
  viewers: Array<TicketViewer>;
  userErrors: Array<UserError>;
};

export type CustomerPayload = {
  __typename?: 'CustomerPayload';
  customer: Maybe<Customer>;
  userErrors: Array<UserError>;
};

export type EraseCustomerPayload = {
  __typename?: 'EraseCustomerPayload';
  /** True once the data are gone here; the other services follow within moments, and `erasure` tells when they have. */
  erased: Scalars['Boolean']['output'];
  userErrors: Array<UserError>;
};

export type CustomFieldPayload = {
  __typename?: 'CustomFieldPayload';
  customField: Maybe<CustomFieldDefinition>;
  userErrors: Array<UserError>;
};

export type WorkspacePayload = {
  __typename?: 'WorkspacePayload';
  workspace: Maybe<Workspace>;
  userErrors: Array<UserError>;
};

export type Subscription = {
  __typename?: 'Subscription';
  /**
   * Every change of the tickets that pass the filter, in the order in which they were committed.
   * With `after` (the `cursor` of the last event that the client has seen) it first replays what was missed,
   * without gap or repeat, then goes on live. A cursor older than the workspace's `retentionDays` fails with CURSOR_EXPIRED.
   */
  ticketEvents: TicketEvent;
  /** Who looks at and writes on a ticket: now, and whenever that changes. Of two changes close together only the later may be told. */
  ticketViewers: Array<TicketViewer>;
  /**
   * Counts for a wall board: now, and when they change, at most once a second. A process serves 100 different ones of a
   * workspace; a further one is BAD_USER_INPUT.
   */
  ticketCountsChanged: Array<TicketCount>;
};


export type SubscriptionTicketEventsArgs = {
  filter: InputMaybe<TicketFilter>;
  ticketIds: InputMaybe<Array<Scalars['ID']['input']>>;
  after: InputMaybe<Scalars['String']['input']>;
};


export type SubscriptionTicketViewersArgs = {
  ticketId: Scalars['ID']['input'];
};


export type SubscriptionTicketCountsChangedArgs = {
  filter: InputMaybe<TicketFilter>;
  by: TicketCountBy;
};

export type TicketEvent = {
  __typename?: 'TicketEvent';
  cursor: Scalars['String']['output'];
  kind: TicketEventKind;
  /** The ticket as it was right after the change. */
  ticket: Ticket;
  /** The entry that the change added to the timeline. */
  entry: Maybe<TimelineEntry>;
  /** Names of the ticket's fields that changed; those that lead elsewhere with `Id`, as `assigneeId`. */
  changed: Array<Scalars['String']['output']>;
  at: Scalars['DateTime']['output'];
};

export type TicketEventKind =
  | 'TICKET_CREATED'
  | 'MESSAGE_ADDED'
  | 'NOTE_ADDED'
  | 'TICKET_CHANGED'
  | 'TICKET_MERGED'
  | 'TICKET_LEFT_FILTER';

/** A URL of somebody else's that is told what happens to tickets. Source of the form: Standard Webhooks. */
export type Webhook = {
  __typename?: 'Webhook';
  id: Scalars['ID']['output'];
  name: Scalars['String']['output'];
  url: Scalars['String']['output'];
  /** Which kinds of ticket events are told; empty: all, notes and internal tickets included. */
  events: Array<TicketEventKind>;
  enabled: Scalars['Boolean']['output'];
  /** Why it was switched off by itself; null when it was not. */
  disabledReason: Maybe<Scalars['String']['output']>;
  createdAt: Scalars['DateTime']['output'];
  /** Newest first; 25 unless told otherwise, 100 at most. */
  deliveries: WebhookDeliveryConnection;
};


/** A URL of somebody else's that is told what happens to tickets. Source of the form: Standard Webhooks. */
export type WebhookDeliveriesArgs = {
  status: InputMaybe<Array<WebhookDeliveryStatus>>;
  first?: InputMaybe<Scalars['Int']['input']>;
  after: InputMaybe<Scalars['String']['input']>;
};

/** One event on its way to one webhook. Its id is the webhook-id that the receiver sees, the same over all tries. */
export type WebhookDelivery = {
  __typename?: 'WebhookDelivery';
  id: Scalars['ID']['output'];
  event: TicketEventKind;
  ticket: Ticket;
  status: WebhookDeliveryStatus;
  attempts: Array<WebhookAttempt>;
  nextAttemptAt: Maybe<Scalars['DateTime']['output']>;
  createdAt: Scalars['DateTime']['output'];
};

export type WebhookDeliveryStatus =
  /** Waits for its first or next try. */
  | 'PENDING'
  | 'DELIVERED'
  /** Twelve tries have failed, or the webhook was switched off; redriveWebhookDelivery tries again. */
  | 'FAILED';

export type WebhookAttempt = {
  __typename?: 'WebhookAttempt';
  at: Scalars['DateTime']['output'];
  /** The HTTP status; null when there was no answer. */
  responseStatus: Maybe<Scalars['Int']['output']>;
  /** The first bytes of the answer, or what went wrong. */
  detail: Maybe<Scalars['String']['output']>;
  durationMs: Scalars['Int']['output'];
};

export type WebhookDeliveryConnection = {
  __typename?: 'WebhookDeliveryConnection';
  edges: Array<WebhookDeliveryEdge>;
  nodes: Array<WebhookDelivery>;
  pageInfo: PageInfo;
};

export type WebhookDeliveryEdge = {
  __typename?: 'WebhookDeliveryEdge';
  cursor: Scalars['String']['output'];
  node: WebhookDelivery;
};

export type CreateWebhookInput = {
  /** Any string unique to the attempt: a repeat with the same input returns the webhook that was made, with its secret; with other input it is refused. */
  idempotencyKey?: InputMaybe<Scalars['String']['input']>;
  name: Scalars['String']['input'];
  /** https; http only where the installation allows it. */
  url: Scalars['String']['input'];
  events?: InputMaybe<Array<TicketEventKind>>;
};

export type UpdateWebhookInput = {
  id: Scalars['ID']['input'];
  name?: InputMaybe<Scalars['String']['input']>;
  url?: InputMaybe<Scalars['String']['input']>;
  events?: InputMaybe<Array<TicketEventKind>>;
  /** Switching it on again goes on with what is new; what failed meanwhile is redriven one by one. */
  enabled?: InputMaybe<Scalars['Boolean']['input']>;
};

export type WebhookPayload = {
  __typename?: 'WebhookPayload';
  webhook: Maybe<Webhook>;
  userErrors: Array<UserError>;
};

/** The secret is shown this once. */
export type WebhookCredentialsPayload = {
  __typename?: 'WebhookCredentialsPayload';
  webhook: Maybe<Webhook>;
  secret: Maybe<Scalars['String']['output']>;
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
  Ticket: Ticket;
  Message: Message;
  Note: Note;
  Customer: Customer;
  Webhook: Webhook;
};

/** Mapping of federation reference types */
export type FederationReferenceTypes = {
  Ticket:
    ( { __typename: 'Ticket' }
    & GraphQLRecursivePick<FederationTypes['Ticket'], {"id":true}> );
  Message:
    ( { __typename: 'Message' }
    & GraphQLRecursivePick<FederationTypes['Message'], {"id":true}> );
  Note:
    ( { __typename: 'Note' }
    & GraphQLRecursivePick<FederationTypes['Note'], {"id":true}> );
  Customer:
    ( { __typename: 'Customer' }
    & GraphQLRecursivePick<FederationTypes['Customer'], {"id":true}> );
  Webhook:
    ( { __typename: 'Webhook' }
    & GraphQLRecursivePick<FederationTypes['Webhook'], {"id":true}> );
};

/** Mapping of union types */
export type ResolversUnionTypes<_RefType extends Record<string, unknown>> = {
  TimelineEntry:
    | ( MessageEntryRow )
    | ( NoteEntryRow )
    | ( ChangeEntryRow )
  ;
  Actor:
    | ( Agent )
    | ( CustomerRow )
    | ( Rule )
    | ( System )
  ;
};


/** Mapping between all available schema types and the resolvers types */
export type ResolversTypes = {
  DateTime: ResolverTypeWrapper<Scalars['DateTime']['output']>;
  JSON: ResolverTypeWrapper<Scalars['JSON']['output']>;
  Ticket: ResolverTypeWrapper<TicketViewRow>;
  ID: ResolverTypeWrapper<Scalars['ID']['output']>;
  Int: ResolverTypeWrapper<Scalars['Int']['output']>;
  String: ResolverTypeWrapper<Scalars['String']['output']>;
  TicketStatus: TicketStatus;
  TicketPriority: TicketPriority;
  ChannelKind: ChannelKind;
  CustomFieldValue: ResolverTypeWrapper<CustomFieldValue>;
  CustomFieldDefinition: ResolverTypeWrapper<CustomFieldDefinition>;
  Boolean: ResolverTypeWrapper<Scalars['Boolean']['output']>;
  CustomFieldType: CustomFieldType;
  CustomFieldOwner: CustomFieldOwner;
  TicketRating: ResolverTypeWrapper<TicketRating>;
  RatingScore: RatingScore;
  TicketViewer: ResolverTypeWrapper<TicketViewerRow>;
  TicketLink: ResolverTypeWrapper<TicketLinkRow>;
  TicketLinkKind: TicketLinkKind;
  TimelineEntry: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['TimelineEntry']>;
  TimelineKind: TimelineKind;
  TimelineConnection: ResolverTypeWrapper<Omit<TimelineConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['TimelineEdge']>, nodes: Array<ResolversTypes['TimelineEntry']> }>;
  TimelineEdge: ResolverTypeWrapper<Omit<TimelineEdge, 'node'> & { node: ResolversTypes['TimelineEntry'] }>;
  Message: ResolverTypeWrapper<MessageEntryRow>;
  MessageDirection: MessageDirection;
  ThreadReason: ThreadReason;
  CallDetails: ResolverTypeWrapper<CallDetails>;
  CallOutcome: CallOutcome;
  Attachment: ResolverTypeWrapper<AttachmentRow>;
  Note: ResolverTypeWrapper<NoteEntryRow>;
  TicketChange: ResolverTypeWrapper<ChangeEntryRow>;
  ChangeCause: ResolverTypeWrapper<ChangeCause>;
  TicketChangeKind: TicketChangeKind;
  Actor: ResolverTypeWrapper<ResolversUnionTypes<ResolversTypes>['Actor']>;
  System: ResolverTypeWrapper<System>;
  Customer: ResolverTypeWrapper<CustomerRow>;
  CustomerIdentity: ResolverTypeWrapper<CustomerIdentity>;
  Undeliverable: ResolverTypeWrapper<Undeliverable>;
  IdentityKind: IdentityKind;
  Agent: ResolverTypeWrapper<Agent>;
  Team: ResolverTypeWrapper<Team>;
  Rule: ResolverTypeWrapper<Rule>;
  PageInfo: ResolverTypeWrapper<PageInfo>;
  TicketConnection: ResolverTypeWrapper<Omit<TicketConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['TicketEdge']>, nodes: Array<ResolversTypes['Ticket']> }>;
  TicketEdge: ResolverTypeWrapper<Omit<TicketEdge, 'node'> & { node: ResolversTypes['Ticket'] }>;
  TicketFilter: TicketFilter;
  TicketOrder: TicketOrder;
  Workspace: ResolverTypeWrapper<Workspace>;
  Query: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CustomerConnection: ResolverTypeWrapper<Omit<CustomerConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['CustomerEdge']>, nodes: Array<ResolversTypes['Customer']> }>;
  CustomerEdge: ResolverTypeWrapper<Omit<CustomerEdge, 'node'> & { node: ResolversTypes['Customer'] }>;
  TicketCountBy: TicketCountBy;
  TicketCount: ResolverTypeWrapper<TicketCount>;
  Erasure: ResolverTypeWrapper<Erasure>;
  ErasurePart: ResolverTypeWrapper<ErasurePart>;
  UserError: ResolverTypeWrapper<UserError>;
  UserErrorCode: UserErrorCode;
  Mutation: ResolverTypeWrapper<Record<PropertyKey, never>>;
  CreateTicketInput: CreateTicketInput;
  CustomFieldInput: CustomFieldInput;
  ReplyToTicketInput: ReplyToTicketInput;
  AddNoteInput: AddNoteInput;
  UpdateTicketInput: UpdateTicketInput;
  UpdateTicketsInput: UpdateTicketsInput;
  MergeTicketsInput: MergeTicketsInput;
  SplitTicketInput: SplitTicketInput;
  LinkTicketsInput: LinkTicketsInput;
  UpdateCustomerInput: UpdateCustomerInput;
  CustomFieldDefinitionInput: CustomFieldDefinitionInput;
  UpdateWorkspaceInput: UpdateWorkspaceInput;
  TicketPayload: ResolverTypeWrapper<Omit<TicketPayload, 'ticket'> & { ticket?: Maybe<ResolversTypes['Ticket']> }>;
  MessagePayload: ResolverTypeWrapper<Omit<MessagePayload, 'message' | 'ticket' | 'newMessages'> & { message?: Maybe<ResolversTypes['Message']>, ticket?: Maybe<ResolversTypes['Ticket']>, newMessages: Array<ResolversTypes['Message']> }>;
  NotePayload: ResolverTypeWrapper<Omit<NotePayload, 'note'> & { note?: Maybe<ResolversTypes['Note']> }>;
  UpdateTicketsPayload: ResolverTypeWrapper<Omit<UpdateTicketsPayload, 'results'> & { results: Array<ResolversTypes['TicketPayload']> }>;
  ViewTicketPayload: ResolverTypeWrapper<Omit<ViewTicketPayload, 'viewers'> & { viewers: Array<ResolversTypes['TicketViewer']> }>;
  CustomerPayload: ResolverTypeWrapper<Omit<CustomerPayload, 'customer'> & { customer?: Maybe<ResolversTypes['Customer']> }>;
  EraseCustomerPayload: ResolverTypeWrapper<EraseCustomerPayload>;
  CustomFieldPayload: ResolverTypeWrapper<CustomFieldPayload>;
  WorkspacePayload: ResolverTypeWrapper<WorkspacePayload>;
  Subscription: ResolverTypeWrapper<Record<PropertyKey, never>>;
  TicketEvent: ResolverTypeWrapper<TicketEventViewRow>;
  TicketEventKind: TicketEventKind;
  Webhook: ResolverTypeWrapper<WebhookRow>;
  WebhookDelivery: ResolverTypeWrapper<WebhookDeliveryRow>;
  WebhookDeliveryStatus: WebhookDeliveryStatus;
  WebhookAttempt: ResolverTypeWrapper<WebhookAttempt>;
  WebhookDeliveryConnection: ResolverTypeWrapper<Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversTypes['WebhookDeliveryEdge']>, nodes: Array<ResolversTypes['WebhookDelivery']> }>;
  WebhookDeliveryEdge: ResolverTypeWrapper<Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversTypes['WebhookDelivery'] }>;
  CreateWebhookInput: CreateWebhookInput;
  UpdateWebhookInput: UpdateWebhookInput;
  WebhookPayload: ResolverTypeWrapper<Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
  WebhookCredentialsPayload: ResolverTypeWrapper<Omit<WebhookCredentialsPayload, 'webhook'> & { webhook?: Maybe<ResolversTypes['Webhook']> }>;
};

/** Mapping between all available schema types and the resolvers parents */
export type ResolversParentTypes = {
  DateTime: Scalars['DateTime']['output'];
  JSON: Scalars['JSON']['output'];
  Ticket: TicketViewRow;
  ID: Scalars['ID']['output'];
  Int: Scalars['Int']['output'];
  String: Scalars['String']['output'];
  CustomFieldValue: CustomFieldValue;
  CustomFieldDefinition: CustomFieldDefinition;
  Boolean: Scalars['Boolean']['output'];
  TicketRating: TicketRating;
  TicketViewer: TicketViewerRow;
  TicketLink: TicketLinkRow;
  TimelineEntry: ResolversUnionTypes<ResolversParentTypes>['TimelineEntry'];
  TimelineConnection: Omit<TimelineConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['TimelineEdge']>, nodes: Array<ResolversParentTypes['TimelineEntry']> };
  TimelineEdge: Omit<TimelineEdge, 'node'> & { node: ResolversParentTypes['TimelineEntry'] };
  Message: MessageEntryRow;
  CallDetails: CallDetails;
  Attachment: AttachmentRow;
  Note: NoteEntryRow;
  TicketChange: ChangeEntryRow;
  ChangeCause: ChangeCause;
  Actor: ResolversUnionTypes<ResolversParentTypes>['Actor'];
  System: System;
  Customer: CustomerRow;
  CustomerIdentity: CustomerIdentity;
  Undeliverable: Undeliverable;
  Agent: Agent;
  Team: Team;
  Rule: Rule;
  PageInfo: PageInfo;
  TicketConnection: Omit<TicketConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['TicketEdge']>, nodes: Array<ResolversParentTypes['Ticket']> };
  TicketEdge: Omit<TicketEdge, 'node'> & { node: ResolversParentTypes['Ticket'] };
  TicketFilter: TicketFilter;
  Workspace: Workspace;
  Query: Record<PropertyKey, never>;
  CustomerConnection: Omit<CustomerConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['CustomerEdge']>, nodes: Array<ResolversParentTypes['Customer']> };
  CustomerEdge: Omit<CustomerEdge, 'node'> & { node: ResolversParentTypes['Customer'] };
  TicketCount: TicketCount;
  Erasure: Erasure;
  ErasurePart: ErasurePart;
  UserError: UserError;
  Mutation: Record<PropertyKey, never>;
  CreateTicketInput: CreateTicketInput;
  CustomFieldInput: CustomFieldInput;
  ReplyToTicketInput: ReplyToTicketInput;
  AddNoteInput: AddNoteInput;
  UpdateTicketInput: UpdateTicketInput;
  UpdateTicketsInput: UpdateTicketsInput;
  MergeTicketsInput: MergeTicketsInput;
  SplitTicketInput: SplitTicketInput;
  LinkTicketsInput: LinkTicketsInput;
  UpdateCustomerInput: UpdateCustomerInput;
  CustomFieldDefinitionInput: CustomFieldDefinitionInput;
  UpdateWorkspaceInput: UpdateWorkspaceInput;
  TicketPayload: Omit<TicketPayload, 'ticket'> & { ticket?: Maybe<ResolversParentTypes['Ticket']> };
  MessagePayload: Omit<MessagePayload, 'message' | 'ticket' | 'newMessages'> & { message?: Maybe<ResolversParentTypes['Message']>, ticket?: Maybe<ResolversParentTypes['Ticket']>, newMessages: Array<ResolversParentTypes['Message']> };
  NotePayload: Omit<NotePayload, 'note'> & { note?: Maybe<ResolversParentTypes['Note']> };
  UpdateTicketsPayload: Omit<UpdateTicketsPayload, 'results'> & { results: Array<ResolversParentTypes['TicketPayload']> };
  ViewTicketPayload: Omit<ViewTicketPayload, 'viewers'> & { viewers: Array<ResolversParentTypes['TicketViewer']> };
  CustomerPayload: Omit<CustomerPayload, 'customer'> & { customer?: Maybe<ResolversParentTypes['Customer']> };
  EraseCustomerPayload: EraseCustomerPayload;
  CustomFieldPayload: CustomFieldPayload;
  WorkspacePayload: WorkspacePayload;
  Subscription: Record<PropertyKey, never>;
  TicketEvent: TicketEventViewRow;
  Webhook: WebhookRow;
  WebhookDelivery: WebhookDeliveryRow;
  WebhookAttempt: WebhookAttempt;
  WebhookDeliveryConnection: Omit<WebhookDeliveryConnection, 'edges' | 'nodes'> & { edges: Array<ResolversParentTypes['WebhookDeliveryEdge']>, nodes: Array<ResolversParentTypes['WebhookDelivery']> };
  WebhookDeliveryEdge: Omit<WebhookDeliveryEdge, 'node'> & { node: ResolversParentTypes['WebhookDelivery'] };
  CreateWebhookInput: CreateWebhookInput;
  UpdateWebhookInput: UpdateWebhookInput;
  WebhookPayload: Omit<WebhookPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
  WebhookCredentialsPayload: Omit<WebhookCredentialsPayload, 'webhook'> & { webhook?: Maybe<ResolversParentTypes['Webhook']> };
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
  fields?: Resolver<Array<ResolversTypes['CustomFieldValue']>, ParentType, ContextType>;
  language?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  awaitingReplySince?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  snoozedUntil?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  updatedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  firstRepliedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  resolvedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  version?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  lastMessage?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  messageCount?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  timeline?: Resolver<ResolversTypes['TimelineConnection'], ParentType, ContextType, Partial<TicketTimelineArgs>>;
  viewers?: Resolver<Array<ResolversTypes['TicketViewer']>, ParentType, ContextType>;
  links?: Resolver<Array<ResolversTypes['TicketLink']>, ParentType, ContextType>;
  mergedInto?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  rating?: Resolver<Maybe<ResolversTypes['TicketRating']>, ParentType, ContextType>;
};

export type CustomFieldValueResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomFieldValue'] = ResolversParentTypes['CustomFieldValue']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  value?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
};

export type CustomFieldDefinitionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomFieldDefinition'] = ResolversParentTypes['CustomFieldDefinition']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  label?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  type?: Resolver<ResolversTypes['CustomFieldType'], ParentType, ContextType>;
  options?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
  required?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  default?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  appliesTo?: Resolver<ResolversTypes['CustomFieldOwner'], ParentType, ContextType>;
  archived?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TicketRatingResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketRating'] = ResolversParentTypes['TicketRating']> = {
  score?: Resolver<ResolversTypes['RatingScore'], ParentType, ContextType>;
  comment?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  ratedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type TicketViewerResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketViewer'] = ResolversParentTypes['TicketViewer']> = {
  agent?: Resolver<ResolversTypes['Agent'], ParentType, ContextType>;
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  writing?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
};

export type TicketLinkResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketLink'] = ResolversParentTypes['TicketLink']> = {
  kind?: Resolver<ResolversTypes['TicketLinkKind'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
};

export type TimelineEntryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TimelineEntry'] = ResolversParentTypes['TimelineEntry']> = {
  __resolveType: TypeResolveFn<'Message' | 'Note' | 'TicketChange', ParentType, ContextType>;
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
  attachments?: Resolver<Array<ResolversTypes['Attachment']>, ParentType, ContextType>;
  to?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  cc?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  call?: Resolver<Maybe<ResolversTypes['CallDetails']>, ParentType, ContextType>;
  automatic?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  threadReason?: Resolver<Maybe<ResolversTypes['ThreadReason']>, ParentType, ContextType>;
  changedSubject?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  sentAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CallDetailsResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CallDetails'] = ResolversParentTypes['CallDetails']> = {
  outcome?: Resolver<ResolversTypes['CallOutcome'], ParentType, ContextType>;
  durationSeconds?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  recordingUrl?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  transcript?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AttachmentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Attachment'] = ResolversParentTypes['Attachment']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  fileName?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mediaType?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  sizeBytes?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  inline?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  contentId?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type NoteResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Note'] = ResolversParentTypes['Note'], FederationReferenceType extends FederationReferenceTypes['Note'] = FederationReferenceTypes['Note']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Note']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  author?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  text?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  mentions?: Resolver<Array<ResolversTypes['Agent']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TicketChangeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketChange'] = ResolversParentTypes['TicketChange']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TicketChangeKind'], ParentType, ContextType>;
  actor?: Resolver<ResolversTypes['Actor'], ParentType, ContextType>;
  before?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  after?: Resolver<Maybe<ResolversTypes['JSON']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  cause?: Resolver<Maybe<ResolversTypes['ChangeCause']>, ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type ChangeCauseResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ChangeCause'] = ResolversParentTypes['ChangeCause']> = {
  requestId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  eventId?: Resolver<Maybe<ResolversTypes['ID']>, ParentType, ContextType>;
  depth?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ActorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Actor'] = ResolversParentTypes['Actor']> = {
  __resolveType: TypeResolveFn<'Agent' | 'Customer' | 'Rule' | 'System', ParentType, ContextType>;
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
  company?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  language?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  timeZone?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  groups?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  fields?: Resolver<Array<ResolversTypes['CustomFieldValue']>, ParentType, ContextType>;
  notes?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  mergedInto?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  erasedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  tickets?: Resolver<ResolversTypes['TicketConnection'], ParentType, ContextType, RequireFields<CustomerTicketsArgs, 'first'>>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type CustomerIdentityResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomerIdentity'] = ResolversParentTypes['CustomerIdentity']> = {
  kind?: Resolver<ResolversTypes['IdentityKind'], ParentType, ContextType>;
  value?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  verified?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  undeliverable?: Resolver<Maybe<ResolversTypes['Undeliverable']>, ParentType, ContextType>;
};

export type UndeliverableResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Undeliverable'] = ResolversParentTypes['Undeliverable']> = {
  since?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  reason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
};

export type AgentResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Agent'] = ResolversParentTypes['Agent']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
};

export type TeamResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Team'] = ResolversParentTypes['Team']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
};

export type RuleResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Rule'] = ResolversParentTypes['Rule']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  __isTypeOf?: IsTypeOfResolverFn<ParentType, ContextType>;
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
  closeResolvedAfterDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  retentionDays?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type QueryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Query'] = ResolversParentTypes['Query']> = {
  workspace?: Resolver<ResolversTypes['Workspace'], ParentType, ContextType>;
  customFields?: Resolver<Array<ResolversTypes['CustomFieldDefinition']>, ParentType, ContextType, Partial<QueryCustomFieldsArgs>>;
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType, RequireFields<QueryTicketArgs, 'id'>>;
  ticketByNumber?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType, RequireFields<QueryTicketByNumberArgs, 'number'>>;
  tickets?: Resolver<ResolversTypes['TicketConnection'], ParentType, ContextType, RequireFields<QueryTicketsArgs, 'orderBy' | 'first'>>;
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType, RequireFields<QueryCustomerArgs, 'id'>>;
  customers?: Resolver<ResolversTypes['CustomerConnection'], ParentType, ContextType, RequireFields<QueryCustomersArgs, 'first'>>;
  ticketCounts?: Resolver<Array<ResolversTypes['TicketCount']>, ParentType, ContextType, RequireFields<QueryTicketCountsArgs, 'by'>>;
  erasure?: Resolver<Maybe<ResolversTypes['Erasure']>, ParentType, ContextType, RequireFields<QueryErasureArgs, 'customerId'>>;
  webhooks?: Resolver<Array<ResolversTypes['Webhook']>, ParentType, ContextType>;
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType, RequireFields<QueryWebhookArgs, 'id'>>;
};

export type CustomerConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomerConnection'] = ResolversParentTypes['CustomerConnection']> = {
  edges?: Resolver<Array<ResolversTypes['CustomerEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['Customer']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type CustomerEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomerEdge'] = ResolversParentTypes['CustomerEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['Customer'], ParentType, ContextType>;
};

export type TicketCountResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketCount'] = ResolversParentTypes['TicketCount']> = {
  key?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  count?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
  awaitingReply?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type ErasureResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Erasure'] = ResolversParentTypes['Erasure']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  customerId?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  requestedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  completedAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  parts?: Resolver<Array<ResolversTypes['ErasurePart']>, ParentType, ContextType>;
};

export type ErasurePartResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ErasurePart'] = ResolversParentTypes['ErasurePart']> = {
  service?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  erasedAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  counts?: Resolver<ResolversTypes['JSON'], ParentType, ContextType>;
};

export type UserErrorResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['UserError'] = ResolversParentTypes['UserError']> = {
  code?: Resolver<ResolversTypes['UserErrorCode'], ParentType, ContextType>;
  message?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  field?: Resolver<Maybe<Array<ResolversTypes['String']>>, ParentType, ContextType>;
};

export type MutationResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Mutation'] = ResolversParentTypes['Mutation']> = {
  createTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationCreateTicketArgs, 'input'>>;
  replyToTicket?: Resolver<ResolversTypes['MessagePayload'], ParentType, ContextType, RequireFields<MutationReplyToTicketArgs, 'input'>>;
  addNote?: Resolver<ResolversTypes['NotePayload'], ParentType, ContextType, RequireFields<MutationAddNoteArgs, 'input'>>;
  updateTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationUpdateTicketArgs, 'input'>>;
  updateTickets?: Resolver<ResolversTypes['UpdateTicketsPayload'], ParentType, ContextType, RequireFields<MutationUpdateTicketsArgs, 'input'>>;
  mergeTickets?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationMergeTicketsArgs, 'input'>>;
  unmergeTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationUnmergeTicketArgs, 'id'>>;
  splitTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationSplitTicketArgs, 'input'>>;
  linkTickets?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationLinkTicketsArgs, 'input'>>;
  snoozeTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationSnoozeTicketArgs, 'id' | 'until'>>;
  viewTicket?: Resolver<ResolversTypes['ViewTicketPayload'], ParentType, ContextType, RequireFields<MutationViewTicketArgs, 'id' | 'writing'>>;
  updateCustomer?: Resolver<ResolversTypes['CustomerPayload'], ParentType, ContextType, RequireFields<MutationUpdateCustomerArgs, 'input'>>;
  mergeCustomers?: Resolver<ResolversTypes['CustomerPayload'], ParentType, ContextType, RequireFields<MutationMergeCustomersArgs, 'into' | 'from'>>;
  unmergeCustomer?: Resolver<ResolversTypes['CustomerPayload'], ParentType, ContextType, RequireFields<MutationUnmergeCustomerArgs, 'id'>>;
  eraseCustomer?: Resolver<ResolversTypes['EraseCustomerPayload'], ParentType, ContextType, RequireFields<MutationEraseCustomerArgs, 'id'>>;
  rateTicket?: Resolver<ResolversTypes['TicketPayload'], ParentType, ContextType, RequireFields<MutationRateTicketArgs, 'token' | 'score'>>;
  upsertCustomField?: Resolver<ResolversTypes['CustomFieldPayload'], ParentType, ContextType, RequireFields<MutationUpsertCustomFieldArgs, 'input'>>;
  updateWorkspace?: Resolver<ResolversTypes['WorkspacePayload'], ParentType, ContextType, RequireFields<MutationUpdateWorkspaceArgs, 'input'>>;
  createWebhook?: Resolver<ResolversTypes['WebhookCredentialsPayload'], ParentType, ContextType, RequireFields<MutationCreateWebhookArgs, 'input'>>;
  updateWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationUpdateWebhookArgs, 'input'>>;
  deleteWebhook?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationDeleteWebhookArgs, 'id'>>;
  rotateWebhookSecret?: Resolver<ResolversTypes['WebhookCredentialsPayload'], ParentType, ContextType, RequireFields<MutationRotateWebhookSecretArgs, 'id'>>;
  redriveWebhookDelivery?: Resolver<ResolversTypes['WebhookPayload'], ParentType, ContextType, RequireFields<MutationRedriveWebhookDeliveryArgs, 'webhookId' | 'id'>>;
};

export type TicketPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketPayload'] = ResolversParentTypes['TicketPayload']> = {
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type MessagePayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['MessagePayload'] = ResolversParentTypes['MessagePayload']> = {
  message?: Resolver<Maybe<ResolversTypes['Message']>, ParentType, ContextType>;
  ticket?: Resolver<Maybe<ResolversTypes['Ticket']>, ParentType, ContextType>;
  newMessages?: Resolver<Array<ResolversTypes['Message']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type NotePayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['NotePayload'] = ResolversParentTypes['NotePayload']> = {
  note?: Resolver<Maybe<ResolversTypes['Note']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type UpdateTicketsPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['UpdateTicketsPayload'] = ResolversParentTypes['UpdateTicketsPayload']> = {
  results?: Resolver<Array<ResolversTypes['TicketPayload']>, ParentType, ContextType>;
};

export type ViewTicketPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['ViewTicketPayload'] = ResolversParentTypes['ViewTicketPayload']> = {
  viewers?: Resolver<Array<ResolversTypes['TicketViewer']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CustomerPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomerPayload'] = ResolversParentTypes['CustomerPayload']> = {
  customer?: Resolver<Maybe<ResolversTypes['Customer']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type EraseCustomerPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['EraseCustomerPayload'] = ResolversParentTypes['EraseCustomerPayload']> = {
  erased?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type CustomFieldPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['CustomFieldPayload'] = ResolversParentTypes['CustomFieldPayload']> = {
  customField?: Resolver<Maybe<ResolversTypes['CustomFieldDefinition']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type WorkspacePayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WorkspacePayload'] = ResolversParentTypes['WorkspacePayload']> = {
  workspace?: Resolver<Maybe<ResolversTypes['Workspace']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type SubscriptionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Subscription'] = ResolversParentTypes['Subscription']> = {
  ticketEvents?: SubscriptionResolver<ResolversTypes['TicketEvent'], "ticketEvents", ParentType, ContextType, Partial<SubscriptionTicketEventsArgs>>;
  ticketViewers?: SubscriptionResolver<Array<ResolversTypes['TicketViewer']>, "ticketViewers", ParentType, ContextType, RequireFields<SubscriptionTicketViewersArgs, 'ticketId'>>;
  ticketCountsChanged?: SubscriptionResolver<Array<ResolversTypes['TicketCount']>, "ticketCountsChanged", ParentType, ContextType, RequireFields<SubscriptionTicketCountsChangedArgs, 'by'>>;
};

export type TicketEventResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['TicketEvent'] = ResolversParentTypes['TicketEvent']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  kind?: Resolver<ResolversTypes['TicketEventKind'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  entry?: Resolver<Maybe<ResolversTypes['TimelineEntry']>, ParentType, ContextType>;
  changed?: Resolver<Array<ResolversTypes['String']>, ParentType, ContextType>;
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WebhookResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['Webhook'] = ResolversParentTypes['Webhook'], FederationReferenceType extends FederationReferenceTypes['Webhook'] = FederationReferenceTypes['Webhook']> = {
  __resolveReference?: ReferenceResolver<Maybe<ResolversTypes['Webhook']> | FederationReferenceType, FederationReferenceType, ContextType>;
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  name?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  url?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  events?: Resolver<Array<ResolversTypes['TicketEventKind']>, ParentType, ContextType>;
  enabled?: Resolver<ResolversTypes['Boolean'], ParentType, ContextType>;
  disabledReason?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  deliveries?: Resolver<ResolversTypes['WebhookDeliveryConnection'], ParentType, ContextType, RequireFields<WebhookDeliveriesArgs, 'first'>>;
};

export type WebhookDeliveryResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookDelivery'] = ResolversParentTypes['WebhookDelivery']> = {
  id?: Resolver<ResolversTypes['ID'], ParentType, ContextType>;
  event?: Resolver<ResolversTypes['TicketEventKind'], ParentType, ContextType>;
  ticket?: Resolver<ResolversTypes['Ticket'], ParentType, ContextType>;
  status?: Resolver<ResolversTypes['WebhookDeliveryStatus'], ParentType, ContextType>;
  attempts?: Resolver<Array<ResolversTypes['WebhookAttempt']>, ParentType, ContextType>;
  nextAttemptAt?: Resolver<Maybe<ResolversTypes['DateTime']>, ParentType, ContextType>;
  createdAt?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
};

export type WebhookAttemptResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookAttempt'] = ResolversParentTypes['WebhookAttempt']> = {
  at?: Resolver<ResolversTypes['DateTime'], ParentType, ContextType>;
  responseStatus?: Resolver<Maybe<ResolversTypes['Int']>, ParentType, ContextType>;
  detail?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  durationMs?: Resolver<ResolversTypes['Int'], ParentType, ContextType>;
};

export type WebhookDeliveryConnectionResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookDeliveryConnection'] = ResolversParentTypes['WebhookDeliveryConnection']> = {
  edges?: Resolver<Array<ResolversTypes['WebhookDeliveryEdge']>, ParentType, ContextType>;
  nodes?: Resolver<Array<ResolversTypes['WebhookDelivery']>, ParentType, ContextType>;
  pageInfo?: Resolver<ResolversTypes['PageInfo'], ParentType, ContextType>;
};

export type WebhookDeliveryEdgeResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookDeliveryEdge'] = ResolversParentTypes['WebhookDeliveryEdge']> = {
  cursor?: Resolver<ResolversTypes['String'], ParentType, ContextType>;
  node?: Resolver<ResolversTypes['WebhookDelivery'], ParentType, ContextType>;
};

export type WebhookPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookPayload'] = ResolversParentTypes['WebhookPayload']> = {
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type WebhookCredentialsPayloadResolvers<ContextType = ContextRow, ParentType extends ResolversParentTypes['WebhookCredentialsPayload'] = ResolversParentTypes['WebhookCredentialsPayload']> = {
  webhook?: Resolver<Maybe<ResolversTypes['Webhook']>, ParentType, ContextType>;
  secret?: Resolver<Maybe<ResolversTypes['String']>, ParentType, ContextType>;
  userErrors?: Resolver<Array<ResolversTypes['UserError']>, ParentType, ContextType>;
};

export type Resolvers<ContextType = ContextRow> = {
  DateTime?: GraphQLScalarType;
  JSON?: GraphQLScalarType;
  Ticket?: TicketResolvers<ContextType>;
  CustomFieldValue?: CustomFieldValueResolvers<ContextType>;
  CustomFieldDefinition?: CustomFieldDefinitionResolvers<ContextType>;
  TicketRating?: TicketRatingResolvers<ContextType>;
  TicketViewer?: TicketViewerResolvers<ContextType>;
  TicketLink?: TicketLinkResolvers<ContextType>;
  TimelineEntry?: TimelineEntryResolvers<ContextType>;
  TimelineConnection?: TimelineConnectionResolvers<ContextType>;
  TimelineEdge?: TimelineEdgeResolvers<ContextType>;
  Message?: MessageResolvers<ContextType>;
  CallDetails?: CallDetailsResolvers<ContextType>;
  Attachment?: AttachmentResolvers<ContextType>;
  Note?: NoteResolvers<ContextType>;
  TicketChange?: TicketChangeResolvers<ContextType>;
  ChangeCause?: ChangeCauseResolvers<ContextType>;
  Actor?: ActorResolvers<ContextType>;
  System?: SystemResolvers<ContextType>;
  Customer?: CustomerResolvers<ContextType>;
  CustomerIdentity?: CustomerIdentityResolvers<ContextType>;
  Undeliverable?: UndeliverableResolvers<ContextType>;
  Agent?: AgentResolvers<ContextType>;
  Team?: TeamResolvers<ContextType>;
  Rule?: RuleResolvers<ContextType>;
  PageInfo?: PageInfoResolvers<ContextType>;
  TicketConnection?: TicketConnectionResolvers<ContextType>;
  TicketEdge?: TicketEdgeResolvers<ContextType>;
  Workspace?: WorkspaceResolvers<ContextType>;
  Query?: QueryResolvers<ContextType>;
  CustomerConnection?: CustomerConnectionResolvers<ContextType>;
  CustomerEdge?: CustomerEdgeResolvers<ContextType>;
  TicketCount?: TicketCountResolvers<ContextType>;
  Erasure?: ErasureResolvers<ContextType>;
  ErasurePart?: ErasurePartResolvers<ContextType>;
  UserError?: UserErrorResolvers<ContextType>;
  Mutation?: MutationResolvers<ContextType>;
  TicketPayload?: TicketPayloadResolvers<ContextType>;
  MessagePayload?: MessagePayloadResolvers<ContextType>;
  NotePayload?: NotePayloadResolvers<ContextType>;
  UpdateTicketsPayload?: UpdateTicketsPayloadResolvers<ContextType>;
  ViewTicketPayload?: ViewTicketPayloadResolvers<ContextType>;
  CustomerPayload?: CustomerPayloadResolvers<ContextType>;
  EraseCustomerPayload?: EraseCustomerPayloadResolvers<ContextType>;
  CustomFieldPayload?: CustomFieldPayloadResolvers<ContextType>;
  WorkspacePayload?: WorkspacePayloadResolvers<ContextType>;
  Subscription?: SubscriptionResolvers<ContextType>;
  TicketEvent?: TicketEventResolvers<ContextType>;
  Webhook?: WebhookResolvers<ContextType>;
  WebhookDelivery?: WebhookDeliveryResolvers<ContextType>;
  WebhookAttempt?: WebhookAttemptResolvers<ContextType>;
  WebhookDeliveryConnection?: WebhookDeliveryConnectionResolvers<ContextType>;
  WebhookDeliveryEdge?: WebhookDeliveryEdgeResolvers<ContextType>;
  WebhookPayload?: WebhookPayloadResolvers<ContextType>;
  WebhookCredentialsPayload?: WebhookCredentialsPayloadResolvers<ContextType>;
};

