import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  earlier,
  mergedBelow,
  noMessages,
  standingIn,
  type FamilyTicket,
  type MessageFacts,
  type Place,
} from './family.ts';
import { enter, mayMove } from './lifecycle.ts';
import type { Refusal } from './refusal.ts';
import { nextVersion, type Ticket } from './ticket.ts';
import { changesBetween, type FieldChange, type Updated } from './update.ts';

/** Most tickets that one call merges. */
export const maxMergedAtOnce = 20;
/** Most tickets of a family, its heir included. */
export const maxFamily = 200;

/** What a merge is about to do. */
export interface MergePlan {
  readonly heir: FamilyTicket;
  /** Those that stand for themselves until now. */
  readonly merging: readonly FamilyTicket[];
  /** What had been merged into those before: it goes with them. */
  readonly followers: readonly FamilyTicket[];
  /** Ids of the whole family as it will be, the heir included. */
  readonly family: readonly string[];
}

/** The next version of a ticket of a family, with what its timeline says of it. */
export interface FamilyUpdate extends Updated {
  readonly old: FamilyTicket;
}

/** Ids of the tickets whose rows a merge changes, as far as they are known. */
export function touchedByMerge(places: readonly Place[], into: string, from: readonly string[]): string[] {
  return [...new Set([into, ...from, ...from.flatMap((id) => mergedBelow(places, id).map(({ id }) => id))])];
}

/**
 * What merging does, or null when all of it stands in `into` already. `places` are those of the whole families,
 * `locked` the tickets that `touchedByMerge` names, as far as they exist.
 */
export function planMerge(
  places: readonly Place[],
  locked: ReadonlyMap<string, FamilyTicket>,
  into: string,
  from: readonly string[],
): Result<MergePlan | null, Refusal> {
  const missing = [into, ...from].find((id) => !locked.has(id));
  const heir = locked.get(into);
  if (heir === undefined || missing !== undefined) {
    return refuse('NOT_FOUND', missing === into ? 'into' : 'from', `There is no ticket ${missing ?? into}.`);
  }
  if (heir.heirId !== null) {
    const message = `Ticket #${heir.ticket.number} was itself merged into ${heir.heirId}: merge into that one.`;
    return refuse('CONFLICT', 'into', message);
  }
  const asked = from.flatMap((id) => locked.get(id) ?? []);
  const merging = asked.filter(({ heirId }) => heirId === null);
  const elsewhere = asked.find(
    (one) => one.heirId !== null && one.heirId !== into && !from.includes(one.heirId),
  );
  if (elsewhere !== undefined) {
    const message = `Ticket #${elsewhere.ticket.number} was merged into ${standingIn(elsewhere)} already: merge that one, or unmerge this one first.`;
    return refuse('CONFLICT', 'from', message);
  }
  if (merging.length === 0) return ok(null);
  if (heir.ticket.status === 'CLOSED' || heir.ticket.status === 'SPAM') {
    const message = `A ticket that is ${heir.ticket.status} takes no others: merge into one that is open.`;
    return refuse('NOT_ALLOWED_IN_STATUS', 'into', message);
  }
  const customers = merging.find(({ ticket }) => ticket.customerId !== null);
  if (heir.ticket.customerId === null && customers !== undefined) {
    const message =
      `Ticket #${customers.ticket.number} is a customer's, and an internal ticket takes no answers: merge the internal ` +
      'one into it, or give the internal one a customer first.';
    return refuse('INVALID', 'from', message);
  }
  const below = merging.flatMap(({ id }) => mergedBelow(places, id).map((place) => place.id));
  const followers = below.flatMap((id) => locked.get(id) ?? []);
  const there = places.filter(({ heirId }) => heirId === into).map(({ id }) => id);
  const family = [into, ...there, ...merging.map(({ id }) => id), ...below];
  if (family.length > maxFamily) {
    const message = `At most ${maxFamily} tickets can be one; with these it would be ${family.length}.`;
    return refuse('LIMIT_EXCEEDED', 'from', message);
  }
  return ok({ heir, merging, followers, family });
}

function refuse(code: Refusal['code'], field: string, message: string): Result<never, Refusal> {
  return err({ code, field, message });
}

/** Groups of tickets whose messages have to be looked at for the merge, by the ticket that stands for each. */
export function groupsOfMerge(plan: MergePlan): ReadonlyMap<string, readonly string[]> {
  return new Map([
    [plan.heir.id, plan.family],
    // From now on each of them stands for its own messages alone.
    ...plan.merging.map(({ id }) => [id, [id]] as const),
  ]);
}

/**
 * The next versions of all that a merge changes, the heir's last. All bear one instant that is not before any of theirs,
 * so that what comes later on the heir is later than what came before on the others. Where somebody waits for an
 * answer on what is merged, the heir wakes, and opens again as it would by the customer's own words.
 */
export function merge(
  plan: MergePlan,
  facts: ReadonlyMap<string, MessageFacts>,
  nowIso: string,
): { readonly merged: FamilyUpdate[]; readonly followers: FamilyUpdate[]; readonly heir: FamilyUpdate } {
  const { heir, merging, followers } = plan;
  const at = latest(nowIso, [heir, ...merging, ...followers]);
  return {
    merged: merging.map((old) => mergedAway(old, heir.ticket, facts.get(old.id) ?? noMessages, at)),
    followers: followers.map((old) => following(old, heir.id, at)),
    heir: enriched(plan, facts.get(heir.id) ?? noMessages, at),
  };
}

function mergedAway(old: FamilyTicket, heir: Ticket, own: MessageFacts, at: string): FamilyUpdate {
  const { messageCount, lastMessageId } = own;
  const ticket = nextVersion(
    old.ticket,
    {
      ...enter(old.ticket, 'CLOSED', at),
      awaitingReplySince: null,
      snoozedUntil: null,
      mergedIntoId: heir.id,
      messageCount,
      lastMessageId,
    },
    at,
  );
  const merged: FieldChange = {
    kind: 'MERGED',
    before: { mergedIntoId: null },
    after: { mergedIntoId: heir.id, mergedIntoNumber: heir.number },
  };
  return { old, ticket, changes: [merged, ...otherChanges(old.ticket, ticket)] };
}

/** A ticket whose chain of merges has another end now. Nothing was done with it, so its timeline says nothing. */
export function following(old: FamilyTicket, heirId: string, at: string): FamilyUpdate {
  return { old, ticket: nextVersion(old.ticket, { mergedIntoId: heirId }, at), changes: [] };
}

function enriched({ heir: old, merging }: MergePlan, family: MessageFacts, at: string): FamilyUpdate {
  const { messageCount, lastMessageId } = family;
  const waiting = merging.map(({ ticket }) => ticket.awaitingReplySince).reduce(earlier, null);
  const reopened = waiting !== null && mayMove(old.ticket.status, 'OPEN', 'CUSTOMER');
  const base = reopened ? enter(old.ticket, 'OPEN', at) : old.ticket;
  const ticket = nextVersion(
    old.ticket,
    {
      ...base,
      messageCount,
      lastMessageId,
      awaitingReplySince: earlier(base.awaitingReplySince, waiting),
      snoozedUntil: waiting === null ? base.snoozedUntil : null,
      firstRepliedAt: [old, ...merging].map(({ ticket }) => ticket.firstRepliedAt).reduce(earlier, null),
    },
    at,
  );
  const received = merging.map((one): FieldChange => ({
    kind: 'MERGED',
    before: {},
    after: { mergedFromId: one.id, mergedFromNumber: one.ticket.number },
  }));
  return { old, ticket, changes: [...received, ...otherChanges(old.ticket, ticket)] };
}

/** Change entries for everything but the merge, which is told in its own words. */
export function otherChanges(old: Ticket, now: Ticket): FieldChange[] {
  return changesBetween(old, now).filter(({ kind }) => kind !== 'MERGED');
}

/** Now, but not before anything that has happened to any of these tickets. */
export function latest(nowIso: string, tickets: readonly FamilyTicket[]): string {
  return tickets.reduce(
    (instant, { ticket }) => (ticket.updatedAt > instant ? ticket.updatedAt : instant),
    nowIso,
  );
}
