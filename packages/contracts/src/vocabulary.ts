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

export const roles = ['ADMIN', 'AGENT', 'VIEWER', 'CONNECTOR', 'CUSTOMER'] as const;
/**
 * What a caller may do: ADMIN configures, AGENT works tickets, VIEWER only looks, CONNECTOR hands in messages of one
 * channel, CUSTOMER rates the answer that the link was in, and nothing else.
 */
export type Role = (typeof roles)[number];

export const ticketEventKinds = [
  'TICKET_CREATED',
  'MESSAGE_ADDED',
  'NOTE_ADDED',
  'TICKET_CHANGED',
  'TICKET_MERGED',
] as const;
/** What happened to a ticket. A ticket opened by a message is one TICKET_CREATED whose entry is that message. */
export type TicketEventKind = (typeof ticketEventKinds)[number];

export const ticketChangeKinds = [
  'CREATED',
  'STATUS',
  'PRIORITY',
  'ASSIGNMENT',
  'TAGS',
  'SUBJECT',
  'FIELDS',
  'CUSTOMER',
  'MERGED',
  'SPLIT',
  'LINKED',
  'SNOOZED',
  'WOKEN',
  'SLA',
  'RATED',
  'DELIVERY',
] as const;
export type TicketChangeKind = (typeof ticketChangeKinds)[number];

export const ticketLinkKinds = [
  'FOLLOW_UP_OF',
  'FOLLOWED_UP_BY',
  'MERGED_FROM',
  'SPLIT_FROM',
  'SPLIT_INTO',
  'PARENT',
  'CHILD',
  'RELATED',
] as const;
/** What the other ticket of a link is to this one. */
export type TicketLinkKind = (typeof ticketLinkKinds)[number];

export const ratingScores = ['BAD', 'GOOD'] as const;
export type RatingScore = (typeof ratingScores)[number];

export const callOutcomes = ['ANSWERED', 'MISSED', 'VOICEMAIL'] as const;
export type CallOutcome = (typeof callOutcomes)[number];

/** What the receiving mail server found of whether the sender is who the mail says; NONE where it is not known. */
export const senderTrusts = ['PASS', 'FAIL', 'NONE'] as const;
export type SenderTrust = (typeof senderTrusts)[number];

export const threadReasons = [
  'NEW_CONVERSATION',
  'IN_REPLY_TO',
  'REFERENCES',
  'ANSWERED_EARLIER',
  'CONVERSATION',
  'FOLLOW_UP',
  'LOOP',
  'TOKEN',
  'SUBJECT',
  'STRANGER',
  'SAME_MAIL',
] as const;
/**
 * Why a message is on the ticket it is on: nothing pointed anywhere; its In-Reply-To or one of its References names
 * a known mail; a mail that came before it had already named it (or one of the same ancestors); its channel's own
 * conversation id; its ticket was closed and this one follows it up; its sender has opened so many tickets of the
 * same subject within so short a time that a machine must be at work; it was written to the token of one of our answers;
 * its subject names the ticket; it points to a ticket on which its sender has no part, and so stands on its own,
 * beside that one; or another mailbox has the same mail on a ticket, and this mailbox keeps tickets of its own.
 */
export type ThreadReason = (typeof threadReasons)[number];

export const deliveryStatuses = [
  'QUEUED',
  'CLAIMED',
  'SENT',
  'DELIVERED',
  'READ',
  'FAILED',
  'BOUNCED',
] as const;
/** Where an answer is on its way out. */
export type DeliveryStatus = (typeof deliveryStatuses)[number];
