import type { TicketEventKind } from '@smart-tickets/contracts';

/** A URL of somebody else's that is told what happens to tickets. Its secrets are not part of it: they stay where they sign. */
export interface Webhook {
  readonly id: string;
  readonly name: string;
  readonly url: string;
  /** Kinds of events that are told; empty: all. */
  readonly events: TicketEventKind[];
  readonly enabled: boolean;
  /** Why it was switched off by itself; null when it was not. */
  readonly disabledReason: string | null;
  readonly createdAt: string;
}

export const webhookDeliveryStatuses = ['PENDING', 'DELIVERED', 'FAILED'] as const;
export type WebhookDeliveryStatus = (typeof webhookDeliveryStatuses)[number];

/** One try to hand an event over. */
export interface WebhookAttempt {
  readonly at: string;
  /** The HTTP status; null when there was no answer. */
  readonly responseStatus: number | null;
  /** The first characters of the answer, or what went wrong. */
  readonly detail: string | null;
  readonly durationMs: number;
}

/** One event on its way to one webhook; its id is the event's, and the same over all tries. */
export interface WebhookDelivery {
  readonly id: string;
  readonly webhookId: string;
  /** The event's place in the log. */
  readonly pos: number;
  readonly event: TicketEventKind;
  readonly ticketId: string;
  readonly status: WebhookDeliveryStatus;
  /** Oldest first, the newest `maxKeptAttempts`. */
  readonly attempts: WebhookAttempt[];
  /** Null when nothing is due: it is finished, is being sent, or waits behind an earlier event of its ticket. */
  readonly nextAttemptAt: string | null;
  readonly createdAt: string;
}

/** Most webhooks of a workspace. */
export const maxWebhooks = 25;
/** Most deliveries of one webhook that wait; one more switches it off. */
export const maxPendingDeliveries = 100_000;
/** Most tries of one delivery that are kept to be seen: redriving makes more of them. */
export const maxKeptAttempts = 50;
export const maxWebhookNameLength = 200;
export const maxWebhookUrlLength = 2_000;
/** For so long after a rotation everything is signed by the former secret, too. */
export const formerSecretMs = 24 * 3_600_000;

const [second, minute, hour] = [1_000, 60_000, 3_600_000];
/** Waits between the tries. */
const waitsMs = [
  10 * second,
  30 * second,
  5 * minute,
  30 * minute,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  24 * hour,
  24 * hour,
  24 * hour,
];
/** Tries of a delivery before it has failed for good. */
export const maxTries = waitsMs.length + 1;

/**
 * How long to wait after a delivery's `tries`-th try has failed, up to a fifth longer than the plan says, by `random`
 * (0 to 1); null when it has failed for good.
 */
export function waitAfterMs(tries: number, random: number): number | null {
  const wait = waitsMs[tries - 1];
  return wait === undefined ? null : Math.round(wait * (1 + random / 5));
}

/** Longest wait that a receiver can ask for. */
export const maxRetryAfterMs = 24 * hour;

/**
 * How long a receiver asks not to be tried again, from its Retry-After in seconds or as an HTTP date, at most a day; 0 where
 * it asks for nothing, where that cannot be read, and with any status but 429 and 503. Source: RFC 9110 §10.2.3.
 */
export function retryAfterMs(responseStatus: number | null, header: string | null, nowMs: number): number {
  if (header === null || (responseStatus !== 429 && responseStatus !== 503)) return 0;
  const asked = /^\d{1,10}$/.test(header) ? Number(header) * second : httpDateMs(header) - nowMs;
  return Math.min(Math.max(asked, 0), maxRetryAfterMs);
}

function httpDateMs(header: string): number {
  const ms = header.endsWith(' GMT') ? Date.parse(header) : NaN;
  return Number.isNaN(ms) ? 0 : ms;
}

/** What came of one try. A redirect is a failure; 410 says that nothing more is wanted. */
export type WebhookVerdict = 'DELIVERED' | 'FAILED' | 'GONE';

export function verdictOf(responseStatus: number | null): WebhookVerdict {
  if (responseStatus === 410) return 'GONE';
  return responseStatus !== null && responseStatus >= 200 && responseStatus < 300 ? 'DELIVERED' : 'FAILED';
}
