import { snoozeTicket as snooze } from '../../../use-cases/snooze-ticket.ts';
import { demandWorker } from '../../authorise.ts';
import { callerOf } from '../../caller.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';
import { statusError, updateError } from '../../ticket-refusals.ts';
import type { SnoozeTicketFault } from '../../../use-cases/snooze-ticket.ts';

function userErrorOf(fault: SnoozeTicketFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return updateError({ code: 'NOT_FOUND', what: 'ticket' }, (field) => [field]);
    case 'CONFLICT':
      return updateError(fault, (field) => [field]);
    case 'NOT_ALLOWED_IN_STATUS':
      return statusError(fault, ['id']);
    case 'INVALID':
      return { code: 'INVALID', message: fault.message, field: ['until'] };
  }
}

export const snoozeTicket: NonNullable<MutationResolvers['snoozeTicket']> = async (
  _parent,
  { id, until, expectedVersion },
  context,
) => {
  demandWorker(context);
  const result = await snooze(context.deps, callerOf(context), {
    id,
    until,
    expectedVersion: expectedVersion ?? undefined,
  });
  if (result.ok) return { ticket: result.value, userErrors: [] };
  const { error } = result;
  return { ticket: error.code === 'CONFLICT' ? error.ticket : null, userErrors: [userErrorOf(error)] };
};
