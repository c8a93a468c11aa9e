import type { Attachment, DeliveryFailed, DeliveryStatus } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { statusCode } from './bounced-recipient.ts';

/** What a connector sends of an answer; fixed when the answer is taken over, so that every try sends the same. */
export interface OutboundContent {
  /** Null where the channel knows none. */
  readonly subject: string | null;
  readonly text: string;
  readonly html: string | null;
  /** Header name to value, for mails: unfolded, not encoded, and without control characters. */
  readonly headers: Readonly<Record<string, string>>;
  /** The platform's own conversation id, as it was handed in; null for mail, and where there is none. */
  readonly threadKey: string | null;
  readonly attachments: readonly Attachment[];
}

/** What became of an answer for one of its recipients. */
export interface DeliveryRecipient {
  readonly address: string;
  readonly status: DeliveryStatus;
  readonly error: string | null;
}

/** What changes of a delivery on its way. */
export interface DeliveryState {
  readonly status: DeliveryStatus;
  readonly recipients: readonly DeliveryRecipient[];
  /** How often it was claimed in all. */
  readonly attempts: number;
  /** Claims since it was queued, or since an agent had it tried again. */
  readonly tries: number;
  /** From when it may be claimed: after a pause while it is queued, after the end of the lease while it is claimed. */
  readonly claimableAt: string | null;
  /** An earlier claim ended without a word: it may have been sent. */
  readonly inDoubt: boolean;
  readonly sentAt: string | null;
  readonly deliveredAt: string | null;
  readonly externalId: string | null;
  readonly error: string | null;
}

/** An answer on its way out, without what it says. It has the id of its message. */
export interface Delivery extends DeliveryState {
  readonly id: string;
  readonly channelId: string;
  readonly ticketId: string;
  readonly createdAt: string;
  /** The answer that it waited for, as long as that one has not come; null when there is none. */
  readonly follows: string | null;
  /** About how large its content is as JSON. */
  readonly sizeBytes: number;
  /** Its content and addresses are gone: nothing becomes of it any more. */
  readonly erased: boolean;
}

export const reportedStatuses = ['SENT', 'DELIVERED', 'READ', 'FAILED', 'BOUNCED'] as const;
export type ReportedStatus = (typeof reportedStatuses)[number];

/** What a connector says became of an answer. */
export interface DeliveryReport {
  readonly status: ReportedStatus;
  readonly externalId: string | null;
  readonly error: string | null;
  /** Of a failure: trying again is of no use. */
  readonly permanent: boolean;
}

/** Claims of one answer before it counts as undeliverable. */
export const maxTries = 12;
const firstPauseMs = 30_000;
const longestPauseMs = 3_600_000;
const noWord = `No word came of any of ${maxTries} tries to send it.`;

/** How long an answer waits after its nth try has failed, in milliseconds: half a minute, doubling up to an hour. */
export function pauseAfter(tries: number): number {
  return Math.min(firstPauseMs * 2 ** Math.max(0, tries - 1), longestPauseMs);
}

/** GO_ON takes the report over, KEEP knows it or better already, FAIL ends a try, REFUSE contradicts what is settled. */
type Step = 'GO_ON' | 'KEEP' | 'FAIL' | 'REFUSE';

/** What a report does to an answer in each state. Reports come late, twice, and in any order. */
const steps: Record<ReportedStatus, Record<DeliveryStatus, Step>> = {
  SENT: {
    QUEUED: 'GO_ON',
    CLAIMED: 'GO_ON',
    SENT: 'KEEP',
    DELIVERED: 'KEEP',
    READ: 'KEEP',
    FAILED: 'REFUSE',
    BOUNCED: 'KEEP',
  },
  DELIVERED: {
    QUEUED: 'GO_ON',
    CLAIMED: 'GO_ON',
    SENT: 'GO_ON',
    DELIVERED: 'KEEP',
    READ: 'KEEP',
    FAILED: 'REFUSE',
    BOUNCED: 'KEEP',
  },
  READ: {
    QUEUED: 'GO_ON',
    CLAIMED: 'GO_ON',
    SENT: 'GO_ON',
    DELIVERED: 'GO_ON',
    READ: 'KEEP',
    FAILED: 'REFUSE',
    BOUNCED: 'KEEP',
  },
  FAILED: {
    // Said before, of the try that ended: nobody tries now.
    QUEUED: 'KEEP',
    CLAIMED: 'FAIL',
    SENT: 'REFUSE',
    DELIVERED: 'REFUSE',
    READ: 'REFUSE',
    FAILED: 'KEEP',
    BOUNCED: 'REFUSE',
  },
  BOUNCED: {
    QUEUED: 'GO_ON',
    CLAIMED: 'GO_ON',
    SENT: 'GO_ON',
    DELIVERED: 'GO_ON',
    READ: 'REFUSE',
    FAILED: 'REFUSE',
    BOUNCED: 'KEEP',
  },
};

/** A change of a delivery, with whom it did not reach, where that is settled by it. */
export interface DeliveryChange {
  readonly state: DeliveryState;
  readonly failed: Pick<DeliveryFailed, 'status' | 'error' | 'recipients'> | null;
}

function stepOf(state: DeliveryState, status: ReportedStatus): Step {
  // What nobody has tried since it was queued can have come to no bad end.
  const untried = state.status === 'QUEUED' && state.tries === 0;
  return untried && (status === 'FAILED' || status === 'BOUNCED') ? 'REFUSE' : steps[status][state.status];
}

/**
 * What a report makes of an answer; null when it says nothing new. NOT_ALLOWED_IN_STATUS when it contradicts what is
 * settled: a failure of what was sent, or of what nobody has claimed, and whatever comes after the answer was given up.
 */
export function applyReport(
  state: DeliveryState,
  report: DeliveryReport,
  nowMs: number,
): Result<DeliveryChange | null, 'NOT_ALLOWED_IN_STATUS'> {
  const externalId = state.externalId ?? report.externalId;
  switch (stepOf(state, report.status)) {
    case 'REFUSE':
      return err('NOT_ALLOWED_IN_STATUS');
    case 'KEEP':
      return ok(externalId === state.externalId ? null : { state: { ...state, externalId }, failed: null });
    case 'FAIL':
      return ok(failTry({ ...state, externalId }, report.error, report.permanent, nowMs));
    case 'GO_ON':
      return ok(goOn({ ...state, externalId }, report, nowMs));
  }
}

/** Ends a try of a claimed answer: it waits for the next one, or is given up. */
function failTry(
  state: DeliveryState,
  error: string | null,
  permanent: boolean,
  nowMs: number,
): DeliveryChange {
  if (permanent || state.tries >= maxTries) return giveUp(state, error);
  const claimableAt = new Date(nowMs + pauseAfter(state.tries)).toISOString();
  return {
    state: { ...state, status: 'QUEUED', claimableAt, error, recipients: spread(state, 'QUEUED', error) },
    failed: null,
  };
}

function giveUp(state: DeliveryState, error: string | null): DeliveryChange {
  const recipients = spread(state, 'FAILED', error);
  return {
    state: { ...state, status: 'FAILED', claimableAt: null, error, recipients },
    failed: failureOf('FAILED', error, state.recipients),
  };
}

function goOn(state: DeliveryState, report: DeliveryReport, nowMs: number): DeliveryChange {
  const nowIso = new Date(nowMs).toISOString();
  const { status } = report;
  const bounced = status === 'BOUNCED';
  const error = bounced ? report.error : null;
  const next: DeliveryState = {
    ...state,
    status,
    claimableAt: null,
    sentAt: state.sentAt ?? nowIso,
    deliveredAt:
      status === 'DELIVERED' || status === 'READ' ? (state.deliveredAt ?? nowIso) : state.deliveredAt,
    // Of a part that bounced before, the word stays.
    error: bounced ? error : hasBounced(state) ? state.error : null,
    recipients: spread(state, status, error),
  };
  return { state: next, failed: bounced ? failureOf('BOUNCED', error, state.recipients) : null };
}

function hasBounced(state: DeliveryState): boolean {
  return state.recipients.some(({ status }) => status === 'BOUNCED');
}

/** Takes a state of the whole over for each recipient; what has bounced from one stays bounced. */
function spread(state: DeliveryState, status: DeliveryStatus, error: string | null): DeliveryRecipient[] {
  return state.recipients.map((recipient) =>
    recipient.status === 'BOUNCED' ? recipient : { ...recipient, status, error },
  );
}

function failureOf(
  status: DeliveryFailed['status'],
  error: string | null,
  recipients: readonly DeliveryRecipient[],
): NonNullable<DeliveryChange['failed']> {
  const missed = recipients.filter((recipient) => recipient.status !== 'BOUNCED');
  // Of several recipients it does not say which one's address is no good.
  const dead = recipients.length === 1 && isDeadAddress(error === null ? null : statusCode(error));
  return { status, error, recipients: missed.map(({ address }) => ({ address, dead, error })) };
}

/**
 * Whether an enhanced status code says that the address itself is no good: no such mailbox, no such host, not a
 * mailbox's form, moved away, takes no mail at all. Source: RFC 3463 §3.2, RFC 7505 §4.2.
 */
export function isDeadAddress(code: string | null): boolean {
  return code !== null && /^5\.1\.(1|2|3|6|10)$/.test(code);
}

/** So many tries may end without a word before the next ones are spread out. */
const patientTries = 4;

/**
 * A claim of an answer until `leasedUntil`. Of one whose earlier claim ended without a word nobody knows whether it was
 * sent; after the twelfth such end it is given up. From the fifth on a lease lasts at least as long as the pause after a
 * failure would: a connector that falls again and again does not use up an answer's tries within minutes.
 */
export function claim(state: DeliveryState, leasedUntil: string, nowMs: number): DeliveryChange {
  const silent = state.status === 'CLAIMED';
  const inDoubt = state.inDoubt || silent;
  if (state.tries >= maxTries) return giveUp({ ...state, inDoubt }, noWord);
  const leastMs = silent && state.tries >= patientTries ? pauseAfter(state.tries - patientTries + 1) : 0;
  const claimableAt = new Date(Math.max(Date.parse(leasedUntil), nowMs + leastMs)).toISOString();
  return {
    state: {
      ...state,
      status: 'CLAIMED',
      attempts: state.attempts + 1,
      tries: state.tries + 1,
      claimableAt,
      inDoubt,
      recipients: spread(state, 'CLAIMED', null),
    },
    failed: null,
  };
}

/**
 * An answer that has failed or bounced, queued anew for all whom it did not reach. What came back was sent without doubt, so
 * the next claimer need not look for it; it gets another id of the platform. Null in any other state.
 */
export function requeue(state: DeliveryState, nowIso: string): DeliveryState | null {
  if (state.status !== 'FAILED' && state.status !== 'BOUNCED') return null;
  const bounced = state.status === 'BOUNCED';
  return {
    ...state,
    status: 'QUEUED',
    tries: 0,
    claimableAt: nowIso,
    inDoubt: state.inDoubt && !bounced,
    sentAt: null,
    deliveredAt: null,
    externalId: bounced ? null : state.externalId,
    error: null,
    recipients: state.recipients.map(({ address }) => ({ address, status: 'QUEUED', error: null })),
  };
}
