import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { factsOf, type FamilyTicket, type Place } from '../domain/family.ts';
import type { Refusal } from '../domain/refusal.ts';
import {
  splitFault,
  splitFrom,
  splitOff,
  splitOffAfter,
  splitSubject,
  type MovedMessages,
} from '../domain/split.ts';
import { changeInstant, type Ticket } from '../domain/ticket.ts';
import type { ChangeEntry, MessageEntry } from '../domain/timeline.ts';
import { FamilyStore } from '../persistence/family-store.ts';
import { SplitStore } from '../persistence/split-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { inFamilies } from './in-families.ts';
import { ticketEvent } from './ticket-event.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/** Events that one statement carries, each with up to `maxEventTextLength` characters. */
const eventsAtOnce = 100;

/**
 * Moves a message and the messages after it into a new ticket of the same customer, and gives that back. The messages
 * keep their ids, and replies to them go to the new ticket from now on; notes and changes stay where they are. Done
 * again it is refused with CONFLICT that names the ticket where the message is.
 */
export async function splitTicket(
  deps: Deps,
  caller: Caller,
  input: { readonly ticketId: string; readonly fromMessageId: string; readonly subject: string | null },
): Promise<Result<Ticket, Refusal>> {
  const ticketId = input.ticketId.toLowerCase();
  const messageId = input.fromMessageId.toLowerCase();
  const unknown = { code: 'NOT_FOUND', field: 'ticketId', message: 'There is no such ticket.' } as const;
  if (!isId(ticketId)) return err(unknown);
  const result = await inFamilies<Ticket>(
    deps,
    caller.workspaceId,
    [ticketId],
    'ticketId',
    () => [ticketId],
    async (tx, { locked, places }) => {
      const old = locked.get(ticketId);
      if (old === undefined) return err(unknown);
      const subject = splitSubject(old.ticket, input.subject === null ? null : storable(input.subject));
      if (!subject.ok) return subject;
      const place = isId(messageId) ? await new SplitStore(tx).place(messageId) : null;
      const fault = splitFault(old.ticket, place);
      if (fault !== null) return err(fault);
      const messages = await new SplitStore(tx).messagesFrom(messageId);
      return ok(await write(deps, tx, caller, { old, places, messages, subject: subject.value }));
    },
  );
  deps.eventsWritten();
  return result;
}

interface Split {
  readonly old: FamilyTicket;
  readonly places: readonly Place[];
  readonly messages: readonly MessageEntry[];
  readonly subject: string;
}

async function write(deps: Deps, tx: Tx, caller: Caller, split: Split): Promise<Ticket> {
  const { old, places, messages, subject } = split;
  const [actor, cause] = [agentOf(caller), causeOf(caller)];
  const at = changeInstant(old.ticket, deps.now().toISOString());
  const moved: MovedMessages = {
    ids: messages.map(({ id }) => id),
    instants: new Set(messages.map((message) => message.at)),
    endsInbound: messages.at(-1)?.direction === 'INBOUND',
    facts: factsOf(messages),
  };
  const unnumbered = splitOff(old.ticket, deps.newId(), subject, moved, at);
  const eventAfter = (ticket: Ticket, n: number) =>
    ticketEvent({
      id: deps.newId(),
      kind: n === 1 ? 'TICKET_CREATED' : 'MESSAGE_ADDED',
      old: n === 1 ? null : splitOffAfter(ticket, moved, n - 1),
      ticket: splitOffAfter(ticket, moved, n),
      entry: messages[n - 1] ?? null,
      actor,
      channelTeamId: null,
      cause,
    });

  const [tickets, store] = [new TicketStore(tx), new SplitStore(tx)];
  const families = new FamilyStore(tx);
  const family = new Map([[old.id, places.map(({ id }) => id)]]);
  const readBefore = families.facts(family);
  tickets.open(unnumbered, messages.length + 1, eventAfter(unnumbered, 1));
  store.move(moved.ids, old.id, unnumbered.id);
  const [before, number, rest] = await Promise.all([
    readBefore,
    store.numberOf(unnumbered.id),
    families.facts(family),
  ]);
  const ticket = { ...unnumbered, number };
  for (let first = 2; first <= messages.length; first += eventsAtOnce) {
    const many = Math.min(eventsAtOnce, messages.length - first + 1);
    appendEvents(
      tx,
      Array.from({ length: many }, (_, index) => eventAfter(ticket, first + index)),
    );
  }
  const splitEntry: ChangeEntry = {
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: ticket.id,
    seq: messages.length + 1,
    at,
    actor,
    cause,
    kind: 'SPLIT',
    before: {},
    after: { splitFromId: old.id, splitFromNumber: old.ticket.number },
  };
  tickets.append([splitEntry]);
  tickets.link(old.id, 'SPLIT_INTO', ticket.id, at);
  const after = { splitIntoId: ticket.id, splitIntoNumber: number, movedMessages: messages.length };
  const updated = {
    ticket: splitFrom(old.ticket, moved, { before: before.get(old.id), rest: rest.get(old.id) }, at),
    changes: [{ kind: 'SPLIT', before: {}, after } as const],
  };
  writeChange(deps, tx, old, updated, actor, cause);
  return ticket;
}
