import { shownFields } from '../../../domain/custom-field.ts';
import { mayRead } from '../../authorise.ts';
import { noteSeen } from '../../caller.ts';
import type { TicketResolvers } from '../../resolver-types.generated.ts';
import { isSelected } from '../../selection.ts';
import { timelineConnection, timelineWindow } from '../../timeline-page.ts';

/** Fields of a message that a brief entry lacks. */
const bulky = ['html', 'attachments', 'call'];

export const Ticket: TicketResolvers = {
  __resolveReference: (reference, context) =>
    mayRead(context) ? context.loaders.ticket.load(reference.id) : null,
  customer: ({ customerId }, _args, context) =>
    customerId === null ? null : context.loaders.customer.load(customerId),
  assignee: ({ assigneeId }) => (assigneeId === null ? null : { id: assigneeId }),
  team: ({ teamId }) => (teamId === null ? null : { id: teamId }),
  viewers: ({ id }, _args, context) => context.loaders.viewers.load(id),
  fields: async ({ fields }, _args, context) =>
    Object.keys(fields).length === 0
      ? []
      : [...shownFields(await context.loaders.definitions.load('TICKET'), fields)],
  lastMessage: async ({ lastMessageId }, _args, { loaders }, info) => {
    const loader = bulky.some((field) => isSelected(info, field)) ? loaders.entry : loaders.briefEntry;
    const entry = lastMessageId === null ? null : await loader.load(lastMessageId);
    return entry?.type === 'MESSAGE' ? entry : null;
  },
  timeline: async (ticket, args, context) => {
    const { id, lastMessageId } = ticket;
    const [page] = await context.loaders.timeline.load({ id, args: timelineWindow(id, args) });
    const showsLast = lastMessageId === null || page?.entries.some((entry) => entry.id === lastMessageId);
    if (ticket.opened === true && showsLast === true) noteSeen(context, ticket);
    return timelineConnection(id, page);
  },
  links: ({ id }, _args, context) => context.loaders.links.load(id),
  mergedInto: ({ mergedIntoId }, _args, context) =>
    mergedIntoId === null ? null : context.loaders.ticket.load(mergedIntoId),
};
