import type { Actor, JobEnvelope, NormalisedMessage } from '@smart-tickets/contracts';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { madeAtMs } from '@smart-tickets/kit/ids';
import { defaultsOf, type CustomFieldDefinition } from '../domain/custom-field.ts';
import { identitiesOfMessage, matchCustomer, type CustomerMatch } from '../domain/match-customer.ts';
import { breakLoop, mayLoop } from '../domain/loop-breaker.ts';
import { receive, receiveLooping, subjectOf, withDefaults, type Reception } from '../domain/receive.ts';
import { findThread, type ThreadMatch } from '../domain/threading.ts';
import type { ChangeEntry, MessageEntry, TimelineEntry } from '../domain/timeline.ts';
import { changesBetween } from '../domain/update.ts';
import {
  ReceptionStore,
  type Filing,
  type NewSender,
  type ReceptionFacts,
} from '../persistence/reception-store.ts';
import { SenderStore } from '../persistence/sender-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import type { Deps } from './deps.ts';
import { writeSettled } from './refuse-message.ts';
import { ticketEvent } from './ticket-event.ts';

const maxLooks = 5;

/**
 * Files a message on its ticket, or opens one: look, decide, write, in two round trips. What is for a merged ticket goes
 * to its heir; when a merge or a split moved the ticket meanwhile, it looks again. A message that was filed before, by
 * this delivery of the job or another, changes nothing.
 */
export async function receiveMessage(deps: Deps, job: JobEnvelope<NormalisedMessage>): Promise<void> {
  for (let looks = 1; !(await fileMessage(deps, job)).ok; looks += 1) {
    if (looks === maxLooks) throw new Error('the tickets of a message did not stand still');
  }
  deps.eventsWritten();
}

/** One try; refused, with nothing written, when the conversation moved while its tickets were waited for. */
function fileMessage(
  deps: Deps,
  job: JobEnvelope<NormalisedMessage>,
): Promise<Result<undefined, 'CHANGED_MEANWHILE'>> {
  const message = job.payload;
  return inWorkspace<undefined, 'CHANGED_MEANWHILE'>(deps.pool, job.workspaceId, async (tx) => {
    const identities = identitiesOfMessage(message);
    const now = deps.now();
    const nowMs = now.getTime();
    const loop = mayLoop(message, nowMs) ? { subject: subjectOf(message), nowMs } : null;
    const facts = await new ReceptionStore(tx).look({ jobId: job.id, message, identities, loop });
    if (!facts.fresh) return ok(undefined);
    if (facts.filedOn !== null) {
      // Handed over again because the first word of it was lost on its way back.
      writeSettled(deps, tx, job, { outcome: 'ON_TICKET', ticketId: facts.filedOn, reason: null });
      return ok(undefined);
    }

    if (facts.changedMeanwhile) return err('CHANGED_MEANWHILE');
    // The sender was erased while it was on its way; the intake erases it, too.
    if (isFromErased(message.messageId, facts.erasedAt)) return ok(undefined);

    const match = findThread(message.thread, facts.candidates);
    const sender = matchCustomer(identities, facts.holders);
    const looping = match === null ? breakLoop(facts.openings, sender.customerId) : null;
    if (looping !== null && sender.customerId !== null)
      return fileLooping(deps, tx, job, looping, sender.customerId);
    file(deps, tx, job, facts, match, sender, now.toISOString());
    return ok(undefined);
  });
}

/** Files a message on the ticket that it belongs to, or on a new one, and notes what it says of its sender. */
function file(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  facts: ReceptionFacts,
  match: ThreadMatch | null,
  sender: CustomerMatch,
  nowIso: string,
): void {
  const message = job.payload;
  const customerId = sender.customerId ?? deps.newId();
  const decided = receive(message, match, customerId, { ticketId: deps.newId() }, nowIso);
  const ofOwner = (owner: CustomFieldDefinition['appliesTo']): CustomFieldDefinition[] =>
    facts.definitions.filter(({ appliesTo }) => appliesTo === owner);
  const reception = withDefaults(decided, ofOwner('TICKET'));
  const entryCount =
    facts.candidates.find(({ ticket }) => ticket.id === reception.ticket.id)?.entryCount ?? 0;
  const followed = reception.kind === 'OPEN' ? reception.followUpOf : null;
  const takeOverFrom = facts.candidates
    .filter(({ ticket }) => ticket.id === followed)
    .map(({ holderId }) => holderId);
  const filing = filingOf(deps, job, reception, { entryCount, takeOverFrom }, actorOf(message, customerId));
  const newSender: NewSender | null =
    sender.customerId !== null
      ? null
      : {
          id: customerId,
          name: message.from.name,
          identities: sender.identities,
          fields: defaultsOf(ofOwner('CUSTOMER')),
          createdAt: nowIso,
        };
  if (newSender === null) noteSender(new SenderStore(tx), message, { ...sender, id: customerId }, nowIso);
  const store = new ReceptionStore(tx);
  if (reception.kind === 'OPEN') {
    store.open(filing, newSender);
  } else {
    if (newSender !== null) addSender(new SenderStore(tx), newSender);
    store.append(filing);
  }
  if (followed !== null) new TicketStore(tx).link(reception.ticket.id, 'FOLLOW_UP_OF', followed, nowIso);
}

/** Files a message that goes around in a loop on the newest ticket of it, as words of a machine. */
async function fileLooping(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  ticketId: string,
  customerId: string,
): Promise<Result<undefined, 'CHANGED_MEANWHILE'>> {
  const locked = await new TicketStore(tx).lock(ticketId);
  // It was no more than read before: who closed or merged it meanwhile was first.
  if (locked === null || locked.ticket.status === 'CLOSED' || locked.ticket.mergedIntoId !== null)
    return err('CHANGED_MEANWHILE');
  const message = { ...job.payload, automatic: true };
  const { ticket, entryCount } = locked;
  const reception = receiveLooping(message, ticket, deps.now().toISOString());
  const place = { entryCount, takeOverFrom: [] };
  const filing = filingOf(deps, { ...job, payload: message }, reception, place, actorOf(message, customerId));
  new ReceptionStore(tx).append(filing);
  return ok(undefined);
}

function actorOf(message: NormalisedMessage, customerId: string): Actor {
  return { type: 'CUSTOMER', id: customerId, name: message.from.name };
}

/** Whether a message was handed in before its sender was erased; one that came later is a new customer's. */
function isFromErased(messageId: string, erasedAt: string | null): boolean {
  const madeMs = madeAtMs(messageId);
  return erasedAt !== null && madeMs !== null && madeMs <= Date.parse(erasedAt);
}

function addSender(senders: SenderStore, sender: NewSender): void {
  senders.add(sender.id, sender.name, sender.identities, sender.createdAt, sender.fields);
}

/** Notes of a known customer what the message says of them, where it says anything new. */
function noteSender(
  senders: SenderStore,
  message: NormalisedMessage,
  sender: CustomerMatch & { readonly id: string },
  nowIso: string,
): void {
  const { name } = message.from;
  senders.attach(sender.id, sender.identities, nowIso);
  if (sender.nameless && name !== null) senders.introduce(sender.id, name);
}

/** What is to be written of a reception; `entryCount` is how many entries the ticket has so far. */
function filingOf(
  deps: Deps,
  job: JobEnvelope<NormalisedMessage>,
  reception: Reception,
  { entryCount, takeOverFrom }: Pick<Filing, 'entryCount' | 'takeOverFrom'>,
  actor: Actor,
): Filing {
  const message = messageEntry(job.payload, reception, entryCount + 1, actor);
  const changes = reception.kind === 'APPEND' ? changeEntries(deps, reception, entryCount + 2, actor) : [];
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
  return { message: job.payload, event, entries, entryCount: entryCount + entries.length, takeOverFrom };
}

function messageEntry(
  message: NormalisedMessage,
  reception: Reception,
  seq: number,
  actor: Actor,
): MessageEntry {
  return {
    type: 'MESSAGE',
    id: message.messageId,
    ticketId: reception.ticket.id,
    seq,
    at: reception.ticket.updatedAt,
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
    attachments: message.attachments,
    call: message.call,
  };
}

function changeEntries(
  deps: Deps,
  reception: Extract<Reception, { kind: 'APPEND' }>,
  firstSeq: number,
  actor: Actor,
): ChangeEntry[] {
  return changesBetween(reception.old, reception.ticket).map((change, index) => ({
    type: 'CHANGE',
    id: deps.newId(),
    ticketId: reception.ticket.id,
    seq: firstSeq + index,
    at: reception.ticket.updatedAt,
    actor,
    ...change,
  }));
}
