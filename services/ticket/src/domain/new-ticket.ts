import type { ChannelKind, TicketPriority } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  applyFields,
  defaultsOf,
  missingRequired,
  type CustomFieldDefinition,
  type FieldFault,
} from './custom-field.ts';
import type { InputFault } from './input-fault.ts';
import { normaliseTags } from './tags.ts';
import type { Ticket } from './ticket.ts';
import { maxSubjectLength, maxTagLength, maxTags, type FieldChange } from './update.ts';

/** What an agent wants of a new ticket. */
export interface NewTicket {
  readonly subject: string;
  readonly priority: TicketPriority;
  readonly teamId: string | null;
  readonly assigneeId: string | null;
  readonly tags: readonly string[];
  readonly fields: readonly { readonly key: string; readonly value?: unknown }[];
}

/** What is known of a new ticket when it is made. */
export interface NewTicketFacts {
  readonly id: string;
  readonly channel: ChannelKind;
  /** Null for an internal ticket. */
  readonly customerId: string | null;
  /** The message to the customer that the ticket begins with; null for none. */
  readonly messageId: string | null;
  readonly definitions: readonly CustomFieldDefinition[];
}

/** The subject and tags in the form in which they are kept; a fault when they are more than a ticket holds. */
function checked({ subject, tags }: NewTicket): Result<{ subject: string; tags: string[] }, InputFault> {
  const limit = (field: string, message: string): Result<never, InputFault> =>
    err({ code: 'LIMIT_EXCEEDED', field, message });
  const kept = subject.trim();
  if (kept === '')
    return err({ code: 'INVALID', field: 'subject', message: 'The subject must not be empty.' });
  if (kept.length > maxSubjectLength) {
    return limit('subject', `A subject has at most ${maxSubjectLength} characters.`);
  }
  if (tags.length > 2 * maxTags) return limit('tags', `A ticket has at most ${maxTags} tags.`);
  const normal = normaliseTags(tags);
  if (normal.length > maxTags) return limit('tags', `A ticket has at most ${maxTags} tags.`);
  if (normal.some((tag) => tag.length > maxTagLength)) {
    return limit('tags', `A tag has at most ${maxTagLength} characters.`);
  }
  return ok({ subject: kept, tags: normal });
}

/** The custom fields that a new ticket begins with: the defaults, what is given, and nothing required left out. */
function firstFields(
  definitions: readonly CustomFieldDefinition[],
  given: NewTicket['fields'],
): Result<Record<string, unknown>, FieldFault> {
  const fields = applyFields(definitions, defaultsOf(definitions), given);
  if (!fields.ok) return fields;
  const missing = missingRequired(definitions, fields.value);
  if (missing.length === 0) return fields;
  const message = `A new ticket needs a value in: ${missing.slice(0, 10).join(', ')}.`;
  return err({ code: 'INVALID', field: 'fields', message });
}

/**
 * The first version of a ticket that an agent makes. An agent has looked at it, so it is never NEW: it is PENDING when it
 * begins with a message to the customer, whose turn it is then, and OPEN otherwise. Its number is 0 until the database
 * gives one.
 */
export function newTicket(
  asked: NewTicket,
  facts: NewTicketFacts,
  nowIso: string,
): Result<Ticket, InputFault> {
  const kept = checked(asked);
  if (!kept.ok) return kept;
  const fields = firstFields(facts.definitions, asked.fields);
  if (!fields.ok) return fields;
  const { messageId } = facts;
  return ok({
    id: facts.id,
    number: 0,
    ...kept.value,
    status: messageId === null ? 'OPEN' : 'PENDING',
    priority: asked.priority,
    channel: facts.channel,
    channelId: null,
    customerId: facts.customerId,
    assigneeId: asked.assigneeId,
    teamId: asked.teamId,
    language: null,
    awaitingReplySince: null,
    createdAt: nowIso,
    updatedAt: nowIso,
    // Words that open a ticket answer nothing.
    firstRepliedAt: null,
    resolvedAt: null,
    version: 1,
    messageCount: messageId === null ? 0 : 1,
    lastMessageId: messageId,
    fields: fields.value,
    snoozedUntil: null,
    mergedIntoId: null,
    rating: null,
  });
}

/** What the timeline tells of a new ticket: how it was made. */
export function creationOf(ticket: Ticket): FieldChange {
  const { subject, status, priority, channel, customerId, assigneeId, teamId, tags, fields } = ticket;
  const after = { subject, status, priority, channel, customerId, assigneeId, teamId, tags, fields };
  return { kind: 'CREATED', before: {}, after };
}
