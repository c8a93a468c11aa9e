import type { TicketChangeKind, TicketPriority, TicketStatus } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { applyFields, type CustomFieldDefinition, type FieldFault } from './custom-field.ts';
import { enter, mergedFault, statusFault, type LifecycleActor, type StatusFault } from './lifecycle.ts';
import { normaliseTags } from './tags.ts';
import { differenceOf, nextVersion, type Ticket } from './ticket.ts';

/** What somebody asks to change; what is undefined stays. */
export interface TicketUpdate {
  readonly status?: TicketStatus | undefined;
  readonly priority?: TicketPriority | undefined;
  readonly assigneeId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly subject?: string | undefined;
  /** Custom fields by key; a value of null takes the value away. */
  readonly fields?: readonly { readonly key: string; readonly value?: unknown }[] | undefined;
  readonly customerId?: string | undefined;
}

/** Who changes a ticket, and the fields that it may have: the definitions are needed only where fields are asked for. */
export interface UpdateTerms {
  readonly actor: LifecycleActor;
  readonly fieldDefinitions: readonly CustomFieldDefinition[];
}

export type UpdateFault = FieldFault | StatusFault;

export const maxTags = 50;
export const maxTagLength = 64;
export const maxSubjectLength = 1_000;

/** One timeline entry of an update: the fields of one kind, before and after. */
export interface FieldChange {
  readonly kind: TicketChangeKind;
  readonly before: Record<string, unknown>;
  readonly after: Record<string, unknown>;
}

export interface Updated {
  readonly ticket: Ticket;
  readonly changes: FieldChange[];
}

const kindOfField: Partial<Record<keyof Ticket, TicketChangeKind>> = {
  status: 'STATUS',
  priority: 'PRIORITY',
  assigneeId: 'ASSIGNMENT',
  teamId: 'ASSIGNMENT',
  tags: 'TAGS',
  subject: 'SUBJECT',
  fields: 'FIELDS',
  customerId: 'CUSTOMER',
  snoozedUntil: 'SNOOZED',
  mergedIntoId: 'MERGED',
  rating: 'RATED',
};

function kindOf(field: keyof Ticket, now: Ticket): TicketChangeKind | undefined {
  return field === 'snoozedUntil' && now.snoozedUntil === null ? 'WOKEN' : kindOfField[field];
}

function tagsAfter(ticket: Ticket, update: TicketUpdate): string[] {
  const removed = new Set(normaliseTags(update.removeTags ?? []));
  return normaliseTags([...ticket.tags, ...(update.addTags ?? [])]).filter((tag) => !removed.has(tag));
}

/** What is wrong with what was asked; what the ticket has already is not asked about again. */
function faultOf(subject: string | undefined, tags: readonly string[]): UpdateFault | null {
  if (subject?.trim() === '')
    return { code: 'INVALID', field: 'subject', message: 'The subject must not be empty.' };
  if (subject !== undefined && subject.length > maxSubjectLength) {
    return {
      code: 'LIMIT_EXCEEDED',
      field: 'subject',
      message: `A subject has at most ${maxSubjectLength} characters.`,
    };
  }
  if (tags.length > maxTags) {
    return { code: 'LIMIT_EXCEEDED', field: 'addTags', message: `A ticket has at most ${maxTags} tags.` };
  }
  if (tags.some((tag) => tag.length > maxTagLength)) {
    return {
      code: 'LIMIT_EXCEEDED',
      field: 'addTags',
      message: `A tag has at most ${maxTagLength} characters.`,
    };
  }
  return null;
}

/**
 * The ticket after an update with one change entry for each kind of field, or null when nothing changes. A ticket that
 * was merged away takes no update. Who is assigned says nothing about the status: one that is NEW stays NEW.
 */
export function update(
  ticket: Ticket,
  asked: TicketUpdate,
  terms: UpdateTerms,
  nowIso: string,
): Result<Updated | null, UpdateFault> {
  const status = asked.status ?? ticket.status;
  const refusal = mergedFault(ticket) ?? statusFault(ticket, status, terms.actor);
  if (refusal !== null) return err(refusal);
  const tags = tagsAfter(ticket, asked);
  const fault = faultOf(asked.subject, asked.addTags === undefined ? [] : tags);
  if (fault !== null) return err(fault);
  const fields = asked.fields ? applyFields(terms.fieldDefinitions, ticket.fields, asked.fields) : null;
  if (fields !== null && !fields.ok) return fields;
  return ok(
    revised(
      ticket,
      {
        ...enter(ticket, status, nowIso),
        subject: asked.subject ?? ticket.subject,
        tags,
        priority: asked.priority ?? ticket.priority,
        assigneeId: asked.assigneeId === undefined ? ticket.assigneeId : asked.assigneeId,
        teamId: asked.teamId === undefined ? ticket.teamId : asked.teamId,
        fields: fields?.value ?? ticket.fields,
        customerId: asked.customerId ?? ticket.customerId,
      },
      nowIso,
    ),
  );
}

/** The next version of a ticket that shall be as `wanted`, with its change entries; null when it is so already. */
export function revised(ticket: Ticket, wanted: Ticket, nowIso: string): Updated | null {
  const changes = changesBetween(ticket, wanted);
  return changes.length === 0 ? null : { ticket: nextVersion(ticket, wanted, nowIso), changes };
}

/** One entry for each kind of field that differs, in the order of the kinds above. */
export function changesBetween(old: Ticket, now: Ticket): FieldChange[] {
  const { changed } = differenceOf(old, now);
  const byKind = new Map<TicketChangeKind, FieldChange>();
  for (const name of changed) {
    const field = name as keyof Ticket;
    const kind = kindOf(field, now);
    if (kind === undefined) continue;
    const entry = byKind.get(kind) ?? { kind, before: {}, after: {} };
    byKind.set(kind, entry);
    entry.before[field] = old[field];
    entry.after[field] = now[field];
  }
  return [...byKind.values()];
}
