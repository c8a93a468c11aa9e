import type { Actor as ActorSnapshot } from '@smart-tickets/contracts';
import type { Customer } from '../../../domain/customer.ts';
import { mayRead } from '../../authorise.ts';
import type { Context } from '../../context.ts';
import type {
  MessageResolvers,
  TicketChangeResolvers,
  TimelineEntryResolvers,
} from '../../resolver-types.generated.ts';

export const TimelineEntry: TimelineEntryResolvers = {
  __resolveType: (entry) => (entry.type === 'MESSAGE' ? 'Message' : 'TicketChange'),
};

type ActorModel =
  | { __typename: 'Agent'; id: string }
  | (Customer & { __typename: 'Customer' })
  | { __typename: 'System'; name: string };

/** The entity behind an actor. A customer that is gone leaves the name that the entry kept. */
async function actorOf(actor: ActorSnapshot, context: Context): Promise<ActorModel> {
  if (actor.type === 'AGENT' && actor.id !== null) return { __typename: 'Agent', id: actor.id };
  if (actor.type === 'CUSTOMER' && actor.id !== null) {
    const customer = await context.loaders.customer.load(actor.id);
    if (customer !== null) return { __typename: 'Customer', ...customer };
  }
  return { __typename: 'System', name: actor.name ?? 'System' };
}

export const Message: MessageResolvers = {
  __resolveReference: async (reference, context) => {
    if (!mayRead(context)) return null;
    const entry = await context.loaders.entry.load(reference.id);
    return entry?.type === 'MESSAGE' ? entry : null;
  },
  ticket: async ({ ticketId }, _args, context) => {
    const ticket = await context.loaders.ticket.load(ticketId);
    if (ticket === null) throw new Error(`the ticket ${ticketId} of a message is gone`);
    return ticket;
  },
  author: ({ actor }, _args, context) => actorOf(actor, context),
};

export const TicketChange: TicketChangeResolvers = {
  actor: ({ actor }, _args, context) => actorOf(actor, context),
};
