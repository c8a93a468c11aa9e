/** A connector that has reported once and then not for so long is silent; it is to report every five minutes or more often. */
export const silentAfterMs = 900_000;
/** What fails for so long is an outage, of which somebody is told. */
export const outageAfterMs = 300_000;
/** The intake notes that it takes reports this often. */
export const listenEveryMs = 60_000;
/**
 * Without such a note for so long it could not be heard what connectors say, and their silence counts anew. With five minutes
 * before and five after it, a shorter gap is no silence.
 */
export const deafAfterMs = 180_000;

/** The last word of a channel's connector; instants in ISO form. */
export interface ConnectorReport {
  readonly seenAt: string;
  /** Why it cannot do its work; null while it can. */
  readonly error: string | null;
  /** Since when it can, or cannot. */
  readonly since: string;
}

/** A word with what it is judged by. */
export interface HeardReport extends ConnectorReport {
  /** Since when its connector could be heard: its channel is switched on, and the intake takes reports. */
  readonly heardSince: string;
  /** Whether somebody has been told of an outage since the channel was switched on; it lasts until the connector works. */
  readonly told: boolean;
}

export type ConnectorState = 'UNKNOWN' | 'OK' | 'FAILING' | 'SILENT';

/** How a connector does. */
export interface ConnectorHealth {
  readonly state: ConnectorState;
  readonly since: string | null;
  readonly lastSeenAt: string | null;
  readonly error: string | null;
}

/**
 * How a connector does, by its last word; one that has never reported is not known. Silence counts only while it could have
 * been heard; silence that somebody was told of goes on over a time in which it could not.
 */
export function connectorHealth(report: HeardReport | null, nowMs: number): ConnectorHealth {
  if (report === null) return { state: 'UNKNOWN', since: null, lastSeenAt: null, error: null };
  const { seenAt, since, error, heardSince, told } = report;
  const seen = { lastSeenAt: seenAt, error };
  const quietMs = nowMs - Math.max(Date.parse(seenAt), Date.parse(heardSince));
  if (quietMs > silentAfterMs || (told && error === null)) return { state: 'SILENT', since: seenAt, ...seen };
  return { state: error === null ? 'OK' : 'FAILING', since, ...seen };
}

/** What is kept of a connector's new word: what is as it was before keeps its beginning. */
export function nextReport(
  before: HeardReport | null,
  error: string | null,
  nowMs: number,
): ConnectorReport & {
  /** Whether it ends an outage that was told. */
  readonly recovers: boolean;
} {
  const now = new Date(nowMs).toISOString();
  const was = connectorHealth(before, nowMs);
  const isAsBefore = was.state === (error === null ? 'OK' : 'FAILING');
  return {
    // Of two words at the same time the earlier one may come last.
    seenAt: before !== null && before.seenAt > now ? before.seenAt : now,
    error,
    since: isAsBefore && was.since !== null ? was.since : now,
    recovers: error === null && before !== null && before.told,
  };
}
