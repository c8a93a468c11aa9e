import { storable } from '@smart-tickets/kit/text';
import { normaliseFilter, type TicketFilter } from '../domain/filter.ts';

/** A caller's filter in the form in which tickets are kept, free of what the database cannot hold. */
export function filterInput(filter: TicketFilter | null | undefined): TicketFilter {
  const given = filter ?? {};
  return normaliseFilter({ ...given, tags: given.tags?.map(storable) ?? null });
}
