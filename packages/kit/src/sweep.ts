import type pg from 'pg';
import type { Logger } from './logger.ts';
import { repeat, type Repeated } from './repeat.ts';

/** Event log and inbox marks are kept this long: cursors older than that expire. */
export const retentionDays = 7;
const everyMs = 600_000;
const batchSize = 5_000;
const failure = 'old events could not be trimmed';

// Inbox marks outlive the queue's longest redelivery by a day. Each statement is bounded; what is left waits for the next round.
const trimEventLog = `delete from event_log where (workspace_id, pos) in (
     select workspace_id, pos from event_log where at < now() - make_interval(days => $1) and handed_over limit $2)`;
const trimInbox = `delete from inbox where (workspace_id, consumer, event_id) in (
     select workspace_id, consumer, event_id from inbox where at < now() - make_interval(days => $1 + 15) limit $2)`;

/**
 * Trims the event log and the inbox by age, in small steps, now and every ten minutes; and what a service adds:
 * statements that delete at most `$2` rows and may use the retention in days, `$1`. A service that keeps its event log by
 * a rule of its own gives its own statement for that.
 */
export function startSweep(
  systemPool: pg.Pool,
  log: Logger,
  further: readonly string[] = [],
  eventLog: string = trimEventLog,
): Repeated {
  const trim = async (text: string, signal: AbortSignal): Promise<void> => {
    try {
      let removed = batchSize;
      while (removed === batchSize && !signal.aborted) {
        removed = (await systemPool.query(text, [retentionDays, batchSize])).rowCount ?? 0;
      }
    } catch (error) {
      // The others are trimmed all the same.
      log.warn({ err: error }, failure);
    }
  };
  return repeat(everyMs, log, failure, async (signal) => {
    for (const text of [eventLog, trimInbox, ...further]) await trim(text, signal);
  });
}
