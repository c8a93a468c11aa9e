import type { StatusFault } from '../domain/lifecycle.ts';
import type { UpdateTicketFault } from '../use-cases/update-ticket.ts';
import type { UserError } from './resolver-types.generated.ts';

/** What a caller can do about a status that does not allow what was asked; `field` is the path into the input. */
export function statusError(fault: StatusFault, field: string[]): UserError {
  return { code: 'NOT_ALLOWED_IN_STATUS', message: statusSentence(fault), field };
}

function statusSentence({ from, to, heirId }: StatusFault): string {
  if (heirId !== null)
    return `This ticket was merged into ${heirId}: change that one, or unmerge this one first.`;
  if (to === null) return `A ticket that is ${from} does not take this: reopen it first.`;
  if (from === 'CLOSED') {
    return `A ticket cannot go from CLOSED to ${to}: closed is final, and a new message of the customer opens a follow-up.`;
  }
  if (to === 'NEW') return `A ticket cannot go from ${from} to NEW: it has been looked at. Take OPEN.`;
  return `A ticket cannot go from ${from} to ${to}: take OPEN first.`;
}

const lost = {
  assigneeId: 'There is nobody of that id to assign to.',
  teamId: 'There is no team of that id to assign to.',
  customerId: 'There is no such customer, or they were merged away or erased.',
};

/** An update's refusal, with the path that `path` gives to a field of the input; the ticket's own name is `id`. */
export function updateError(fault: UpdateTicketFault, path: (field: string) => string[]): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return fault.what === 'ticket'
        ? { code: 'NOT_FOUND', message: 'There is no such ticket.', field: path('id') }
        : { code: 'NOT_FOUND', message: lost[fault.what], field: path(fault.what) };
    case 'CONFLICT':
      return {
        code: 'CONFLICT',
        message: `The ticket has changed since: it is at version ${fault.ticket.version} now. Look at it, then try again.`,
        field: path('expectedVersion'),
      };
    case 'NOT_ALLOWED_IN_STATUS':
      return statusError(fault, path(fault.heirId === null ? 'status' : 'id'));
    case 'INVALID':
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: path(fault.field) };
  }
}
