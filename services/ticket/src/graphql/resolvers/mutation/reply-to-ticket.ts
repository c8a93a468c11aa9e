import { replyToTicket as reply } from '../../../use-cases/reply-to-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf, noteSeen, opened } from '../../caller.ts';
import { inputError } from '../../input-error.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';
import { isSelected } from '../../selection.ts';

export const replyToTicket: NonNullable<MutationResolvers['replyToTicket']> = async (
  _parent,
  { input },
  context,
  info,
) => {
  demandWorker(context);
  const result = await reply(context.deps, callerOf(context), {
    ticketId: input.ticketId.toLowerCase(),
    text: input.text,
    html: input.html ?? null,
    attachmentIds: (input.attachmentIds ?? []).map((id) => id.toLowerCase()),
    cc: input.cc ?? [],
    idempotencyKey: input.idempotencyKey ?? null,
    expectedLastMessageId: input.expectedLastMessageId?.toLowerCase() ?? null,
    status: input.status ?? 'PENDING',
  });
  if (result.ok) return { ...result.value, newMessages: [], userErrors: [] };
  const { error } = result;
  if (error.code !== 'CONFLICT') {
    return { message: null, ticket: null, newMessages: [], userErrors: [inputError(error)] };
  }
  const { ticket, newMessages } = error;
  if (isSelected(info, 'newMessages')) noteSeen(context, ticket);
  const message = `Something came in between: the last message is ${ticket.lastMessageId ?? 'none'} now. Read it, then answer again.`;
  const userErrors = [{ code: 'CONFLICT' as const, message, field: ['input', 'expectedLastMessageId'] }];
  return { message: null, ticket: opened(context, ticket, info, 'ticket'), newMessages, userErrors };
};
