/** The closed sets that several services share. Source: the field's common vocabulary, fixed by the GraphQL schema. */

export const channelKinds = [
  'EMAIL',
  'CHAT',
  'PHONE',
  'FACEBOOK',
  'TWITTER',
  'WEB_FORM',
  'INTERNAL',
  'API',
] as const;
export type ChannelKind = (typeof channelKinds)[number];

export const ticketStatuses = ['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'SPAM'] as const;
export type TicketStatus = (typeof ticketStatuses)[number];

export const ticketPriorities = ['LOW', 'NORMAL', 'HIGH', 'URGENT'] as const;
export type TicketPriority = (typeof ticketPriorities)[number];

export const identityKinds = ['EMAIL', 'PHONE', 'FACEBOOK', 'TWITTER', 'CHAT', 'EXTERNAL'] as const;
export type IdentityKind = (typeof identityKinds)[number];

export const roles = ['ADMIN', 'AGENT', 'VIEWER', 'CONNECTOR'] as const;
/** What a caller may do: ADMIN configures, AGENT works tickets, VIEWER only looks, CONNECTOR hands in messages of one channel. */
export type Role = (typeof roles)[number];

export const ticketEventKinds = ['TICKET_CREATED', 'MESSAGE_ADDED', 'TICKET_CHANGED'] as const;
/** What happened to a ticket. A ticket opened by a message is one TICKET_CREATED whose entry is that message. */
export type TicketEventKind = (typeof ticketEventKinds)[number];

export const ticketChangeKinds = ['STATUS', 'PRIORITY', 'ASSIGNMENT', 'TAGS', 'SUBJECT'] as const;
export type TicketChangeKind = (typeof ticketChangeKinds)[number];

export const threadReasons = [
  'NEW_CONVERSATION',
  'IN_REPLY_TO',
  'REFERENCES',
  'ANSWERED_EARLIER',
  'CONVERSATION',
  'FOLLOW_UP',
] as const;
/**
 * Why a message is on the ticket it is on: nothing pointed anywhere; its In-Reply-To or one of its References names
 * a known mail; a mail that came before it had already named it (or one of the same ancestors); its channel's own
 * conversation id; or its ticket was closed and this one follows it up.
 */
export type ThreadReason = (typeof threadReasons)[number];
