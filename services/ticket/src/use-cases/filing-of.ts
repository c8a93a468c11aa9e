import { causedBy, type Actor, type JobEnvelope, type NormalisedMessage } from '@smart-tickets/contracts';
import { isSpoken } from '../domain/from-agent.ts';
import { senderOf } from '../domain/parties.ts';
import type { Reception } from '../domain/receive.ts';
import type { ChangeEntry, MessageEntry, NoteEntry, TimelineEntry } from '../domain/timeline.ts';
import { changesBetween } from '../domain/update.ts';
import type { Filing } from '../persistence/reception-store.ts';
import type { Deps } from './deps.ts';
import { ticketEvent } from './ticket-event.ts';

/** Where a message goes on its ticket. */
export interface Place extends Pick<Filing, 'entryCount' | 'takeOverFrom'> {
  /** Its subject, where that is a new one in its conversation. */
  readonly changedSubject?: string | null;
}

/** What is to be written of a reception; `entryCount` is how many entries the ticket has so far. */
export function filingOf(
  deps: Deps,
  job: JobEnvelope<NormalisedMessage>,
  reception: Reception,
  { entryCount, takeOverFrom, changedSubject = null }: Place,
  actor: Actor,
): Filing {
  const { payload: message } = job;
  const said = isNote(message, reception)
    ? noteEntry(message, reception, entryCount + 1, actor)
    : messageEntry(message, reception, entryCount + 1, actor, changedSubject);
  const changes =
    reception.kind === 'APPEND' ? changeEntries(deps, job, reception, entryCount + 2, actor) : [];
  const entries: TimelineEntry[] = [said, ...changes];
  const event = ticketEvent({
    id: deps.newId(),
    kind:
      reception.kind === 'OPEN' ? 'TICKET_CREATED' : said.type === 'NOTE' ? 'NOTE_ADDED' : 'MESSAGE_ADDED',
    old: reception.kind === 'OPEN' ? null : reception.old,
    ticket: reception.ticket,
    entry: said,
    actor,
    channelTeamId: message.channelTeamId,
    cause: causedBy(job),
  });
  const sender = message.fromAgent ? null : senderOf(message, message.from.identities);
  return { message, sender, event, entries, entryCount: entryCount + entries.length, takeOverFrom };
}

/** What a machine of an agent says is for the house, and so are words to nobody. */
function isNote(message: NormalisedMessage, { ticket }: Reception): boolean {
  return message.fromAgent && !isSpoken(message, ticket.customerId);
}

function noteEntry(message: NormalisedMessage, reception: Reception, seq: number, actor: Actor): NoteEntry {
  const { id: ticketId, updatedAt: at } = reception.ticket;
  return { type: 'NOTE', id: message.messageId, ticketId, seq, at, actor, text: message.text, mentions: [] };
}

function messageEntry(
  message: NormalisedMessage,
  reception: Reception,
  seq: number,
  actor: Actor,
  changedSubject: string | null,
): MessageEntry {
  return {
    type: 'MESSAGE',
    id: message.messageId,
    ticketId: reception.ticket.id,
    seq,
    at: reception.ticket.updatedAt,
    actor,
    direction: message.fromAgent ? 'OUTBOUND' : 'INBOUND',
    channel: message.channelKind,
    text: message.text,
    html: message.html,
    to: message.to,
    cc: message.cc,
    automatic: message.automatic,
    threadReason: reception.reason,
    sentAt: message.sentAt,
    attachments: message.attachments,
    call: message.call,
    changedSubject,
  };
}

/** The changes that come along. That the agent of a call has the ticket now is that agent's doing, not the customer's. */
function changeEntries(
  deps: Deps,
  job: JobEnvelope<NormalisedMessage>,
  reception: Extract<Reception, { kind: 'APPEND' }>,
  firstSeq: number,
  actor: Actor,
): ChangeEntry[] {
  const { agentId, fromAgent } = job.payload;
  return changesBetween(reception.old, reception.ticket).map((change, index) => ({
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: reception.ticket.id,
    seq: firstSeq + index,
    at: reception.ticket.updatedAt,
    actor: change.kind === 'ASSIGNMENT' && !fromAgent ? { type: 'AGENT', id: agentId, name: null } : actor,
    cause: causedBy(job),
    ...change,
  }));
}
