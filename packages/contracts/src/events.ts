import { z } from 'zod';
import {
  callOutcomes,
  channelKinds,
  identityKinds,
  ratingScores,
  senderTrusts,
  threadReasons,
  ticketChangeKinds,
  ticketEventKinds,
  ticketPriorities,
  ticketStatuses,
} from './vocabulary.ts';

const instant = z.iso.datetime();
const id = z.uuid();

/** Who did something. `id` is null only for the system itself. */
export const actorSchema = z.object({
  type: z.enum(['AGENT', 'CUSTOMER', 'RULE', 'SYSTEM', 'CONNECTOR']),
  id: z.string().nullable(),
  name: z.string().nullable(),
});
export type Actor = z.infer<typeof actorSchema>;

/** Why something happened: the request it goes back to, the event that led to it, and how many steps lie between. */
export const causeSchema = z.object({
  requestId: z.string(),
  eventId: z.string().nullable(),
  depth: z.int().min(0),
});
export type Cause = z.infer<typeof causeSchema>;

/** What the customer thought of the answer. */
export const ratingSchema = z.object({
  score: z.enum(ratingScores),
  comment: z.string().nullable(),
  ratedAt: instant,
});
export type Rating = z.infer<typeof ratingSchema>;

/** A file that came with a message; its bytes are in the blob store under the hash of what they are. */
export const attachmentSchema = z.object({
  id,
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.int().min(0),
  /** SHA-256 of the bytes, lower-case hex. */
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Shown inside the text, as an image of an HTML mail is. */
  inline: z.boolean(),
  /** The Content-ID by which the HTML names an inline part, without its angle brackets. */
  contentId: z.string().nullable(),
});
export type Attachment = z.infer<typeof attachmentSchema>;

/** How a phone call went. */
export const callSchema = z.object({
  outcome: z.enum(callOutcomes),
  durationSeconds: z.int().min(0),
  recordingUrl: z.string().nullable(),
  transcript: z.string().nullable(),
});
export type Call = z.infer<typeof callSchema>;

/** The ticket's row at one version: all that rules, search and live filters judge it by. Instants are ISO 8601 UTC. */
export const ticketSnapshotSchema = z.object({
  id,
  number: z.int(),
  subject: z.string(),
  status: z.enum(ticketStatuses),
  priority: z.enum(ticketPriorities),
  channel: z.enum(channelKinds),
  channelId: id.nullable(),
  customerId: id.nullable(),
  assigneeId: id.nullable(),
  teamId: id.nullable(),
  tags: z.array(z.string()),
  language: z.string().nullable(),
  awaitingReplySince: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
  firstRepliedAt: instant.nullable(),
  resolvedAt: instant.nullable(),
  version: z.int().min(1),
  messageCount: z.int().min(0),
  lastMessageId: id.nullable(),
  // Events written before these fields existed are read with what was true then.
  /** Custom fields that have a value, by key. */
  fields: z.record(z.string(), z.unknown()).default({}),
  snoozedUntil: instant.nullable().default(null),
  /** The ticket that this one was merged into, at the end of the chain of merges; null while it stands for itself. */
  mergedIntoId: id.nullable().default(null),
  rating: ratingSchema.nullable().default(null),
});
export type TicketSnapshot = z.infer<typeof ticketSnapshotSchema>;

/** Longest text that an event carries of one message, in characters; the whole text stays with the ticket service. */
export const maxEventTextLength = 32_000;

export const messageEntrySchema = z.object({
  type: z.literal('MESSAGE'),
  id,
  direction: z.enum(['INBOUND', 'OUTBOUND']),
  author: actorSchema,
  text: z.string(),
  textTruncated: z.boolean(),
  automatic: z.boolean(),
  threadReason: z.enum(threadReasons).nullable(),
  sentAt: instant,
});
export const noteEntrySchema = z.object({
  type: z.literal('NOTE'),
  id,
  author: actorSchema,
  text: z.string(),
  textTruncated: z.boolean(),
  mentions: z.array(id),
});
export const changeEntrySchema = z.object({
  type: z.literal('CHANGE'),
  id,
  kind: z.enum(ticketChangeKinds),
});
export const timelineEntrySchema = z.discriminatedUnion('type', [
  messageEntrySchema,
  noteEntrySchema,
  changeEntrySchema,
]);
export type TimelineEntrySnapshot = z.infer<typeof timelineEntrySchema>;

/** One committed change of one ticket. `before` holds the old values of the fields named in `changed`. */
export const ticketEventSchema = z.object({
  kind: z.enum(ticketEventKinds),
  ticket: ticketSnapshotSchema,
  changed: z.array(z.string()),
  before: z.record(z.string(), z.unknown()),
  entry: timelineEntrySchema.nullable(),
  actor: actorSchema,
  /** The team that the channel of the first message belongs to: routing's first hint. */
  channelTeamId: id.nullable(),
  at: instant,
});
export type TicketEvent = z.infer<typeof ticketEventSchema>;

/** A message as every channel's intake hands it to the ticket service: parsed, cleaned, bounded. */
export const normalisedMessageSchema = z.object({
  /** Chosen when the raw item was stored; the message keeps it for life, so handing it in twice adds it once. */
  messageId: id,
  channelId: id,
  channelKind: z.enum(channelKinds),
  channelTeamId: id.nullable(),
  from: z.object({
    name: z.string().nullable(),
    /** The one by which the channel itself knows the sender first. What was merely typed in is not verified. */
    identities: z
      .array(
        z.object({
          kind: z.enum(identityKinds),
          value: z.string().min(1),
          verified: z.boolean().default(true),
        }),
      )
      .min(1),
  }),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  language: z.string().nullable(),
  automatic: z.boolean(),
  senderTrust: z.enum(senderTrusts).default('NONE'),
  sentAt: instant,
  attachments: z.array(attachmentSchema).default([]),
  call: callSchema.nullable().default(null),
  /** Written by an agent outside, in the mail client or the page's own inbox: it answers, and asks nothing. */
  fromAgent: z.boolean().default(false),
  /** The agent who took a call or wrote outside, where that is known. */
  agentId: id.nullable().default(null),
  /** Values for custom fields of the ticket that it opens, as handed in: not checked yet. */
  fields: z.record(z.string(), z.unknown()).default({}),
  /**
   * Conversation keys in order of trust; `own` names this very message. See threading in the ticket service. An answer
   * of ours that is named, by its Message-ID or by a token, is named by `answerKey`.
   */
  thread: z.object({
    own: z.string().nullable(),
    inReplyTo: z.array(z.string()),
    references: z.array(z.string()),
    conversation: z.string().nullable(),
  }),
  /** Keys of answers of ours to whose tokens the message was addressed. */
  tokens: z.array(z.string()).default([]),
  /** The number of a ticket that the subject names. */
  subjectNumber: z.int().nullable().default(null),
  /** To whom it was addressed beside us: the mail addresses in to and cc that are no mailboxes of ours. */
  others: z.array(z.string()).default([]),
  /** The id of the mailing list that it came over. Source: RFC 2919. */
  list: z.string().nullable().default(null),
  /** A mail server's report on a mail: where it names an answer of ours by its key, it belongs there, whoever sent it. */
  report: z.boolean().default(false),
  /** Names a mail whichever mailboxes it comes by: a hash of its Message-ID and of what it says; null for all else. */
  sameMail: z.string().nullable().default(null),
  /**
   * Where some mailboxes keep tickets of their own of mails that others have had too: the name of those that share theirs.
   * Null where all mailboxes share their tickets.
   */
  scope: z.string().nullable().default(null),
  /** Whether it joins the ticket to which it points though its sender has no part in that: a setting of the channel. */
  strangersJoin: z.boolean().default(false),
});
export type NormalisedMessage = z.infer<typeof normalisedMessageSchema>;

/** Conversation key of an answer of ours, by the id of its message. */
export function answerKey(messageId: string): string {
  return `out:${messageId}`;
}

/** An answer to the customer, to be carried out by the intake. */
export const answerGivenSchema = z.object({
  /** The message's; the delivery has the same. */
  messageId: id,
  ticketId: id,
  ticketNumber: z.int(),
  /** The channel that the ticket came by; null when it came by none. */
  channelId: id.nullable(),
  channelKind: z.enum(channelKinds),
  teamId: id.nullable(),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  /** The customer's language, BCP 47; null when it is not known. */
  language: z.string().nullable(),
  /** Addresses in the channel's form: mail addresses, phone numbers, ids of the platform. */
  to: z.array(z.string()),
  cc: z.array(z.string()),
  attachments: z.array(attachmentSchema),
  /** For the link by which the customer rates the answer; null when it is not known whose the ticket is. */
  customerId: id.nullable().default(null),
  customerName: z.string().nullable(),
  author: actorSchema,
  /** Written by a machine, such as a rule: the mail says so, for other machines not to answer. */
  automatic: z.boolean(),
  /** The newest message of the customer on the ticket, which this one answers; null when there is none. */
  answersMessageId: id.nullable(),
  /** The ticket's answer of the last day before this one, which is to be sent first; null when there is none. */
  followsMessageId: id.nullable().default(null),
  sentAt: instant,
});
export type AnswerGiven = z.infer<typeof answerGivenSchema>;

/** An answer that did not reach somebody, for good. */
export const deliveryFailedSchema = z.object({
  /** The answer's message. */
  messageId: id,
  ticketId: id,
  status: z.enum(['FAILED', 'BOUNCED']),
  /** What the mail server or the platform said. */
  error: z.string().nullable(),
  /** Whom it did not reach. */
  recipients: z.array(
    z.object({
      address: z.string(),
      /** The address itself is no good, as far as is known (5.1.x): nothing more is to be sent there. */
      dead: z.boolean(),
      error: z.string().nullable(),
    }),
  ),
  at: instant,
});
export type DeliveryFailed = z.infer<typeof deliveryFailedSchema>;

/** What became of a message that came in, told to the intake that keeps its raw form. */
export const inboundSettledSchema = z.object({
  messageId: id,
  /** DUPLICATE: the same mail is on the ticket already, by another mailbox. */
  outcome: z.enum(['ON_TICKET', 'DUPLICATE', 'DEAD_LETTER']),
  ticketId: id.nullable(),
  reason: z.string().nullable(),
});
export type InboundSettled = z.infer<typeof inboundSettledSchema>;

/** Routing's decision, as a command to the ticket service. It applies only while nobody else has taken the ticket. */
export const assignTicketSchema = z.object({
  ticketId: id,
  teamId: id,
  assigneeId: id.nullable(),
  /** The agent whose ticket it was, who takes none any more; null where nobody had it. */
  inPlaceOf: id.nullable().default(null),
  reason: z.string(),
});
export type AssignTicket = z.infer<typeof assignTicketSchema>;

/** Settings of a workspace that others go by. */
export const workspaceChangedSchema = z.object({
  name: z.string(),
  timeZone: z.string(),
  closeResolvedAfterDays: z.int(),
  retentionDays: z.int(),
});
export type WorkspaceChanged = z.infer<typeof workspaceChangedSchema>;

/**
 * A part of the erasure of a customer's personal data, for every service to carry out. An erasure is several parts: the
 * first names by what the person was known, for what is still on its way; each of the others some tickets and messages.
 * What the event's own place in the log comes after is erased; what comes later is not.
 */
export const eraseCustomerDataSchema = z.object({
  erasureId: id,
  /** Counted from 1. */
  part: z.int().min(1),
  requestedAt: instant,
  customerId: id,
  identities: z.array(
    z.object({ kind: z.enum(identityKinds), value: z.string(), verified: z.boolean().default(true) }),
  ),
  /** The customer's own tickets: all that was said on them is erased. */
  ticketIds: z.array(id),
  /** Tickets of others on which the customer has written: only the messages named here are erased. */
  guestTicketIds: z.array(id),
  /** At most 500. */
  messageIds: z.array(id),
});
export type EraseCustomerData = z.infer<typeof eraseCustomerDataSchema>;

/** What one service has erased of one part: names of what was counted, with how many. */
export const customerDataErasedSchema = z.object({
  erasureId: id,
  part: z.int().min(1),
  service: z.string(),
  counts: z.record(z.string(), z.int().min(0)),
});
export type CustomerDataErased = z.infer<typeof customerDataErasedSchema>;

/** A file that was announced for upload, for the ticket service to accept in answers. */
export const uploadAnnouncedSchema = attachmentSchema.omit({ inline: true, contentId: true }).extend({
  /** Who announced it: an agent's id, or the id of the connector's channel. */
  ownerId: z.string(),
});
export type UploadAnnounced = z.infer<typeof uploadAnnouncedSchema>;

/** Files that went out with an answer, for whoever keeps the book of what still needs which bytes. */
export const attachmentsUsedSchema = z.object({
  messageId: id,
  /** SHA-256 of each, lower-case hex. */
  sha256s: z.array(attachmentSchema.shape.sha256).max(100),
});
export type AttachmentsUsed = z.infer<typeof attachmentsUsedSchema>;

/** Messages that are compared between the services. */
export const messageIdsSchema = z.object({ messageIds: z.array(id).max(500) });
export type MessageIds = z.infer<typeof messageIdsSchema>;

/** Messages that the intake believes to be on tickets. */
export const auditedMessagesSchema = messageIdsSchema.extend({
  /** Whether those that are there are to be told, too: their raw forms are kept no longer then. */
  tellKept: z.boolean().default(false),
});
export type AuditedMessages = z.infer<typeof auditedMessagesSchema>;

/** A raw item that waits to be parsed. */
export const processInboundSchema = z.object({ messageId: id });
export type ProcessInbound = z.infer<typeof processInboundSchema>;
