import { z } from 'zod';
import {
  channelKinds,
  identityKinds,
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
export const changeEntrySchema = z.object({
  type: z.literal('CHANGE'),
  id,
  kind: z.enum(ticketChangeKinds),
});
export const timelineEntrySchema = z.discriminatedUnion('type', [messageEntrySchema, changeEntrySchema]);
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
    identities: z.array(z.object({ kind: z.enum(identityKinds), value: z.string().min(1) })).min(1),
  }),
  to: z.array(z.string()),
  cc: z.array(z.string()),
  subject: z.string(),
  text: z.string(),
  html: z.string().nullable(),
  language: z.string().nullable(),
  automatic: z.boolean(),
  sentAt: instant,
  /** Conversation keys in order of trust; `own` names this very message. See threading in the ticket service. */
  thread: z.object({
    own: z.string().nullable(),
    inReplyTo: z.array(z.string()),
    references: z.array(z.string()),
    conversation: z.string().nullable(),
  }),
});
export type NormalisedMessage = z.infer<typeof normalisedMessageSchema>;

/** What became of a message that came in, told to the intake that keeps its raw form. */
export const inboundSettledSchema = z.object({
  messageId: id,
  outcome: z.enum(['ON_TICKET', 'DEAD_LETTER']),
  ticketId: id.nullable(),
  reason: z.string().nullable(),
});
export type InboundSettled = z.infer<typeof inboundSettledSchema>;

/** Routing's decision, as a command to the ticket service. It applies only while nobody has taken the ticket. */
export const assignTicketSchema = z.object({
  ticketId: id,
  teamId: id,
  assigneeId: id.nullable(),
  reason: z.string(),
});
export type AssignTicket = z.infer<typeof assignTicketSchema>;

/** A raw item that waits to be parsed. */
export const processInboundSchema = z.object({ messageId: id });
export type ProcessInbound = z.infer<typeof processInboundSchema>;
