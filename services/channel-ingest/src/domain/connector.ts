/** A connector that has reported once and then not for so long is silent; it is to report every five minutes or more often. */
export const silentAfterMs = 900_000;
/** What fails for so long is an outage, of which somebody is told. */
export const outageAfterMs = 300_000;

/** The last word of a channel's connector; instants in ISO form. */
export interface ConnectorReport {
  readonly seenAt: string;
  /** Why it cannot do its work; null while it can. */
  readonly error: string | null;
  /** Since when it can, or cannot. */
  readonly since: string;
}

export type ConnectorState = 'UNKNOWN' | 'OK' | 'FAILING' | 'SILENT';

/** How a connector does. */
export interface ConnectorHealth {
  readonly state: ConnectorState;
  readonly since: string | null;
  readonly lastSeenAt: string | null;
  readonly error: string | null;
}

/** How a connector does, by its last word; one that has never reported is not known. */
export function connectorHealth(report: ConnectorReport | null, nowMs: number): ConnectorHealth {
  if (report === null) return { state: 'UNKNOWN', since: null, lastSeenAt: null, error: null };
  const { seenAt, since, error } = report;
  const seen = { lastSeenAt: seenAt, error };
  if (nowMs - Date.parse(seenAt) > silentAfterMs) return { state: 'SILENT', since: seenAt, ...seen };
  return { state: error === null ? 'OK' : 'FAILING', since, ...seen };
}
