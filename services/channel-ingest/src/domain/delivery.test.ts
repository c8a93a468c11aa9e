import { deliveryStatuses, type DeliveryStatus } from '@smart-tickets/contracts';
import { describe, expect, test } from '@jest/globals';
import {
  applyReport,
  claim,
  isDeadAddress,
  maxTries,
  pauseAfter,
  reportedStatuses,
  requeue,
  type DeliveryReport,
  type DeliveryState,
  type ReportedStatus,
} from './delivery.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');
const nowIso = new Date(now).toISOString();
const leasedUntil = new Date(now + 60_000).toISOString();

const delivery = (parts: Partial<DeliveryState> = {}): DeliveryState => {
  const { status = 'CLAIMED' } = parts;
  const open = status === 'QUEUED' || status === 'CLAIMED';
  return {
    status,
    recipients: [{ address: 'ada@example.org', status, error: null }],
    attempts: 1,
    tries: 1,
    claimableAt: open ? nowIso : null,
    inDoubt: false,
    sentAt: open || status === 'FAILED' ? null : nowIso,
    deliveredAt: status === 'DELIVERED' || status === 'READ' ? nowIso : null,
    externalId: null,
    error: null,
    ...parts,
  };
};

const report = (status: ReportedStatus, parts: Partial<DeliveryReport> = {}): DeliveryReport => ({
  status,
  externalId: null,
  error: null,
  permanent: false,
  ...parts,
});

/** What a report makes of a status: the next one, `same`, or `refused`. */
function outcome(status: DeliveryStatus, reported: ReportedStatus): string {
  const applied = applyReport(delivery({ status }), report(reported), now);
  if (!applied.ok) return 'refused';
  return applied.value === null ? 'same' : applied.value.state.status;
}

describe('what a report makes of an answer', () => {
  test.each([
    ['SENT', ['SENT', 'SENT', 'same', 'same', 'same', 'refused', 'same']],
    ['DELIVERED', ['DELIVERED', 'DELIVERED', 'DELIVERED', 'same', 'same', 'refused', 'same']],
    ['READ', ['READ', 'READ', 'READ', 'READ', 'same', 'refused', 'same']],
    ['FAILED', ['same', 'QUEUED', 'refused', 'refused', 'refused', 'same', 'refused']],
    ['BOUNCED', ['BOUNCED', 'BOUNCED', 'BOUNCED', 'BOUNCED', 'refused', 'refused', 'same']],
  ] as [ReportedStatus, string[]][])('%s', (reported, expected) => {
    expect(deliveryStatuses.map((status) => outcome(status, reported))).toEqual(expected);
  });

  test.each(reportedStatuses)('%s, said twice, changes nothing the second time', (reported) => {
    const once = applyReport(delivery(), report(reported, { error: 'e', externalId: 'x' }), now);
    const state = once.ok && once.value !== null ? once.value.state : delivery();

    const again = applyReport(state, report(reported, { error: 'e', externalId: 'x' }), now + 1_000);

    expect(again).toEqual({ ok: true, value: null });
  });

  test('what nobody has claimed since it was queued has not failed and not come back', () => {
    const untried = delivery({ status: 'QUEUED', tries: 0 });

    const outcomes = (['FAILED', 'BOUNCED', 'SENT'] as const).map(
      (status) => applyReport(untried, report(status), now).ok,
    );

    expect(outcomes).toEqual([false, false, true]);
  });

  test('sent is when it was first known, however it is heard of', () => {
    const delivered = applyReport(delivery(), report('DELIVERED'), now);
    const read = applyReport(
      delivered.ok && delivered.value !== null ? delivered.value.state : delivery(),
      report('READ'),
      now + 5_000,
    );

    expect(read).toMatchObject({
      value: {
        state: { status: 'READ', sentAt: nowIso, deliveredAt: nowIso, claimableAt: null },
        failed: null,
      },
    });
  });

  test('the platform’s id is kept with whatever word brings it first, and stays', () => {
    const sent = delivery({ status: 'SENT' });
    const named = applyReport(sent, report('SENT', { externalId: 'wamid.1' }), now);
    const renamed = applyReport(
      { ...sent, externalId: 'wamid.1' },
      report('DELIVERED', { externalId: 'wamid.2' }),
      now,
    );

    expect(named).toMatchObject({ value: { state: { status: 'SENT', externalId: 'wamid.1' } } });
    expect(renamed).toMatchObject({ value: { state: { status: 'DELIVERED', externalId: 'wamid.1' } } });
  });
});

describe('a failure', () => {
  test('lets the answer wait half a minute, then twice as long each time, at most an hour', () => {
    const pauses = Array.from({ length: 11 }, (_, index) => pauseAfter(index + 1) / 1_000);

    expect(pauses).toEqual([30, 60, 120, 240, 480, 960, 1_920, 3_600, 3_600, 3_600, 3_600]);
  });

  test('that is temporary queues it again with the words, and tells nobody', () => {
    const failed = applyReport(delivery({ tries: 3 }), report('FAILED', { error: '451 later' }), now);

    expect(failed).toMatchObject({
      value: {
        state: {
          status: 'QUEUED',
          claimableAt: new Date(now + 120_000).toISOString(),
          error: '451 later',
          recipients: [{ address: 'ada@example.org', status: 'QUEUED', error: '451 later' }],
        },
        failed: null,
      },
    });
  });

  test.each([
    ['that is permanent', { tries: 1 }, { permanent: true }],
    ['of the twelfth try', { tries: maxTries }, { permanent: false }],
  ])('%s ends it, and says whom it did not reach', (_name, state, said) => {
    const error = '550 5.1.1 no such user';
    const failed = applyReport(delivery(state), report('FAILED', { error, ...said }), now);

    expect(failed).toMatchObject({
      value: {
        state: { status: 'FAILED', claimableAt: null, error },
        failed: { status: 'FAILED', error, recipients: [{ address: 'ada@example.org', dead: true, error }] },
      },
    });
  });

  test('of the eleventh try does not end it', () => {
    const failed = applyReport(delivery({ tries: maxTries - 1 }), report('FAILED'), now);

    expect(failed).toMatchObject({ value: { state: { status: 'QUEUED' }, failed: null } });
  });

  test('marks no address as dead where there are several, or the fault is another', () => {
    const two = ['ada@example.org', 'bob@example.org'].map((address) => ({
      address,
      status: 'CLAIMED' as const,
      error: null,
    }));
    const of = (recipients: DeliveryState['recipients'], error: string) => {
      const failed = applyReport(delivery({ recipients }), report('FAILED', { error, permanent: true }), now);
      return failed.ok ? failed.value?.failed?.recipients.map(({ dead }) => dead) : null;
    };

    expect(of(two, '550 5.1.1 no such user')).toEqual([false, false]);
    expect(of(two.slice(0, 1), '554 5.7.1 refused')).toEqual([false]);
    expect(of(two.slice(0, 1), 'no words')).toEqual([false]);
  });

  test.each([
    ['5.1.1', true],
    ['5.1.2', true],
    ['5.1.10', true],
    ['5.1.8', false],
    ['5.2.2', false],
    ['4.1.1', false],
    [null, false],
  ])('of code %s tells of a dead address: %s', (code, expected) => {
    expect(isDeadAddress(code)).toBe(expected);
  });
});

describe('a claim', () => {
  test('counts, and leases', () => {
    const claimed = claim(delivery({ status: 'QUEUED', attempts: 4, tries: 2 }), leasedUntil, now);

    expect(claimed).toMatchObject({
      state: { status: 'CLAIMED', attempts: 5, tries: 3, claimableAt: leasedUntil, inDoubt: false },
      failed: null,
    });
  });

  test('of what was claimed before without a word is in doubt, and stays so', () => {
    const lost = claim(delivery({ status: 'CLAIMED' }), leasedUntil, now).state;
    const failed = applyReport(lost, report('FAILED'), now);
    const again = claim(
      failed.ok && failed.value !== null ? failed.value.state : lost,
      leasedUntil,
      now,
    ).state;

    expect([lost.inDoubt, again.inDoubt]).toEqual([true, true]);
  });

  test.each([
    ['CLAIMED', 3, 60_000],
    ['CLAIMED', 4, 60_000],
    ['CLAIMED', 6, 120_000],
    ['CLAIMED', 11, 3_600_000],
    ['QUEUED', 11, 60_000],
  ] as const)('of one that is %s after %s tries lasts %s ms', (status, tries, lease) => {
    const { state } = claim(delivery({ status, tries }), leasedUntil, now);

    expect(Date.parse(state.claimableAt ?? '') - now).toBe(lease);
  });

  test('gives up what twelve claimers have said nothing of', () => {
    const given = claim(delivery({ status: 'CLAIMED', tries: maxTries }), leasedUntil, now);

    expect(given).toMatchObject({
      state: { status: 'FAILED', claimableAt: null, inDoubt: true },
      failed: { status: 'FAILED', recipients: [{ address: 'ada@example.org', dead: false }] },
    });
  });
});

describe('trying again', () => {
  test('what has failed in doubt is still in doubt; what came back is not, and is known by another id', () => {
    const lost = { inDoubt: true, externalId: 'x', attempts: 12, tries: 12 };
    const failed = requeue(delivery({ status: 'FAILED', ...lost }), nowIso);
    const bounced = requeue(delivery({ status: 'BOUNCED', ...lost }), nowIso);

    expect(failed).toMatchObject({
      status: 'QUEUED',
      tries: 0,
      attempts: 12,
      inDoubt: true,
      externalId: 'x',
    });
    expect(bounced).toMatchObject({ status: 'QUEUED', tries: 0, inDoubt: false, externalId: null });
  });

  test.each(deliveryStatuses.filter((status) => status !== 'FAILED' && status !== 'BOUNCED'))(
    'is not for what is %s',
    (status) => {
      expect(requeue(delivery({ status }), nowIso)).toBeNull();
    },
  );
});
