import {
  maxReplyLength,
  replyToTicket as reply,
  type ReplyFault,
} from '../../../use-cases/reply-to-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf(fault: ReplyFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return { code: 'NOT_FOUND', message: 'There is no such ticket.', field: ['input', 'ticketId'] };
    case 'INVALID':
      return { code: 'INVALID', message: fault.message, field: ['input', fault.field] };
    case 'LIMIT_EXCEEDED':
      return {
        code: 'LIMIT_EXCEEDED',
        message: `An answer has at most ${maxReplyLength} characters.`,
        field: ['input', 'text'],
      };
    case 'NOT_ALLOWED_IN_STATUS':
      return {
        code: 'NOT_ALLOWED_IN_STATUS',
        message: `A ticket that is ${fault.status} takes no answer.`,
        field: ['input', 'ticketId'],
      };
    case 'CONFLICT':
      return {
        code: 'CONFLICT',
        message: `Something came in between: the last message is ${fault.lastMessageId ?? 'none'} now.`,
        field: ['input', 'expectedLastMessageId'],
      };
    case 'KEY_REUSED':
      return {
        code: 'DUPLICATE',
        message: 'This idempotency key belongs to another answer.',
        field: ['input', 'idempotencyKey'],
      };
  }
}

export const replyToTicket: NonNullable<MutationResolvers['replyToTicket']> = async (
  _parent,
  { input },
  context,
) => {
  demandWorker(context);
  const { workspaceId, subject } = context.viewer;
  const result = await reply(
    context.deps,
    { workspaceId, agentId: subject, requestId: context.requestId },
    {
      ticketId: input.ticketId,
      text: input.text,
      idempotencyKey: input.idempotencyKey ?? null,
      expectedLastMessageId: input.expectedLastMessageId?.toLowerCase() ?? null,
      status: input.status ?? 'PENDING',
    },
  );
  return result.ok
    ? { ...result.value, userErrors: [] }
    : { message: null, ticket: null, userErrors: [userErrorOf(result.error)] };
};
