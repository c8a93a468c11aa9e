import { jobs, type JobEnvelope, type MessageIds } from '@smart-tickets/contracts';
import { lastIdOf } from '@smart-tickets/kit/ids';
import type { Logger } from '@smart-tickets/kit/logger';
import { appendEvents, markConsumed } from '@smart-tickets/kit/outbox';
import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import { retentionDays } from '@smart-tickets/kit/sweep';
import { storable } from '@smart-tickets/kit/text';
import type { AnsweredMessage } from '../domain/answer-mail.ts';
import { readWorkspaces } from '../persistence/ledger.ts';
import { RawStore } from '../persistence/raw-store.ts';
import type { Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';
import { readAnswered } from './read-answered.ts';

const everyMs = 60_000;
/** Pages of one workspace in one go. */
const pagesAtOnce = 40;
const rawsAtOnce = 50;
const dayMs = 86_400_000;
const failure = 'raw forms that are kept no longer could not be deleted';

/**
 * Goes on by some pages with the retention of one workspace: the raw forms of duplicates are deleted when their time is over; of
 * what is on a ticket the ticket service is asked first, and `forgetRaw` deletes what it has. What is held or has failed stays
 * until somebody decides on it. A round begins once a day. Any number of processes may call it.
 */
export async function expireRaws(deps: Deps, workspaceId: string): Promise<void> {
  for (let page = 0; page < pagesAtOnce; page += 1) {
    if (!(await expirePage(deps, workspaceId))) break;
  }
}

/** One page; whether there may be more. */
async function expirePage(deps: Deps, workspaceId: string): Promise<boolean> {
  const nowMs = deps.now().getTime();
  const more = await inTransaction(deps, workspaceId, async (tx) => {
    const store = new RawStore(tx);
    const round = await store.take(retentionDays);
    if (round === null) return false;
    const begins = round.beganAt === null || nowMs - Date.parse(round.beganAt) >= dayMs;
    const until = nowMs - round.retentionDays * dayMs;
    const page = await store.pageAfter(
      begins ? null : round.rawId,
      lastIdOf(until),
      new Date(until).toISOString(),
      rawsAtOnce,
    );
    if (page.last === null && !begins) return false;
    store.save(begins ? new Date(nowMs).toISOString() : (round.beganAt ?? ''), page.last);
    if (page.duplicates.length > 0) store.delete(page.duplicates);
    if (page.onTicket.length > 0) {
      const id = deps.newId();
      const payload = { messageIds: [...page.onTicket], tellKept: true };
      const cause = { requestId: `retention-${id}`, eventId: null, depth: 0 };
      appendEvents(tx, [{ id, topic: 'inbound.audited', payload, cause }]);
    }
    return page.many === rawsAtOnce;
  });
  deps.eventsWritten();
  return more;
}

/**
 * Deletes the raw forms of messages that the ticket service has just told to be on tickets, and keeps what answers to them need.
 * Safe to repeat.
 */
export async function forgetRaw(deps: Deps, job: JobEnvelope<MessageIds>): Promise<void> {
  await inTransaction(deps, job.workspaceId, async (tx) => {
    if (!(await markConsumed(tx, jobs.forgetRaw.name, job.id))) return;
    const store = new RawStore(tx);
    const messageIds = await store.lockOnTicket(job.payload.messageIds);
    for (const messageId of messageIds) {
      // One after the other: each may have megabytes.
      const answered = await readAnswered(tx, messageId);
      if (answered !== null) store.keepAnswered(messageId, storableOf(answered));
    }
    store.delete(messageIds);
  });
}

/** Postgres keeps no NUL in a text. */
function storableOf(answered: AnsweredMessage): AnsweredMessage {
  const text = (value: string | null): string | null => (value === null ? null : storable(value));
  return {
    subject: text(answered.subject),
    messageId: text(answered.messageId),
    references: answered.references.map(storable),
    threadTopic: text(answered.threadTopic),
    threadIndex: text(answered.threadIndex),
    threadKey: text(answered.threadKey),
  };
}

/** Every minute deletes the raw forms whose time is over, of all workspaces. */
export function startRawRetention(deps: Deps, log: Logger): Repeated {
  return repeat(everyMs, log, failure, async (signal) => {
    for (const workspaceId of await readWorkspaces(deps.systemPool)) {
      if (signal.aborted) break;
      try {
        await expireRaws(deps, workspaceId);
      } catch (error) {
        // The others are swept all the same.
        log.error({ err: error, workspaceId }, failure);
      }
    }
  });
}
