import type { UpdateTicketFault } from '../../../use-cases/update-ticket.ts';
import { updateTicket as update } from '../../../use-cases/update-ticket.ts';
import { storable } from '@smart-tickets/kit/text';
import { GraphQLError } from 'graphql';
import { demandWorker } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

const maxTagsAtOnce = 100;

function userErrorOf(fault: UpdateTicketFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return fault.what === 'ticket'
        ? { code: 'NOT_FOUND', message: 'There is no such ticket.', field: ['input', 'id'] }
        : {
            code: 'NOT_FOUND',
            message: 'There is nobody of that id to assign to.',
            field: ['input', fault.what],
          };
    case 'CONFLICT':
      return {
        code: 'CONFLICT',
        message: `The ticket has changed since: it is at version ${fault.currentVersion} now.`,
        field: ['input', 'expectedVersion'],
      };
    case 'NOT_ALLOWED_IN_STATUS':
      return {
        code: 'NOT_ALLOWED_IN_STATUS',
        message: `A ticket that is ${fault.status} stays so; a new message of the customer opens a follow-up.`,
        field: ['input', 'status'],
      };
    case 'INVALID':
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: ['input', fault.field] };
  }
}

export const updateTicket: NonNullable<MutationResolvers['updateTicket']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const tags = [...(input.addTags ?? []), ...(input.removeTags ?? [])];
  if (tags.length > maxTagsAtOnce) {
    throw new GraphQLError(`At most ${maxTagsAtOnce} tags at once.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const { workspaceId, subject } = context.viewer;
  const result = await update(
    context.deps,
    { workspaceId, agentId: subject, requestId: context.requestId },
    {
      id: input.id,
      expectedVersion: input.expectedVersion ?? undefined,
      status: input.status ?? undefined,
      priority: input.priority ?? undefined,
      assigneeId: input.assigneeId?.toLowerCase() ?? input.assigneeId,
      teamId: input.teamId?.toLowerCase() ?? input.teamId,
      addTags: input.addTags?.map(storable),
      removeTags: input.removeTags?.map(storable),
      subject: input.subject == null ? undefined : storable(input.subject),
    },
  );
  return result.ok
    ? { ticket: result.value, userErrors: [] }
    : { ticket: null, userErrors: [userErrorOf(result.error)] };
};
