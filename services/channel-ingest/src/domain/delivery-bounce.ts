import type { BouncedRecipient } from './bounced-recipient.ts';
import {
  isDeadAddress,
  type DeliveryChange,
  type DeliveryRecipient,
  type DeliveryState,
} from './delivery.ts';

const cameBack = 'It came back.';

/** States in which a report cannot be of the last sending, or tells of nothing that is not known already. */
function isPast({ status, tries }: DeliveryState): boolean {
  return status === 'FAILED' || status === 'BOUNCED' || (status === 'QUEUED' && tries === 0);
}

/**
 * Which recipient a report is about: the one to whom the mail was sent, where it says so. Whom the server could not reach may be
 * another, to whom that one's mail is forwarded, and yet be a recipient, too. Of one recipient it is whatever the report
 * says; null when it is none of several.
 */
function indexOf(
  recipients: readonly DeliveryRecipient[],
  { recipient, original }: BouncedRecipient,
): number | null {
  const named = original ?? recipient;
  const index = recipients.findIndex(({ address }) => address.toLowerCase() === named);
  if (index !== -1) return index;
  return recipients.length === 1 ? 0 : null;
}

/** Whether a report says that an address is no good: where somebody's mail is forwarded to, another one may be. */
function saysDead(report: BouncedRecipient, address: string): boolean {
  if (!report.permanent || !isDeadAddress(report.status)) return false;
  return report.recipient === null || report.recipient === address.toLowerCase();
}

/**
 * What a delivery report of a mail server makes of an answer; null when it says nothing new. Where the server has given up,
 * the answer has bounced from that recipient, and from all when it has from each; where it still tries, its words are noted.
 * An answer that came back from somebody who is not known among several recipients has not reached all.
 */
export function applyBounce(
  state: DeliveryState,
  reported: readonly BouncedRecipient[],
  nowMs: number,
): DeliveryChange | null {
  if (isPast(state)) return null;
  const recipients = [...state.recipients];
  const missed: NonNullable<DeliveryChange['failed']>['recipients'] = [];
  let error: string | null = null;
  let isNew = false;
  for (const report of reported) {
    const words = report.diagnostic ?? report.status ?? null;
    const index = indexOf(recipients, report);
    const hit = index === null ? undefined : recipients[index];
    if (report.action === 'DELAYED') {
      if (index === null || hit === undefined || words === null) continue;
      if (hit.status === 'BOUNCED' || hit.error === words) continue;
      recipients[index] = { ...hit, error: words };
      isNew = true;
      continue;
    }
    if (hit?.status === 'BOUNCED' || hit?.status === 'READ') continue;
    error ??= words ?? cameBack;
    if (index === null || hit === undefined) continue;
    recipients[index] = { ...hit, status: 'BOUNCED', error: words ?? cameBack };
    missed.push({
      address: hit.address,
      dead: saysDead(report, hit.address),
      error: words,
    });
  }
  if (error === null) return isNew ? { state: { ...state, recipients }, failed: null } : null;
  const failed = { status: 'BOUNCED' as const, error, recipients: missed };
  if (recipients.some(({ status }) => status !== 'BOUNCED')) {
    return { state: { ...state, recipients, error }, failed };
  }
  const sentAt = state.sentAt ?? new Date(nowMs).toISOString();
  return {
    state: { ...state, status: 'BOUNCED', recipients, error, sentAt, claimableAt: null },
    failed,
  };
}
