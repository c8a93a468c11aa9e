import { err, ok, type Result } from '@smart-tickets/kit/result';
import { mergedBelow, noMessages, type FamilyTicket, type MessageFacts, type Place } from './family.ts';
import { enter } from './lifecycle.ts';
import { following, latest, otherChanges, type FamilyUpdate } from './merge.ts';
import type { Refusal } from './refusal.ts';
import { nextVersion, type Ticket } from './ticket.ts';

/** What taking a ticket out of a merge is about to do. */
export interface UnmergePlan {
  readonly leaving: FamilyTicket;
  readonly heir: FamilyTicket;
  /** What had been merged into the one that leaves: it goes with it. */
  readonly followers: readonly FamilyTicket[];
  /** Ids of those that stay, the heir included. */
  readonly staying: readonly string[];
}

/** Ids of the tickets whose rows it changes, as far as they are known. */
export function touchedByUnmerge(places: readonly Place[], id: string): string[] {
  const heirId = places.find((place) => place.id === id)?.heirId ?? id;
  return [...new Set([id, heirId, ...mergedBelow(places, id).map((place) => place.id)])];
}

/** What taking a ticket out of its family does. `places` is the whole family, `locked` what `touchedByUnmerge` names. */
export function planUnmerge(
  places: readonly Place[],
  locked: ReadonlyMap<string, FamilyTicket>,
  id: string,
): Result<UnmergePlan, Refusal> {
  const leaving = locked.get(id);
  if (leaving === undefined)
    return err({ code: 'NOT_FOUND', field: 'id', message: 'There is no such ticket.' });
  const heir = locked.get(leaving.heirId ?? '');
  if (heir === undefined) {
    const message = `Ticket #${leaving.ticket.number} is not merged into another: there is nothing to take back.`;
    return err({ code: 'CONFLICT', field: 'id', message });
  }
  const followers = mergedBelow(places, id).flatMap((place) => locked.get(place.id) ?? []);
  const gone = new Set([id, ...followers.map((one) => one.id)]);
  const there = places.filter((place) => place.heirId === heir.id && !gone.has(place.id));
  return ok({ leaving, heir, followers, staying: [heir.id, ...there.map((place) => place.id)] });
}

/** Groups of tickets whose messages have to be looked at, by the ticket that stands for each. */
export function groupsOfUnmerge({
  leaving,
  heir,
  followers,
  staying,
}: UnmergePlan): ReadonlyMap<string, readonly string[]> {
  return new Map([
    [leaving.id, [leaving.id, ...followers.map(({ id }) => id)]],
    [heir.id, staying],
  ]);
}

/** Since when somebody has waited on the heir: words on it from before were answered or settled. By its id, for `facts`. */
export function waitingFromInUnmerge({ heir }: UnmergePlan): ReadonlyMap<string, string> {
  const since = heir.ticket.awaitingReplySince;
  return new Map(since === null ? [] : [[heir.id, since]]);
}

/**
 * The next versions of all that taking a ticket out changes. It stands as it did before the merge: with its status, its
 * sleep and whoever waited, as what was answered on the heir was answered to the heir's customer. What came in while it
 * was merged stays with the heir.
 */
export function unmerge(
  plan: UnmergePlan,
  facts: ReadonlyMap<string, MessageFacts>,
  nowIso: string,
): { readonly leaving: FamilyUpdate; readonly followers: FamilyUpdate[]; readonly heir: FamilyUpdate } {
  const { leaving, heir, followers } = plan;
  const at = latest(nowIso, [leaving, heir, ...followers]);
  return {
    leaving: restored(leaving, heir.ticket, facts.get(leaving.id) ?? noMessages, at),
    followers: followers.map((old) => following(old, leaving.id, at)),
    heir: relieved(heir, leaving, facts.get(heir.id) ?? noMessages, at),
  };
}

function restored(old: FamilyTicket, heir: Ticket, own: MessageFacts, at: string): FamilyUpdate {
  const before = old.beforeMerge ?? { status: 'OPEN', awaitingReplySince: null, snoozedUntil: null };
  const { messageCount, lastMessageId } = own;
  const ticket = nextVersion(
    old.ticket,
    {
      ...enter(old.ticket, before.status, at),
      awaitingReplySince: before.awaitingReplySince,
      snoozedUntil: before.snoozedUntil,
      mergedIntoId: null,
      messageCount,
      lastMessageId,
    },
    at,
  );
  const taken = {
    kind: 'MERGED',
    before: { mergedIntoId: heir.id, mergedIntoNumber: heir.number },
    after: { mergedIntoId: null },
  } as const;
  return { old, ticket, changes: [taken, ...otherChanges(old.ticket, ticket)] };
}

function relieved(old: FamilyTicket, left: FamilyTicket, rest: MessageFacts, at: string): FamilyUpdate {
  const { awaitingReplySince, firstRepliedAt } = old.ticket;
  const gone = left.ticket;
  // Whoever waits on the heir goes on waiting, unless it is who leaves; what was settled does not wait again.
  const leaves = awaitingReplySince === (left.beforeMerge?.awaitingReplySince ?? null);
  const ticket = nextVersion(
    old.ticket,
    {
      messageCount: rest.messageCount,
      lastMessageId: rest.lastMessageId,
      awaitingReplySince: leaves && awaitingReplySince !== null ? rest.waitingSince : awaitingReplySince,
      firstRepliedAt: firstRepliedAt === null ? null : rest.firstRepliedAt,
    },
    at,
  );
  const released = {
    kind: 'MERGED',
    before: { mergedFromId: gone.id, mergedFromNumber: gone.number },
    after: {},
  } as const;
  return { old, ticket, changes: [released, ...otherChanges(old.ticket, ticket)] };
}
