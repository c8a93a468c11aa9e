import { storable } from '@smart-tickets/kit/text';
import { GraphQLError } from 'graphql';
import type { TicketUpdate } from '../domain/update.ts';
import type { UpdateTicketInput, UpdateTicketsInput } from './resolver-types.generated.ts';

const maxTagsAtOnce = 100;

/**
 * What the caller asks to change, free of what the database cannot hold. Null for assignee or team unassigns; for anything
 * else it means the same as leaving it out. BAD_USER_INPUT for more tags than one call may bring.
 */
export function ticketUpdateInput(
  input: Omit<UpdateTicketInput, 'id' | 'expectedVersion'> | Omit<UpdateTicketsInput, 'ids'>,
): TicketUpdate {
  if ((input.addTags?.length ?? 0) + (input.removeTags?.length ?? 0) > maxTagsAtOnce) {
    throw new GraphQLError(`At most ${maxTagsAtOnce} tags at once.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const { subject, fields, customerId } = { subject: null, fields: null, customerId: null, ...input };
  return {
    status: input.status ?? undefined,
    priority: input.priority ?? undefined,
    assigneeId: input.assigneeId?.toLowerCase() ?? input.assigneeId,
    teamId: input.teamId?.toLowerCase() ?? input.teamId,
    addTags: input.addTags?.map(storable),
    removeTags: input.removeTags?.map(storable),
    subject: subject == null ? undefined : storable(subject),
    fields: fields?.map(({ key, value }) => ({ key, value: value ?? null })),
    customerId: customerId?.toLowerCase(),
  };
}
