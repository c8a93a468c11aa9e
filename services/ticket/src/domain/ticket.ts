import type { TicketSnapshot } from '@smart-tickets/contracts';

/** A ticket's row; the same shape travels in events. Instants are ISO 8601 strings in UTC with milliseconds. */
export type Ticket = TicketSnapshot;

/** Fields whose change counts as a change of the ticket, as GraphQL names them. */
export const watchedFields = [
  'subject',
  'status',
  'priority',
  'assigneeId',
  'teamId',
  'tags',
  'language',
  'awaitingReplySince',
  'firstRepliedAt',
  'resolvedAt',
  'messageCount',
  'lastMessageId',
  'customerId',
  'fields',
  'snoozedUntil',
  'mergedIntoId',
  'rating',
] as const satisfies readonly (keyof Ticket)[];

/** What differs between two versions: field names in schema order, with the values before. */
export interface TicketDifference {
  readonly changed: string[];
  readonly before: Record<string, unknown>;
}

function same(a: unknown, b: unknown): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The watched fields that differ from `old` to `now`. */
export function differenceOf(old: Ticket, now: Ticket): TicketDifference {
  const changed = watchedFields.filter((field) => !same(old[field], now[field]));
  return { changed: [...changed], before: Object.fromEntries(changed.map((field) => [field, old[field]])) };
}

/** The instant of a ticket's next change: now, but never before its last one, whatever another machine's clock says. */
export function changeInstant(ticket: Ticket, nowIso: string): string {
  return nowIso > ticket.updatedAt ? nowIso : ticket.updatedAt;
}

/** Whether a ticket is between colleagues, with no customer who would be told anything. */
export function isWithinHouse({ channel, customerId }: Pick<Ticket, 'channel' | 'customerId'>): boolean {
  return channel === 'INTERNAL' && customerId === null;
}

/** The next version of a ticket with some fields set. */
export function nextVersion(ticket: Ticket, set: Partial<Ticket>, nowIso: string): Ticket {
  return { ...ticket, ...set, version: ticket.version + 1, updatedAt: changeInstant(ticket, nowIso) };
}
