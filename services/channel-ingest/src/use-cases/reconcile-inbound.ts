import type { JobEnvelope, MessageIds } from '@smart-tickets/contracts';
import { lastIdOf } from '@smart-tickets/kit/ids';
import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import type { Logger } from '@smart-tickets/kit/logger';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { jobs } from '@smart-tickets/contracts';
import { AuditStore, type LostMessage } from '../persistence/audit-store.ts';
import { readWorkspaces } from '../persistence/ledger.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { eraseLost } from './erase-lost.ts';

const everyMs = 30_000;
/** Pages of one workspace in one go. */
const pagesAtOnce = 10;
const keysAtOnce = 2_000;
const itemsAtOnce = 500;
/** A new round through the keys begins an hour after the last one has. */
const keyRoundMs = 3_600_000;
/** Items are compared with the tickets when they are an hour old, and again every week. */
const itemAgeMs = 3_600_000;
const itemRoundMs = 7 * 86_400_000;
const mostNamed = 20;
const failure = 'what was received could not be reconciled';

/**
 * Goes on with the reconciliation of one workspace by some pages: every key must have its message, every message its key, and
 * what is on a ticket must be there, which the ticket service is asked. What is missing is logged as an error in each round, and
 * once more where this process ends at that moment. Any number of processes may call it; only one at a time works on a workspace.
 */
export async function reconcileInbound(deps: Deps, workspaceId: string): Promise<void> {
  for (let page = 0; page < pagesAtOnce; page += 1) {
    if (!(await compareKeys(deps, workspaceId))) break;
  }
  for (let page = 0; page < pagesAtOnce; page += 1) {
    if (!(await compareItems(deps, workspaceId))) break;
  }
}

/** One page of keys; whether there may be more. */
async function compareKeys(deps: Deps, workspaceId: string): Promise<boolean> {
  const now = deps.now();
  return inTransaction(deps, workspaceId, async (tx) => {
    const store = new AuditStore(tx);
    const audit = await store.take();
    if (audit === null) return false;
    const begins = audit.keysBeganAt === null || audit.keysDoneAt !== null;
    if (begins && audit.keysBeganAt !== null && now.getTime() - Date.parse(audit.keysBeganAt) < keyRoundMs)
      return false;
    const place = begins ? { ...audit, keysBeganAt: now.toISOString(), found: 0 } : audit;
    const page = await store.keysAfter(place, keysAtOnce);
    const more = page.many === keysAtOnce;
    const reached = {
      ...place,
      keyChannelId: page.last?.channelId ?? null,
      keyExternalId: page.last?.externalId ?? null,
      found: place.found + page.lost.length,
    };
    store.saveKeys(reached, more ? null : now.toISOString());
    alarm(deps.log, workspaceId, page.lost, 'received messages are missing');
    return more;
  });
}

/** One page of items, of which the ticket service is asked; whether there may be more. */
async function compareItems(deps: Deps, workspaceId: string): Promise<boolean> {
  const nowMs = deps.now().getTime();
  const seen = await inTransaction(deps, workspaceId, async (tx) => {
    const store = new AuditStore(tx);
    const audit = await store.take();
    if (audit === null) return null;
    const begins = audit.itemsBeganAt === null || nowMs - Date.parse(audit.itemsBeganAt) > itemRoundMs;
    const beganAt = begins ? new Date(nowMs).toISOString() : (audit.itemsBeganAt ?? '');
    const page = await store.itemsAfter(
      begins ? null : audit.itemId,
      lastIdOf(nowMs - itemAgeMs),
      itemsAtOnce,
    );
    if (page.last === null && !begins) return null;
    store.saveItems(beganAt, page.last);
    if (page.keyless.length > 0) {
      const { length: many } = page.keyless;
      deps.log.error(
        { workspaceId, many, messageIds: page.keyless.slice(0, mostNamed) },
        'keys of received messages were missing and are put back',
      );
      store.restoreKeys(page.keyless);
    }
    if (page.onTicket.length > 0) {
      const id = deps.newId();
      appendEvents(tx, [
        {
          id,
          topic: 'inbound.audited',
          payload: { messageIds: [...page.onTicket], tellKept: false },
          cause: { requestId: `audit-${id}`, eventId: null, depth: 0 },
        },
      ]);
    }
    return { more: page.many === itemsAtOnce };
  });
  if (seen === null) return false;
  deps.eventsWritten();
  return seen.more;
}

/** To be called before the commit by which it is not told again: rather twice than never. */
function alarm(log: Logger, workspaceId: string, lost: readonly LostMessage[], what: string): void {
  if (lost.length > 0) log.error({ workspaceId, many: lost.length, lost: lost.slice(0, mostNamed) }, what);
}

/**
 * Takes over which messages the ticket service has lost: they are kept here, as dead letters that can be tried again, and
 * logged as an error. What is not on a ticket, or erased, is left alone; what should have been erased is.
 */
export async function noteMissed(deps: Deps, job: JobEnvelope<MessageIds>): Promise<void> {
  const { workspaceId } = job;
  await inTransaction(deps, workspaceId, async (tx) => {
    if (!(await markConsumed(tx, jobs.noteMissed.name, job.id))) return;
    const lost = await new AuditStore(tx).bury(job.payload.messageIds, deps.now().toISOString());
    alarm(deps.log, workspaceId, lost, 'messages are missing on their tickets');
  });
  const failed: unknown[] = [];
  for (const messageId of job.payload.messageIds) {
    // One that cannot be read must not keep the others.
    await eraseLost(deps, job, messageId).catch((error: unknown) => failed.push(error));
  }
  if (failed.length > 0) throw new AggregateError(failed, 'lost messages could not be looked through');
}

/** Reconciles all workspaces, a little every half minute. */
export function startReconciliation(deps: Deps, log: Logger): Repeated {
  return repeat(everyMs, log, failure, async (signal) => {
    for (const workspaceId of await readWorkspaces(deps.systemPool)) {
      if (signal.aborted) break;
      try {
        await reconcileInbound(deps, workspaceId);
      } catch (error) {
        // The others are reconciled all the same.
        log.error({ err: error, workspaceId }, failure);
      }
    }
  });
}
