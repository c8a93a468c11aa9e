import { isId } from '@smart-tickets/kit/ids';
import { storable } from '@smart-tickets/kit/text';
import { GraphQLError } from 'graphql';
import { normaliseFilter, overlongLists, type TicketFilter } from '../domain/filter.ts';

/** A caller's filter in the form in which tickets are kept, free of what the database cannot hold. */
export function filterInput(filter: TicketFilter | null | undefined): TicketFilter {
  const given = filter ?? {};
  return normaliseFilter({ ...given, tags: given.tags?.map(storable) ?? null });
}

/**
 * The same for a list or counts: what cannot be an id is taken out of the id lists, since it matches nothing.
 * BAD_USER_INPUT when a list is too long.
 */
export function listFilter(filter: TicketFilter | null | undefined): TicketFilter {
  const given = filterInput(filter);
  const overlong = overlongLists(given);
  if (overlong.length > 0) {
    throw new GraphQLError(`filter.${overlong.join(', filter.')}: too many values.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const ids = (list: readonly string[] | null | undefined): readonly string[] | null =>
    list?.filter(isId) ?? null;
  return {
    ...given,
    assigneeId: ids(given.assigneeId),
    teamId: ids(given.teamId),
    customerId: ids(given.customerId),
  };
}
