import {
  causedBy,
  type Actor,
  type Cause,
  type DeliveryFailed,
  type JobEnvelope,
} from '@smart-tickets/contracts';
import { markConsumed } from '@smart-tickets/kit/outbox';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { answerLost, deliveryChange, leavesWaiting, reopenedBeside } from '../domain/failed-delivery.ts';
import { creationOf } from '../domain/new-ticket.ts';
import { kindsOf } from '../domain/recipients.ts';
import type { Ticket } from '../domain/ticket.ts';
import type { ChangeEntry } from '../domain/timeline.ts';
import { ConversationStore } from '../persistence/conversation-store.ts';
import { DeliveryStore, type DeadAddress } from '../persistence/delivery-store.ts';
import { TicketStore } from '../persistence/ticket-store.ts';
import { writeChange } from './change-ticket.ts';
import type { Deps } from './deps.ts';
import { ticketEvent } from './ticket-event.ts';

const maxLooks = 5;
const maxReasonLength = 2_000;
const courier: Actor = { type: 'SYSTEM', id: null, name: 'Delivery' };

/**
 * Records that an answer did not arrive: its ticket tells so, and is an agent's turn again where the customer is left
 * without an answer; an address that is no good is marked. The answer is found wherever a merge or a split has taken it.
 * A closed ticket takes no more work, and nobody looks there: what was lost on one shows on its follow-up, which is
 * opened where there is none. A repeat changes nothing, and so does an answer that is unknown here.
 */
export async function recordDelivery(deps: Deps, job: JobEnvelope<DeliveryFailed>): Promise<void> {
  for (let looks = 1; !(await record(deps, job)).ok; looks += 1) {
    if (looks === maxLooks) throw new Error('the ticket of an answer did not stand still');
  }
  deps.eventsWritten();
}

function record(
  deps: Deps,
  job: JobEnvelope<DeliveryFailed>,
): Promise<Result<undefined, 'CHANGED_MEANWHILE'>> {
  const failed = cleaned(job.payload);
  return inWorkspace<undefined, 'CHANGED_MEANWHILE'>(deps.pool, job.workspaceId, async (tx) => {
    const deliveries = new DeliveryStore(tx);
    const [fresh, seen] = await Promise.all([
      markConsumed(tx, 'ticket.record-delivery', job.id),
      deliveries.place(failed.messageId),
    ]);
    if (!fresh || seen === null) return ok(undefined);
    // The second look is sent behind the lock and sees what was committed while that was waited for.
    const [locked, place, customer] = await Promise.all([
      new TicketStore(tx).lock(seen.ticketId),
      deliveries.place(failed.messageId),
      new ConversationStore(tx).addresseeOf(seen.ticketId),
    ]);
    if (locked === null || place?.ticketId !== seen.ticketId) return err('CHANGED_MEANWHILE');
    const { ticket } = locked;
    const nowIso = deps.now().toISOString();
    const cause = causedBy(job);
    const waits = leavesWaiting(failed, place) && customer !== null && !customer.erased;
    writeChange(deps, tx, locked, answerLost(ticket, failed, waits, nowIso), courier, cause);
    if (waits && ticket.status === 'CLOSED') await goOn(deps, tx, ticket, failed, cause, nowIso);
    const dead = deadOf(failed);
    if (dead.length > 0) deliveries.bury(kindsOf(ticket.channel), dead, failed.at);
    return ok(undefined);
  });
}

/** What is known of the failure in the form in which it is kept. */
function cleaned(failed: DeliveryFailed): DeliveryFailed {
  const text = (words: string | null): string | null => (words === null ? null : storable(words));
  return {
    ...failed,
    error: text(failed.error),
    recipients: failed.recipients.map(({ address, dead, error }) => ({
      address: storable(address),
      dead,
      error: text(error),
    })),
  };
}

/** The addresses that are no good, each once, as customers are known by them. */
function deadOf({ recipients, error }: DeliveryFailed): DeadAddress[] {
  const dead = recipients
    .filter((recipient) => recipient.dead)
    .map((recipient) => ({
      // Mail addresses are kept in lower case; nothing else that is delivered to has letters of both cases.
      address: recipient.address.includes('@') ? recipient.address.toLowerCase() : recipient.address,
      error: (recipient.error ?? error)?.slice(0, maxReasonLength) ?? null,
    }));
  return [...new Map(dead.map((one) => [one.address, one])).values()];
}

/** Lets the follow-up of a closed ticket tell of the lost answer; opens one where none takes changes any more. */
async function goOn(
  deps: Deps,
  tx: Tx,
  closed: Ticket,
  failed: DeliveryFailed,
  cause: Cause,
  nowIso: string,
): Promise<void> {
  const tickets = new TicketStore(tx);
  const followUpId = await new DeliveryStore(tx).openFollowUp(closed.id);
  const followUp = followUpId === null ? null : await tickets.lock(followUpId);
  const usable =
    followUp !== null && followUp.ticket.status !== 'CLOSED' && followUp.ticket.mergedIntoId === null;
  if (usable) {
    writeChange(deps, tx, followUp, answerLost(followUp.ticket, failed, true, nowIso), courier, cause);
    return;
  }
  const ticket = reopenedBeside(closed, deps.newId(), nowIso);
  const place = { type: 'CHANGE', ticketId: ticket.id, at: nowIso, actor: courier, cause } as const;
  const created: ChangeEntry = { ...place, id: deps.newId(), seq: 1, ...creationOf(ticket) };
  const told: ChangeEntry = { ...place, id: deps.newId(), seq: 2, ...deliveryChange(failed) };
  const event = ticketEvent({
    id: deps.newId(),
    kind: 'TICKET_CREATED',
    old: null,
    ticket,
    entry: created,
    actor: courier,
    channelTeamId: null,
    cause,
  });
  tickets.open(ticket, 2, event);
  tickets.append([created, told]);
  tickets.link(ticket.id, 'FOLLOW_UP_OF', closed.id, nowIso);
}
