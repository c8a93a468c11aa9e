import type { Actor, JobEnvelope, NormalisedMessage } from '@smart-tickets/contracts';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { madeAtMs } from '@smart-tickets/kit/ids';
import { defaultsOf, type CustomFieldDefinition } from '../domain/custom-field.ts';
import { hearSubject, type HeardSubject } from '../domain/changed-subject.ts';
import { unmasked, writtenTo } from '../domain/from-agent.ts';
import { identitiesOfMessage, matchCustomer, type CustomerMatch } from '../domain/match-customer.ts';
import { breakLoop, maxMailsOfTicket, mayLoop } from '../domain/loop-breaker.ts';
import { receive, receiveLooping, subjectOf, withFields, type Reception } from '../domain/receive.ts';
import { threadOf, type Thread } from '../domain/stranger-guard.ts';
import { copiesOn } from '../domain/threading.ts';
import type { Ticket } from '../domain/ticket.ts';
import { LinkStore } from '../persistence/link-store.ts';
import { unknownMessages } from '../persistence/message-audit.ts';
import {
  ReceptionStore,
  type Filing,
  type NewSender,
  type ReceptionFacts,
} from '../persistence/reception-store.ts';
import { SenderStore } from '../persistence/sender-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import type { Deps } from './deps.ts';
import { filingOf } from './filing-of.ts';
import { writeSettled } from './refuse-message.ts';

const maxLooks = 5;

/**
 * Files a message on its ticket, or opens one: look, decide, write, in two round trips. What is for a merged ticket goes
 * to its heir; when a merge or a split moved the ticket meanwhile, it looks again. A message that was filed before, by
 * this delivery of the job or another, changes nothing. What an agent wrote outside is an answer: the customer is whom
 * it was written to.
 */
export async function receiveMessage(deps: Deps, given: JobEnvelope<NormalisedMessage>): Promise<void> {
  const job = { ...given, payload: unmasked(given.payload) };
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
    const identities = message.fromAgent ? writtenTo(message) : identitiesOfMessage(message);
    const now = deps.now();
    const nowMs = now.getTime();
    const loop = mayLoop(message, nowMs) ? { subject: subjectOf(message), nowMs } : null;
    const looked = await new ReceptionStore(tx).look({ jobId: job.id, message, identities, loop });
    if (!looked.fresh) return ok(undefined);
    if (looked.filedOn !== null) {
      // Handed over again because the first word of it was lost on its way back.
      writeSettled(deps, tx, job, { outcome: 'ON_TICKET', ticketId: looked.filedOn, reason: null });
      return ok(undefined);
    }

    if (looked.changedMeanwhile) return err('CHANGED_MEANWHILE');
    // The sender was erased while it was on its way; the intake erases it, too.
    if (isFromErased(message.messageId, looked.erasedAt)) return ok(undefined);

    const sender = matchCustomer(identities, looked.holders);
    const verified = message.senderTrust !== 'FAIL' && identities.some((identity) => identity.verified);
    const found = threadOf(message, looked.candidates, { customerId: sender.customerId, verified });
    const copies = found.filedAs === null ? [] : copiesOn(found.filedAs.id, message, looked.candidates);
    const lost = copies.length === 0 ? [] : await unknownMessages(tx, copies);
    if (found.filedAs !== null && lost.length < Math.max(copies.length, 1)) {
      const ticketId = found.filedAs.id;
      writeSettled(deps, tx, job, { outcome: 'DUPLICATE', ticketId, reason: 'SAME_MAIL' });
      return ok(undefined);
    }
    const facts = { ...looked, lost };
    const thread = found.filedAs === null ? found : inPlaceOfLost(found.filedAs);
    const looping =
      thread.match === null && !message.fromAgent ? breakLoop(facts.openings, sender.customerId) : null;
    if (looping !== null && sender.customerId !== null)
      return fileLooping(deps, tx, job, looping, sender.customerId);
    const nowIso = now.toISOString();
    if (message.fromAgent) fileFromAgent(deps, tx, job, facts, thread, sender, nowIso);
    else if (isFlooded(thread, facts))
      file(deps, tx, spokenByMachine(job), facts, looped(thread), sender, nowIso);
    else file(deps, tx, job, facts, thread, sender, nowIso);
    return ok(undefined);
  });
}

/** What was looked up, and the copies of the message that its ticket has lost. */
type Known = ReceptionFacts & { readonly lost: readonly string[] };

/** Where a mail belongs whose copy the ticket has lost: it stands in for that. */
function inPlaceOfLost(ticket: Ticket): Thread {
  return { match: { ticket, reason: 'SAME_MAIL' }, stranger: null, copy: null, filedAs: null };
}

/** Files a message on the ticket that it belongs to, or on a new one, and notes what it says of its sender. */
function file(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  facts: Known,
  thread: Thread,
  sender: CustomerMatch,
  nowIso: string,
): void {
  const message = job.payload;
  const customerId = sender.customerId ?? deps.newId();
  const agentId = facts.agentKnown ? message.agentId : null;
  const decided = receive(message, thread, { ticketId: deps.newId(), customerId, agentId }, nowIso);
  const reception = withFields(decided, definitionsOf(facts, 'TICKET'), message.fields);
  const { changed: changedSubject, heard } = subjectHeard(message, facts, reception);
  const place = { ...placeOn(facts, reception), changedSubject };
  const filing = filingOf(deps, job, reception, place, actorOf(message, customerId));
  const newSender =
    sender.customerId === null ? newSenderOf(facts, message, sender, customerId, nowIso) : null;
  const senders = new SenderStore(tx);
  if (newSender === null) noteSender(senders, message, { ...sender, id: customerId }, nowIso);
  const cameFrom = message.from.identities;
  // A mail whose sender is not who it says proves nothing of the address.
  if (message.senderTrust !== 'FAIL' && facts.holders.some(({ undeliverable }) => undeliverable)) {
    senders.revive(cameFrom);
  }
  write(tx, filing, reception, newSender, nowIso);
  if (heard !== null) new ReceptionStore(tx).hearSubject(reception.ticket.id, heard);
}

/** What the subject of a person's mail tells on the ticket that it is added to. */
function subjectHeard(message: NormalisedMessage, facts: ReceptionFacts, reception: Reception): HeardSubject {
  const place = facts.candidates.find(({ ticket }) => ticket.id === reception.ticket.id);
  return reception.kind === 'OPEN' || message.automatic || message.channelKind !== 'EMAIL'
    ? { changed: null, heard: null }
    : hearSubject(message.subject, reception.old.subject, place?.heardSubject ?? null);
}

/**
 * Files what an agent wrote outside: on its thread it changes nobody; where it opens a ticket, the customer is whom it was
 * written to, who may be new.
 */
function fileFromAgent(
  deps: Deps,
  tx: Tx,
  job: JobEnvelope<NormalisedMessage>,
  facts: Known,
  thread: Thread,
  reached: CustomerMatch,
  nowIso: string,
): void {
  const message = job.payload;
  const agentId = facts.agentKnown ? message.agentId : null;
  const isNew = reached.customerId === null && reached.identities.length > 0;
  const known = reached.customerId ?? thread.match?.ticket.customerId ?? null;
  const customerId = isNew ? deps.newId() : known;
  const decided = receive(message, thread, { ticketId: deps.newId(), customerId, agentId }, nowIso);
  const reception = withFields(decided, definitionsOf(facts, 'TICKET'), message.fields);
  const { name } = message.from;
  const actor: Actor =
    agentId === null
      ? { type: 'CONNECTOR', id: message.channelId, name }
      : { type: 'AGENT', id: agentId, name };
  const filing = filingOf(deps, job, reception, placeOn(facts, reception), actor);
  const opens = isNew && customerId !== null && reception.ticket.customerId === customerId;
  const unnamed = { ...message, from: { ...message.from, name: null } };
  const newSender = opens ? newSenderOf(facts, unnamed, reached, customerId, nowIso) : null;
  write(tx, filing, reception, newSender, nowIso);
  // Its event tells of no message from outside, by which the intake would know.
  writeSettled(deps, tx, job, {
    outcome: 'ON_TICKET',
    ticketId: reception.ticket.id,
    reason: reception.reason,
  });
}

function write(
  tx: Tx,
  filing: Filing,
  reception: Reception,
  newSender: NewSender | null,
  nowIso: string,
): void {
  const store = new ReceptionStore(tx);
  if (reception.kind === 'APPEND') {
    if (newSender !== null) addSender(new SenderStore(tx), newSender);
    store.append(filing);
    return;
  }
  store.open(filing, newSender);
  const { ticket, followUpOf, relatedTo } = reception;
  if (followUpOf !== null) new TicketStore(tx).link(ticket.id, 'FOLLOW_UP_OF', followUpOf, nowIso);
  for (const other of relatedTo) new LinkStore(tx).relate(ticket.id, other, nowIso);
  if (reception.reason === 'SAME_MAIL' && filing.message.sameMail !== null)
    new LinkStore(tx).linkCopies(ticket.id, relatedTo, filing.message.sameMail, nowIso);
}

function definitionsOf(
  { definitions }: ReceptionFacts,
  owner: CustomFieldDefinition['appliesTo'],
): CustomFieldDefinition[] {
  return definitions.filter(({ appliesTo }) => appliesTo === owner);
}

/** Where the message goes on its ticket, and from which tickets and lost messages that one takes the conversation over. */
function placeOn(
  { candidates, lost }: Known,
  reception: Reception,
): Pick<Filing, 'entryCount' | 'takeOverFrom'> {
  const found = candidates.find(({ ticket }) => ticket.id === reception.ticket.id);
  const followed = reception.kind === 'OPEN' ? reception.followUpOf : null;
  const takeOverFrom = candidates
    .filter(({ ticket }) => ticket.id === followed)
    .map(({ holderId }) => holderId);
  return { entryCount: found?.entryCount ?? 0, takeOverFrom: [...takeOverFrom, ...lost] };
}

function newSenderOf(
  facts: ReceptionFacts,
  { from }: Pick<NormalisedMessage, 'from'>,
  { identities }: CustomerMatch,
  id: string,
  createdAt: string,
): NewSender {
  const fields = defaultsOf(definitionsOf(facts, 'CUSTOMER'));
  return { id, name: from.name, identities, fields, createdAt };
}

/** Whether the ticket of a thread has had more mails than persons write. A closed one takes none. */
function isFlooded({ match }: Thread, { candidates }: ReceptionFacts): boolean {
  if (match === null || match.ticket.status === 'CLOSED') return false;
  return candidates.some(
    ({ ticket, recentMails }) => ticket.id === match.ticket.id && recentMails >= maxMailsOfTicket,
  );
}

function spokenByMachine(job: JobEnvelope<NormalisedMessage>): JobEnvelope<NormalisedMessage> {
  return { ...job, payload: { ...job.payload, automatic: true } };
}

function looped(thread: Thread): Thread {
  return { ...thread, match: thread.match === null ? null : { ...thread.match, reason: 'LOOP' } };
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
