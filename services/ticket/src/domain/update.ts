import type { TicketChangeKind, TicketPriority, TicketStatus } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { normaliseTags } from './tags.ts';
import { differenceOf, nextVersion, type Ticket } from './ticket.ts';

/** What an agent asks to change; what is undefined stays. */
export interface TicketUpdate {
  readonly status?: TicketStatus | undefined;
  readonly priority?: TicketPriority | undefined;
  readonly assigneeId?: string | null | undefined;
  readonly teamId?: string | null | undefined;
  readonly addTags?: readonly string[] | undefined;
  readonly removeTags?: readonly string[] | undefined;
  readonly subject?: string | undefined;
}

export type UpdateFault =
  | { readonly code: 'INVALID'; readonly field: string; readonly message: string }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly field: string; readonly message: string }
  | { readonly code: 'NOT_ALLOWED_IN_STATUS'; readonly status: TicketStatus };

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
};

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

/** The ticket after an update with one change entry for each kind of field, or null when nothing changes. */
export function update(
  ticket: Ticket,
  asked: TicketUpdate,
  nowIso: string,
): Result<Updated | null, UpdateFault> {
  const subject = asked.subject ?? ticket.subject;
  const tags = tagsAfter(ticket, asked);
  const fault = faultOf(asked.subject, asked.addTags === undefined ? [] : tags);
  if (fault !== null) return err(fault);
  const status = asked.status ?? ticket.status;
  if (ticket.status === 'CLOSED' && status !== 'CLOSED')
    return err({ code: 'NOT_ALLOWED_IN_STATUS', status: 'CLOSED' });
  const settled = status === 'RESOLVED' || status === 'CLOSED';
  const changed: Ticket = {
    ...ticket,
    subject,
    tags,
    status,
    priority: asked.priority ?? ticket.priority,
    assigneeId: asked.assigneeId === undefined ? ticket.assigneeId : asked.assigneeId,
    teamId: asked.teamId === undefined ? ticket.teamId : asked.teamId,
    resolvedAt: settled ? (ticket.resolvedAt ?? nowIso) : null,
    awaitingReplySince: settled || status === 'SPAM' ? null : ticket.awaitingReplySince,
  };
  const changes = changesBetween(ticket, changed);
  if (changes.length === 0) return ok(null);
  return ok({ ticket: nextVersion(ticket, changed, nowIso), changes });
}

/** One entry for each kind of field that differs, in the order of the kinds above. */
export function changesBetween(old: Ticket, now: Ticket): FieldChange[] {
  const { changed } = differenceOf(old, now);
  const byKind = new Map<TicketChangeKind, FieldChange>();
  for (const name of changed) {
    const field = name as keyof Ticket;
    const kind = kindOfField[field];
    if (kind === undefined) continue;
    const entry = byKind.get(kind) ?? { kind, before: {}, after: {} };
    byKind.set(kind, entry);
    entry.before[field] = old[field];
    entry.after[field] = now[field];
  }
  return [...byKind.values()];
}
