import type { Actor, JobEnvelope, NormalisedMessage } from '@smart-tickets/contracts';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { receive, type Reception } from '../domain/receive.ts';
import { findThread } from '../domain/threading.ts';
import type { ChangeEntry, MessageEntry, TimelineEntry } from '../domain/timeline.ts';
import { changesBetween } from '../domain/update.ts';
import { ReceptionStore } from '../persistence/reception-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import type { Deps } from './deps.ts';
import { writeSettled } from './refuse-message.ts';
import { ticketEvent } from './ticket-event.ts';

/**
 * Files a message on its ticket, or opens one: look, decide, write, in two round trips. A message that was filed
 * before, by this delivery of the job or another, changes nothing.
 */
export async function receiveMessage(deps: Deps, job: JobEnvelope<NormalisedMessage>): Promise<void> {
  const message = job.payload;
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const identity = message.from.identities[0];
    if (identity === undefined) throw new Error('a message without sender was handed over');
    const store = new ReceptionStore(tx);
    const [fresh, facts] = await Promise.all([
      markConsumed(tx, 'ticket.receive-message', job.id),
      store.look(message, identity),
    ]);
    if (!fresh) return ok(undefined);
    if (facts.filedOn !== null) {
      // Handed over again because the first word of it was lost on its way back.
      writeSettled(deps, tx, job, { outcome: 'ON_TICKET', ticketId: facts.filedOn, reason: null });
      return ok(undefined);
    }

    const nowIso = deps.now().toISOString();
    const customerId = facts.customerId ?? deps.newId();
    const match = findThread(message.thread, facts.candidates);
    const reception = receive(message, match, customerId, { ticketId: deps.newId() }, nowIso);

    if (facts.customerId === null) store.addCustomer(customerId, message.from.name, identity, nowIso);
    const actor: Actor = { type: 'CUSTOMER', id: customerId, name: message.from.name };
    const entryCount =
      facts.candidates.find(({ ticket }) => ticket.id === reception.ticket.id)?.entryCount ?? 0;
    write(deps, tx, job, reception, entryCount, actor, nowIso);
    store.rememberKeys(
      message.thread,
      reception.ticket.id,
      reception.kind === 'OPEN' ? reception.followUpOf : null,
    );
    return ok(undefined);
  });
  deps.eventsWritten();
}

function write(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  reception: Reception,
  entryCount: number,
  actor: Actor,
  nowIso: string,
): void {
  const tickets = new TicketStore(tx);
  const message = messageEntry(job.payload, reception, entryCount + 1, actor, nowIso);
  const changes =
    reception.kind === 'APPEND' ? changeEntries(deps, reception, entryCount + 2, actor, nowIso) : [];
  const entries: TimelineEntry[] = [message, ...changes];
  const event = ticketEvent({
    id: deps.newId(),
    kind: reception.kind === 'OPEN' ? 'TICKET_CREATED' : 'MESSAGE_ADDED',
    old: reception.kind === 'OPEN' ? null : reception.old,
    ticket: reception.ticket,
    entry: message,
    actor,
    channelTeamId: job.payload.channelTeamId,
    cause: { requestId: job.cause.requestId, eventId: job.id, depth: job.cause.depth + 1 },
  });
  if (reception.kind === 'OPEN') {
    tickets.open(reception.ticket, reception.followUpOf, entries.length, event);
    tickets.append(entries);
  } else {
    tickets.save(reception.ticket, entryCount + entries.length);
    tickets.append(entries);
    appendEvents(tx, [event]);
  }
}

function messageEntry(
  message: NormalisedMessage,
  reception: Reception,
  seq: number,
  actor: Actor,
  nowIso: string,
): MessageEntry {
  return {
    type: 'MESSAGE',
    id: message.messageId,
    ticketId: reception.ticket.id,
    seq,
    at: nowIso,
    actor,
    direction: 'INBOUND',
    channel: message.channelKind,
    text: message.text,
    html: message.html,
    to: message.to,
    cc: message.cc,
    automatic: message.automatic,
    threadReason: reception.reason,
    sentAt: message.sentAt,
  };
}

function changeEntries(
  deps: Deps,
  reception: Extract<Reception, { kind: 'APPEND' }>,
  firstSeq: number,
  actor: Actor,
  nowIso: string,
): ChangeEntry[] {
  return changesBetween(reception.old, reception.ticket).map((change, index) => ({
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: reception.ticket.id,
    seq: firstSeq + index,
    at: nowIso,
    actor,
    ...change,
  }));
}
