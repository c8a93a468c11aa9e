import type { OutboxEvent } from '@smart-tickets/contracts';
import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { CustomerIdentity } from '../domain/customer.ts';
import { anonymousTicket, erasedText, requestsOf, type ErasureScope } from '../domain/erasure.ts';
import { nextVersion } from '../domain/ticket.ts';
import { CustomerMergeStore } from '../persistence/customer-merge-store.ts';
import { CustomerStore } from '../persistence/customer-store.ts';
import { ErasureStore, tookTooLong, type ErasureState } from '../persistence/erasure-store.ts';
import { ErasureTickets } from '../persistence/erasure-tickets.ts';
import type { LockedTicket } from '../persistence/ticket-store.ts';
import { eraseWebhookDeliveries } from '../persistence/webhook-erasure.ts';
import { writeChange } from './change-ticket.ts';
import type { Caller, Deps } from './deps.ts';
import { agentOf, causeOf } from './update-ticket.ts';

export type EraseCustomerFault =
  { readonly code: 'NOT_FOUND' } | { readonly code: 'MERGED'; readonly heirId: string };

/** Most tickets of one transaction, and most entries that are on them together; one ticket may have more. */
const ticketsAtOnce = 100;
const entriesAtOnce = 2_000;
/** Of how many tickets one is tried when so many take the database too long. */
const smallerBy = 10;

/**
 * Erases a customer, and everybody merged into them, from the ticket service, and asks the other services to do the same.
 * Nobody is recognised as them from the first transaction on; their tickets follow, some at a time. What breaks off is
 * taken up by a repeat, or by the sweep; a repeat of what is done changes nothing.
 */
export async function eraseCustomer(
  deps: Deps,
  caller: Caller,
  rawId: string,
): Promise<Result<{ readonly customerId: string }, EraseCustomerFault>> {
  if (!isId(rawId)) return err({ code: 'NOT_FOUND' });
  const begun = await begin(deps, caller, rawId.toLowerCase());
  if (!begun.ok) return begun;
  await finishErasure(deps, caller.workspaceId, begun.value.customerId, caller.requestId);
  return begun;
}

/**
 * Goes on with an erasure until nothing of it is left to do here, with fewer tickets at a time where the database cannot
 * bear as many. Safe to run at the same time as others do.
 */
export async function finishErasure(
  deps: Deps,
  workspaceId: string,
  customerId: string,
  requestId: string,
): Promise<void> {
  let most = ticketsAtOnce;
  for (let done = false; !done;) {
    try {
      const result = await inWorkspace<boolean, never>(deps.pool, workspaceId, async (tx) =>
        ok(await eraseNext(deps, tx, { customerId, requestId, most })),
      );
      deps.eventsWritten();
      done = result.ok && result.value;
    } catch (error) {
      if (most === 1 || !tookTooLong(error)) throw error;
      most = Math.ceil(most / smallerBy);
    }
  }
}

function begin(
  deps: Deps,
  caller: Caller,
  id: string,
): Promise<Result<{ readonly customerId: string }, EraseCustomerFault>> {
  return inWorkspace<{ readonly customerId: string }, EraseCustomerFault>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      const [merges, customers, erasures] = [
        new CustomerMergeStore(tx),
        new CustomerStore(tx),
        new ErasureStore(tx),
      ];
      merges.lock();
      const below = await merges.mergedInto([id]);
      const locked = await customers.lock([id, ...below.map((merged) => merged.id)]);
      const customer = locked.find((row) => row.id === id);
      if (customer === undefined) return err({ code: 'NOT_FOUND' });
      const { mergedIntoId, erasedAt } = customer;
      if (erasedAt !== null) return ok({ customerId: mergedIntoId ?? id });
      if (mergedIntoId !== null) return err({ code: 'MERGED', heirId: mergedIntoId });

      const family = locked.map((row) => row.id);
      const identities = await erasures.identitiesOf(family);
      const requestedAt = deps.now().toISOString();
      const erasure = { id: deps.newId(), customerId: id, requestedBy: caller.agentId, requestedAt };
      const telling = tellingOf(identities);
      erasures.begin(erasure, family);
      erasures.eraseCustomers(family, telling, requestedAt);
      const counts = { customers: family.length, identities: identities.length };
      erasures.addPart(erasure.id, 'ticket', 1, counts, requestedAt);
      const scope = { ticketIds: [], guestTicketIds: [], messageIds: [] };
      appendEvents(tx, [request(deps, erasure, 1, telling, scope, caller.requestId)]);
      return ok({ customerId: id });
    },
  );
}

/** By which of them a message can be told to be the customer's: an address that they only claimed may be another's. */
function tellingOf(identities: readonly CustomerIdentity[]): CustomerIdentity[] {
  const verified = identities.filter((identity) => identity.verified);
  return verified.length > 0 ? verified : [...identities];
}

/** Erases the next tickets; true when none are left. */
async function eraseNext(
  deps: Deps,
  tx: Tx,
  { customerId, requestId, most }: { customerId: string; requestId: string; most: number },
): Promise<boolean> {
  const erasures = new ErasureStore(tx);
  const state = await erasures.lock(customerId);
  if (state === null || state.parts !== null) return true;
  const below = await new CustomerMergeStore(tx).mergedInto([customerId]);
  const family = [customerId, ...below.map(({ id }) => id)];
  const tickets = await nextTickets(tx, family, state, most);
  const nowIso = deps.now().toISOString();
  if (tickets === null) {
    erasures.advance(state.id, { ...state, parts: state.sent });
    erasures.completeIfDone(state.id, nowIso);
    return true;
  }
  const last = tickets.at(-1);
  if (last === undefined) return false;
  const own = tickets.filter(
    ({ ticket }) => ticket.customerId !== null && family.includes(ticket.customerId),
  );
  const scope = await eraseTickets(tx, tickets, own, family, state.addresses ?? []);
  anonymise(deps, tx, state, own, requestId, nowIso);
  let { sent } = state;
  for (const part of requestsOf(scope)) {
    sent += 1;
    const counts = { tickets: part.ticketIds.length, messages: part.messageIds.length };
    erasures.addPart(state.id, 'ticket', sent, counts, nowIso);
    appendEvents(tx, [request(deps, state, sent, [], part, requestId)]);
  }
  erasures.advance(state.id, { reached: last.ticket.id, sent, parts: null });
  return false;
}

/**
 * The next tickets of customers or with messages of theirs or to them, locked, in the order of their ids; null when none are left.
 * They end before one that came up while the locks were waited for, as a ticket does that splits off: none of them when
 * that is the first. The next look finds it.
 */
async function nextTickets(
  tx: Tx,
  family: readonly string[],
  state: Pick<ErasureState, 'reached' | 'addresses'>,
  most: number,
): Promise<LockedTicket[] | null> {
  const store = new ErasureTickets(tx);
  const after = () => store.after(family, state.addresses ?? [], state.reached, most);
  const seen = await after();
  if (seen.length === 0) return null;
  // The second look is sent behind the locks and sees what was committed while they were waited for.
  const [locked, now] = await Promise.all([store.lock(seen), after()]);
  const held = new Map(locked.map((one) => [one.ticket.id, one]));
  const next: LockedTicket[] = [];
  let entries = 0;
  for (const id of now) {
    const one = held.get(id);
    entries += one?.entryCount ?? 0;
    if (one === undefined || (next.length > 0 && entries > entriesAtOnce)) break;
    next.push(one);
  }
  return next;
}

/** Erases locked tickets: the customers' own ones as a whole, of the others what the customers are part of. */
async function eraseTickets(
  tx: Tx,
  tickets: readonly LockedTicket[],
  own: readonly LockedTicket[],
  family: readonly string[],
  addresses: readonly string[],
): Promise<ErasureScope> {
  const store = new ErasureTickets(tx);
  const ticketIds = own.map(({ ticket }) => ticket.id);
  const guestTicketIds = tickets.map(({ ticket }) => ticket.id).filter((id) => !ticketIds.includes(id));
  store.forgetUploads(ticketIds, guestTicketIds, family, addresses);
  const [said, guest, split] = await Promise.all([
    store.eraseTimelines(ticketIds),
    store.eraseGuestMessages(guestTicketIds, family, addresses),
    store.splitFrom([...ticketIds, ...guestTicketIds]),
  ]);
  store.eraseAddresses(guestTicketIds, addresses);
  store.forgetKeys(ticketIds, guestTicketIds, guest);
  const others = [...guestTicketIds, ...split];
  store.eraseEvents(ticketIds, others, family, guest);
  eraseWebhookDeliveries(tx, ticketIds, others, family, guest);
  return { ticketIds, guestTicketIds, messageIds: [...said, ...guest] };
}

/** The tickets' next versions, whose events let live lists and the search index show that the subjects are gone. */
function anonymise(
  deps: Deps,
  tx: Tx,
  { requestedBy: agentId }: ErasureState,
  tickets: readonly LockedTicket[],
  requestId: string,
  nowIso: string,
): void {
  const caller = { workspaceId: tx.workspaceId, agentId, requestId };
  for (const { ticket, entryCount } of tickets) {
    const anonymous = anonymousTicket(ticket);
    // The event tells what the ticket was before; it must not tell the subject.
    const before = { ticket: { ...anonymous, subject: '' }, entryCount };
    const changes = [{ kind: 'SUBJECT', before: {}, after: { subject: erasedText } } as const];
    const after = { ticket: nextVersion(anonymous, {}, nowIso), changes };
    writeChange(deps, tx, before, after, agentOf(caller), causeOf(caller));
  }
}

function request(
  deps: Deps,
  erasure: Pick<ErasureState, 'id' | 'customerId' | 'requestedAt'>,
  part: number,
  identities: readonly CustomerIdentity[],
  scope: ErasureScope,
  requestId: string,
): OutboxEvent<'customer.erasure-requested'> {
  const { id: erasureId, customerId, requestedAt } = erasure;
  return {
    id: deps.newId(),
    topic: 'customer.erasure-requested',
    payload: { erasureId, part, requestedAt, customerId, identities: [...identities], ...scope },
    cause: { requestId, eventId: null, depth: 0 },
  };
}
