import type { Actor as ActorSnapshot } from '@smart-tickets/contracts';
import type { Customer } from '../../../domain/customer.ts';
import type { Ticket } from '../../../domain/ticket.ts';
import { mayRead } from '../../authorise.ts';
import type { Context } from '../../context.ts';
import type {
  MessageResolvers,
  NoteResolvers,
  TicketChangeResolvers,
  TimelineEntryResolvers,
} from '../../resolver-types.generated.ts';

const typeNames = { MESSAGE: 'Message', NOTE: 'Note', CHANGE: 'TicketChange' } as const;

export const TimelineEntry: TimelineEntryResolvers = {
  __resolveType: ({ type }) => typeNames[type],
};

type ActorModel =
  | { __typename: 'Agent' | 'Rule'; id: string }
  | (Customer & { __typename: 'Customer' })
  | { __typename: 'System'; name: string };

/** The entity behind an actor. A customer that is gone leaves the name that the entry kept. */
async function actorOf(actor: ActorSnapshot, context: Context): Promise<ActorModel> {
  if (actor.type === 'AGENT' && actor.id !== null) return { __typename: 'Agent', id: actor.id };
  if (actor.type === 'RULE' && actor.id !== null) return { __typename: 'Rule', id: actor.id };
  if (actor.type === 'CUSTOMER' && actor.id !== null) {
    const customer = await context.loaders.customer.load(actor.id);
    if (customer !== null) return { __typename: 'Customer', ...customer };
  }
  return { __typename: 'System', name: actor.name ?? 'System' };
}

async function ticketOf(ticketId: string, context: Context): Promise<Ticket> {
  const ticket = await context.loaders.ticket.load(ticketId);
  if (ticket === null) throw new Error(`the ticket ${ticketId} of an entry is gone`);
  return ticket;
}

export const Message: MessageResolvers = {
  __resolveReference: async (reference, context) => {
    if (!mayRead(context)) return null;
    const entry = await context.loaders.entry.load(reference.id);
    return entry?.type === 'MESSAGE' ? entry : null;
  },
  ticket: ({ ticketId }, _args, context) => ticketOf(ticketId, context),
  author: ({ actor }, _args, context) => actorOf(actor, context),
};

export const Note: NoteResolvers = {
  __resolveReference: async (reference, context) => {
    if (!mayRead(context)) return null;
    const entry = await context.loaders.entry.load(reference.id);
    return entry?.type === 'NOTE' ? entry : null;
  },
  ticket: ({ ticketId }, _args, context) => ticketOf(ticketId, context),
  author: ({ actor }, _args, context) => actorOf(actor, context),
  mentions: ({ mentions }) => mentions.map((id) => ({ id })),
  createdAt: ({ at }) => at,
};

export const TicketChange: TicketChangeResolvers = {
  actor: ({ actor }, _args, context) => actorOf(actor, context),
};
