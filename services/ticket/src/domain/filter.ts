import type { ChannelKind, TicketPriority, TicketStatus } from '@smart-tickets/contracts';
import { normaliseTags } from './tags.ts';
import type { Ticket } from './ticket.ts';

/** Conditions on a ticket, all of which must hold; a null or missing one always does. */
export interface TicketFilter {
  readonly status?: readonly TicketStatus[] | null;
  readonly priority?: readonly TicketPriority[] | null;
  readonly channel?: readonly ChannelKind[] | null;
  readonly assigneeId?: readonly string[] | null;
  readonly teamId?: readonly string[] | null;
  readonly customerId?: readonly string[] | null;
  readonly tags?: readonly string[] | null;
  readonly unassigned?: boolean | null;
  readonly awaitingReply?: boolean | null;
  readonly createdAfter?: string | null;
  readonly createdBefore?: string | null;
  readonly updatedAfter?: string | null;
  readonly snoozed?: boolean | null;
}

/** Most values that one list of a filter may hold. */
export const maxFilterValues = 100;

/** The filter in the form in which tickets are kept: ids and tags in lower case, tags trimmed. */
export function normaliseFilter(filter: TicketFilter): TicketFilter {
  const lower = (list: readonly string[] | null | undefined): readonly string[] | null =>
    list?.map((value) => value.toLowerCase()) ?? null;
  return {
    ...filter,
    assigneeId: lower(filter.assigneeId),
    teamId: lower(filter.teamId),
    customerId: lower(filter.customerId),
    tags: filter.tags == null ? null : normaliseTags(filter.tags),
  };
}

/** Names of the filter's lists that are longer than `maxFilterValues`. */
export function overlongLists(filter: TicketFilter): string[] {
  return Object.entries(filter)
    .filter(([, value]) => Array.isArray(value) && value.length > maxFilterValues)
    .map(([name]) => name);
}

function among(values: readonly string[] | null | undefined, value: string | null): boolean {
  return values === null || values === undefined || (value !== null && values.includes(value));
}

function agrees(wanted: boolean | null | undefined, is: boolean): boolean {
  return wanted === null || wanted === undefined || wanted === is;
}

/** Whether a ticket, as it stands in this snapshot, passes the filter. The SQL of the list says the same. */
export function passes(filter: TicketFilter, ticket: Ticket): boolean {
  return (
    among(filter.status, ticket.status) &&
    among(filter.priority, ticket.priority) &&
    among(filter.channel, ticket.channel) &&
    among(filter.assigneeId, ticket.assigneeId) &&
    among(filter.teamId, ticket.teamId) &&
    among(filter.customerId, ticket.customerId) &&
    (filter.tags ?? []).every((tag) => ticket.tags.includes(tag)) &&
    agrees(filter.unassigned, ticket.assigneeId === null) &&
    agrees(filter.awaitingReply, ticket.awaitingReplySince !== null) &&
    agrees(filter.snoozed, ticket.snoozedUntil !== null) &&
    (filter.createdAfter == null || ticket.createdAt > filter.createdAfter) &&
    (filter.createdBefore == null || ticket.createdAt < filter.createdBefore) &&
    (filter.updatedAfter == null || ticket.updatedAt > filter.updatedAfter)
  );
}
