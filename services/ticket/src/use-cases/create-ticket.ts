import type { ChannelKind } from '@smart-tickets/contracts';
import type { Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { isId } from '@smart-tickets/kit/ids';
import { storable } from '@smart-tickets/kit/text';
import { defaultsOf, missingRequired } from '../domain/custom-field.ts';
import { answerGiven } from '../domain/answer-given.ts';
import type { CustomerIdentity } from '../domain/customer.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { mailAddress } from '../domain/mail-address.ts';
import { creationOf, newTicket, type NewTicket } from '../domain/new-ticket.ts';
import { outboundMessage } from '../domain/outbound-message.ts';
import { reachable, recipientsOf } from '../domain/recipients.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { ChangeEntry, MessageEntry, NoteEntry, TimelineEntry } from '../domain/timeline.ts';
import { AnswerStore } from '../persistence/answer-store.ts';
import { ConversationStore } from '../persistence/conversation-store.ts';
import { CustomFieldStore } from '../persistence/custom-field-store.ts';
import { lockSenders } from '../persistence/reception-store.ts';
import { SeenStore } from '../persistence/seen-store.ts';
import { SenderStore } from '../persistence/sender-store.ts';
import { readTickets } from '../persistence/ticket-queries.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { answerText, noteText, type AnswerText } from './answer-text.ts';
import type { Caller, Deps } from './deps.ts';
import { doOnce } from './do-once.ts';
import { ticketEvent } from './ticket-event.ts';
import { agentOf, causeOf } from './update-ticket.ts';

export interface CreateTicketInput extends NewTicket {
  readonly idempotencyKey: string | null;
  /** Of an agent to the customer, or among agents where there is none; null for nothing said yet. */
  readonly text: string | null;
  readonly html: string | null;
  readonly customerId: string | null;
  /** Names the customer by a mail address instead; whoever is new is made. */
  readonly customerEmail: string | null;
}

type Asked = Omit<CreateTicketInput, 'idempotencyKey' | 'text' | 'html'> & {
  /** The first entry, checked; null for none. */
  readonly first: AnswerText | null;
};

/**
 * Makes a ticket: on behalf of a customer, or an internal one, which no customer ever reads. A customer who can be reached
 * by mail is answered by mail, others through the API. With a text to the customer the ticket is PENDING, else OPEN; on an
 * internal ticket the text is a note. The same idempotency key with the same input gives the first ticket again.
 */
export async function createTicket(
  deps: Deps,
  caller: Caller,
  raw: CreateTicketInput,
): Promise<Result<Ticket, InputFault>> {
  const asked = read(raw);
  if (!asked.ok) return asked;
  const done = await doOnce<string, InputFault>(
    deps,
    caller,
    { mutation: 'createTicket', key: raw.idempotencyKey, input: asked.value },
    (tx, ticketId) => make(deps, tx, caller, asked.value, ticketId),
    (ticketId) => Promise.resolve(ticketId),
  );
  if (!done.ok) return done;
  // The number is known since the commit.
  const [ticket] = await readTickets(deps.pool, caller.workspaceId, [done.value]);
  if (ticket === undefined) throw new Error(`the new ticket ${done.value} is gone`);
  return ok(ticket);
}

/** What is asked for in the form in which it is kept; a fault when it cannot be meant. */
function read(raw: CreateTicketInput): Result<Asked, InputFault> {
  const { subject, priority, teamId, assigneeId, tags, fields, customerId } = raw;
  const customerEmail = raw.customerEmail === null ? null : mailAddress(raw.customerEmail);
  const fault = contradictionIn(raw, customerEmail);
  if (fault !== null) return err(fault);
  const internal = customerEmail === null && customerId === null;
  const first = firstText(raw.text, raw.html, internal);
  if (!first.ok) return first;
  return ok({
    subject: storable(subject),
    priority,
    teamId,
    assigneeId,
    tags: tags.map(storable),
    fields,
    customerId,
    customerEmail,
    first: first.value,
  });
}

function contradictionIn(raw: CreateTicketInput, customerEmail: string | null): InputFault | null {
  const { text, html, customerId } = raw;
  const fault = (field: string, message: string): InputFault => ({ code: 'INVALID', field, message });
  if (raw.customerEmail !== null && customerEmail === null) {
    return fault('customerEmail', `This is no mail address: ${raw.customerEmail.slice(0, 80)}`);
  }
  if (customerEmail !== null && customerId !== null) {
    return fault('customerEmail', 'Name the customer by id or by mail address, not by both.');
  }
  if (html === null) return null;
  if (text === null) return fault('html', 'HTML needs its plain text with it.');
  return customerEmail === null && customerId === null
    ? fault('html', 'A note on an internal ticket is plain text.')
    : null;
}

function firstText(
  text: string | null,
  html: string | null,
  internal: boolean,
): Result<AnswerText | null, InputFault> {
  if (text === null) return ok(null);
  if (!internal) return answerText(text, html);
  const note = noteText(text);
  return note.ok ? ok({ text: note.value, html: null }) : note;
}

async function make(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  asked: Asked,
  ticketId: string,
): Promise<Result<string, InputFault>> {
  const nowIso = deps.now().toISOString();
  const known = await look(deps, tx, asked, nowIso);
  if (!known.ok) return known;
  const { customer, definitions } = known.value;
  const messageId = asked.first !== null && customer !== null ? deps.newId() : null;
  const channel = customer === null ? 'INTERNAL' : channelFor(customer.identities);
  const facts = { id: ticketId, channel, customerId: customer?.id ?? null, messageId, definitions };
  const ticket = newTicket(asked, facts, nowIso);
  if (!ticket.ok) return ticket;
  const said = firstEntry(deps, caller, asked.first, ticket.value, customer?.identities ?? []);
  if (!said.ok) return said;
  write(deps, tx, caller, ticket.value, said.value, customer);
  return ok(ticketId);
}

/** The channel by which a customer can be answered. */
function channelFor(identities: readonly CustomerIdentity[]): ChannelKind {
  return reachable('EMAIL', identities) === undefined ? 'API' : 'EMAIL';
}

interface Customer {
  readonly id: string;
  readonly identities: readonly CustomerIdentity[];
  readonly name: string | null;
  readonly language: string | null;
}

/** Everything that a new ticket refers to. The customer stays as they are until the end of the transaction. */
async function look(deps: Deps, tx: Tx, asked: Asked, nowIso: string) {
  const { customerEmail, teamId, assigneeId, customerId } = asked;
  const customer = customerEmail === null ? ok(null) : await customerOf(deps, tx, customerEmail, nowIso);
  if (!customer.ok) return customer;
  const [unknown, definitions, named] = await Promise.all([
    new TicketStore(tx).unknownReferences({ teamId, assigneeId, customerId }),
    new CustomFieldStore(tx).list('TICKET'),
    customerId === null || !isId(customerId) ? null : known(tx, customerId),
  ]);
  for (const [field, message] of Object.entries(lost)) {
    if (unknown.has(field as keyof typeof lost))
      return err<InputFault>({ code: 'NOT_FOUND', field, message });
  }
  return ok({ definitions, customer: customerId === null ? customer.value : named });
}

async function known(tx: Tx, id: string): Promise<Customer> {
  const conversation = new ConversationStore(tx);
  const [identities, call] = await Promise.all([conversation.identitiesOf(id), conversation.callOf(id)]);
  return { id, identities, ...call };
}

const lost = {
  assigneeId: 'There is nobody of that id to assign to.',
  teamId: 'There is no team of that id to assign to.',
  customerId: 'There is no such customer, or they were merged away or erased.',
};

/**
 * The customer of a mail address: who is known by it, or a new one, of whom nothing else is known yet. Refused where a new
 * one would lack what is required.
 */
async function customerOf(
  deps: Deps,
  tx: Tx,
  email: string,
  nowIso: string,
): Promise<Result<Customer, InputFault>> {
  const identity = { kind: 'EMAIL', value: email, verified: true } as const;
  const senders = new SenderStore(tx);
  lockSenders(tx, [identity]);
  const [holder] = await senders.holders([identity]);
  if (holder !== undefined) return ok(await known(tx, holder.customerId));
  const definitions = await new CustomFieldStore(tx).list('CUSTOMER');
  const defaults = defaultsOf(definitions);
  const missing = missingRequired(definitions, defaults);
  if (missing.length > 0) {
    const message =
      `Nobody is known by this address, and a new customer needs a value in: ${missing.slice(0, 10).join(', ')}. ` +
      'Name a customer who is known, or have an admin give these fields a default.';
    return err({ code: 'INVALID', field: 'customerEmail', message });
  }
  const id = deps.newId();
  senders.add(id, null, [identity], nowIso, defaults);
  return ok({ id, identities: [identity], name: null, language: null });
}

/** What the ticket begins with: a message to the customer, a note on an internal ticket, or null. */
function firstEntry(
  deps: Deps,
  caller: Caller,
  first: AnswerText | null,
  ticket: Ticket,
  identities: readonly CustomerIdentity[],
): Result<MessageEntry | NoteEntry | null, InputFault> {
  if (first === null) return ok(null);
  const actor = agentOf(caller);
  if (ticket.lastMessageId === null) {
    const place = { id: deps.newId(), ticketId: ticket.id, seq: 1, at: ticket.updatedAt, actor };
    return ok({ type: 'NOTE', ...place, text: first.text, mentions: [] });
  }
  const recipients = recipientsOf(ticket.channel, identities, []);
  if (!recipients.ok || recipients.value.to.length === 0) {
    const message =
      'The customer has no address that a message could go to: merge them with one who has, or leave the text out.';
    return err({ code: 'INVALID', field: 'text', message });
  }
  const place = { id: ticket.lastMessageId, seq: 1, actor };
  return ok(outboundMessage(ticket, place, { ...first, ...recipients.value, attachments: [] }));
}

function write(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  ticket: Ticket,
  first: MessageEntry | NoteEntry | null,
  customer: Customer | null,
): void {
  const actor = agentOf(caller);
  const created: ChangeEntry = {
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: ticket.id,
    seq: first === null ? 1 : 2,
    at: ticket.updatedAt,
    actor,
    cause: causeOf(caller),
    ...creationOf(ticket),
  };
  const entries: TimelineEntry[] = first === null ? [created] : [first, created];
  const event = ticketEvent({
    id: deps.newId(),
    kind: 'TICKET_CREATED',
    old: null,
    ticket,
    entry: first ?? created,
    actor,
    channelTeamId: null,
    cause: causeOf(caller),
  });
  const tickets = new TicketStore(tx);
  tickets.open(ticket, entries.length, event);
  tickets.append(entries);
  if (first?.type === 'MESSAGE') {
    const addressee = {
      name: customer?.name ?? null,
      language: customer?.language ?? null,
      answersMessageId: null,
    };
    new AnswerStore(tx).give({
      // The message's own: by it the intake knows the answer that another one follows.
      id: first.id,
      topic: 'ticket.answer-given',
      payload: answerGiven(ticket, first, addressee),
      cause: causeOf(caller),
    });
  }
  if (isId(caller.agentId)) {
    const { id, version, lastMessageId } = ticket;
    new SeenStore(tx).note({ agentId: caller.agentId, ticketId: id, version, lastMessageId });
  }
}
