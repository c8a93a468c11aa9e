import type { Attachment, TicketStatus } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import type { Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { answerGiven, type Addressee } from '../domain/answer-given.ts';
import type { KnownIdentity } from '../domain/customer.ts';
import type { InputFault } from '../domain/input-fault.ts';
import { enter, statusFault } from '../domain/lifecycle.ts';
import { outboundMessage, type Outbound } from '../domain/outbound-message.ts';
import { recipientsOf } from '../domain/recipients.ts';
import { changeInstant, nextVersion, type Ticket } from '../domain/ticket.ts';
import type { ChangeEntry, MessageEntry, TimelineEntry } from '../domain/timeline.ts';
import { changesBetween } from '../domain/update.ts';
import { AnswerStore } from '../persistence/answer-store.ts';
import { ConversationStore } from '../persistence/conversation-store.ts';
import { SeenStore, type Seen } from '../persistence/seen-store.ts';
import { readEntries, readTickets } from '../persistence/ticket-queries.ts';
import { TicketStore, type LockedTicket } from '../persistence/ticket-store.ts';
import { answerText } from './answer-text.ts';
import type { Caller, Deps } from './deps.ts';
import { doOnce } from './do-once.ts';
import { takeUploads } from './take-uploads.ts';
import { ticketEvent } from './ticket-event.ts';
import { agentOf, causeOf } from './update-ticket.ts';

/** Most messages that a conflict shows. */
export const maxNewMessages = 20;

export interface ReplyInput {
  readonly ticketId: string;
  readonly text: string;
  /** As the agent's editor wrote it; it is cleaned before it is kept. */
  readonly html: string | null;
  readonly attachmentIds: readonly string[];
  readonly cc: readonly string[];
  readonly idempotencyKey: string | null;
  readonly expectedLastMessageId: string | null;
  readonly status: TicketStatus;
}

export interface Reply {
  readonly message: MessageEntry;
  readonly ticket: Ticket;
}

/** Somebody's message came in between; the ticket as it is now, and what the agent has not seen yet. */
export interface ReplyConflict {
  readonly code: 'CONFLICT';
  readonly ticket: Ticket;
  /** Oldest first; the newest 20 when there are more. */
  readonly newMessages: MessageEntry[];
}

export type ReplyFault = InputFault | ReplyConflict;

interface Conflict {
  readonly code: 'CONFLICT';
  readonly ticket: Ticket;
  readonly newMessageIds: string[];
}

/**
 * Puts an agent's answer on a ticket. The same idempotency key with the same input gives the first result again, and
 * nothing is written. Of any number of calls at the same time with the same expected last message, one answers; the
 * others get CONFLICT with what came in between. Without an expected message the last one that the agent was given
 * counts, where it is known.
 */
export async function replyToTicket(
  deps: Deps,
  caller: Caller,
  raw: ReplyInput,
): Promise<Result<Reply, ReplyFault>> {
  if (!isId(raw.ticketId)) return err(noTicket);
  const text = answerText(raw.text, raw.html);
  if (!text.ok) return text;
  if (raw.status === 'NEW' || raw.status === 'SPAM') {
    return err({ code: 'INVALID', field: 'status', message: `An answered ticket cannot be ${raw.status}.` });
  }
  const { idempotencyKey, ...asked } = { ...raw, ...text.value };
  // A fault of theirs counts only when there is no first result to give again.
  const files = await takeUploads(deps, caller, raw.attachmentIds);
  const result = await doOnce<Reply, InputFault | Conflict>(
    deps,
    caller,
    { mutation: 'replyToTicket', key: idempotencyKey, input: asked },
    (tx, messageId) =>
      files.ok ? answer(deps, tx, caller, asked, files.value, messageId) : Promise.resolve(files),
    (messageId) => firstResult(deps, caller, messageId),
  );
  if (result.ok || result.error.code !== 'CONFLICT') return result as Result<Reply, InputFault>;
  return err(await conflictOf(deps, caller, result.error));
}

type Asked = Omit<ReplyInput, 'idempotencyKey'>;

const noTicket: InputFault = { code: 'NOT_FOUND', field: 'ticketId', message: 'There is no such ticket.' };

async function answer(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  input: Asked,
  files: Attachment[],
  messageId: string,
): Promise<Result<Reply, InputFault | Conflict>> {
  const conversation = new ConversationStore(tx);
  // One round trip; what is sent behind the lock sees what its last holder has committed.
  const [locked, identities, customer, answered, seen] = await Promise.all([
    new TicketStore(tx).lock(input.ticketId),
    conversation.identitiesOfTicket(input.ticketId),
    conversation.addresseeOf(input.ticketId),
    conversation.answered(input.ticketId),
    isId(caller.agentId) ? new SeenStore(tx).find(caller.agentId, input.ticketId) : null,
  ]);
  if (locked === null) return err(noTicket);
  const { ticket } = locked;
  const refusal = refusalOf(ticket, customer?.erased === true, input.status);
  if (refusal !== null) return err(refusal);
  const expected = expectedOf(input, seen);
  if (expected !== null && expected.lastMessageId !== ticket.lastMessageId) {
    const newMessageIds = await conversation.messageIdsAfter(
      ticket.id,
      expected.lastMessageId,
      maxNewMessages,
    );
    return err({ code: 'CONFLICT', ticket, newMessageIds });
  }
  const said = outboundOf(ticket, identities, input, files, answered?.sender ?? null);
  if (!said.ok) return said;
  const addressee = {
    name: customer?.name ?? null,
    language: customer?.language ?? null,
    answersMessageId: answered?.id ?? null,
  };
  return ok(write(deps, tx, caller, locked, input.status, { ...said.value, addressee }, messageId));
}

/** The message that must be the last one; null when nothing is known of what the agent has seen. */
function expectedOf(
  { expectedLastMessageId }: Asked,
  seen: Pick<Seen, 'lastMessageId'> | null,
): Pick<Seen, 'lastMessageId'> | null {
  return expectedLastMessageId === null ? seen : { lastMessageId: expectedLastMessageId };
}

function refusalOf(ticket: Ticket, erased: boolean, status: TicketStatus): InputFault | null {
  const { mergedIntoId, customerId } = ticket;
  const notAllowed = (message: string): InputFault => ({
    code: 'NOT_ALLOWED_IN_STATUS',
    field: 'ticketId',
    message,
  });
  if (mergedIntoId !== null) return notAllowed(`This ticket was merged into ${mergedIntoId}: answer there.`);
  if (customerId === null) {
    const message =
      'An internal ticket has no customer to answer to: add a note, or give it a customer first.';
    return { code: 'INVALID', field: 'ticketId', message };
  }
  if (erased) {
    const message = "The customer's data were erased, and no answer reaches them any more: add a note.";
    return { code: 'INVALID', field: 'ticketId', message };
  }
  if (ticket.status === 'CLOSED') {
    return notAllowed('A ticket that is CLOSED takes no answer: open a new one for the customer.');
  }
  if (ticket.status === 'SPAM') {
    return notAllowed('A ticket that is SPAM takes no answer: give it another status first.');
  }
  if (statusFault(ticket, status, 'AGENT') === null) return null;
  return { ...notAllowed(`A ticket that is ${ticket.status} cannot be ${status} next.`), field: 'status' };
}

function outboundOf(
  ticket: Ticket,
  identities: readonly KnownIdentity[],
  { text, html, cc }: Asked,
  attachments: Attachment[],
  lastSender: string | null,
): Result<Outbound, InputFault> {
  const recipients = recipientsOf(ticket.channel, identities, cc, lastSender);
  if (!recipients.ok) return recipients;
  return ok({ text, html, ...recipients.value, attachments });
}

function write(
  deps: Deps,
  tx: Tx,
  caller: Caller,
  locked: LockedTicket,
  status: TicketStatus,
  said: Outbound & { readonly addressee: Addressee },
  messageId: string,
): Reply {
  const old = locked.ticket;
  const at = changeInstant(old, deps.now().toISOString());
  const actor = agentOf(caller);
  const ticket = nextVersion(
    old,
    {
      ...enter(old, status, at),
      messageCount: old.messageCount + 1,
      lastMessageId: messageId,
      awaitingReplySince: null,
      firstRepliedAt: old.firstRepliedAt ?? at,
    },
    at,
  );
  const message = outboundMessage(ticket, { id: messageId, seq: locked.entryCount + 1, actor }, said);
  const changes = changesBetween(old, ticket).map((change, index): ChangeEntry => ({
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: ticket.id,
    seq: locked.entryCount + 2 + index,
    at,
    actor,
    cause: causeOf(caller),
    ...change,
  }));
  const entries: TimelineEntry[] = [message, ...changes];
  const tickets = new TicketStore(tx);
  tickets.save(ticket, locked.entryCount + entries.length);
  tickets.append(entries);
  const event = ticketEvent({
    id: deps.newId(),
    kind: 'MESSAGE_ADDED',
    old,
    ticket,
    entry: message,
    actor,
    channelTeamId: null,
    cause: causeOf(caller),
  });
  appendEvents(tx, [event]);
  new AnswerStore(tx).give({
    // The message's own: by it the intake knows the answer that another one follows.
    id: messageId,
    topic: 'ticket.answer-given',
    payload: answerGiven(ticket, message, said.addressee),
    cause: causeOf(caller),
  });
  if (message.attachments.length > 0) {
    const sha256s = message.attachments.map(({ sha256 }) => sha256);
    const used = { topic: 'ticket.attachments-used', payload: { messageId, sha256s } } as const;
    appendEvents(tx, [{ id: deps.newId(), ...used, cause: causeOf(caller) }]);
  }
  noteOwn(tx, caller, ticket);
  return { message, ticket };
}

/** Whoever writes the last message has seen it. */
function noteOwn(tx: Tx, { agentId }: Caller, { id: ticketId, version, lastMessageId }: Ticket): void {
  if (isId(agentId)) new SeenStore(tx).note({ agentId, ticketId, version, lastMessageId });
}

async function firstResult(deps: Deps, caller: Caller, messageId: string): Promise<Reply> {
  const [entry] = await readEntries(deps.pool, caller.workspaceId, [messageId]);
  if (entry?.type !== 'MESSAGE') throw new Error(`the first result ${messageId} is gone`);
  const [ticket] = await readTickets(deps.pool, caller.workspaceId, [entry.ticketId]);
  if (ticket === undefined) throw new Error(`the ticket of ${messageId} is gone`);
  return { message: entry, ticket };
}

async function conflictOf(deps: Deps, caller: Caller, conflict: Conflict): Promise<ReplyConflict> {
  const { ticket, newMessageIds } = conflict;
  const entries = await readEntries(deps.pool, caller.workspaceId, newMessageIds);
  const newMessages = newMessageIds
    .map((id) => entries.find((entry) => entry.id === id))
    .filter((entry) => entry?.type === 'MESSAGE');
  return { code: 'CONFLICT', ticket, newMessages };
}
