import { describe, expect, test } from '@jest/globals';
import type { BouncedRecipient } from './bounced-recipient.ts';
import { applyBounce } from './delivery-bounce.ts';
import type { DeliveryState } from './delivery.ts';
import { applyReport } from './delivery.ts';

const now = Date.parse('2026-03-01T12:00:00.000Z');

const sentTo = (addresses: readonly string[], parts: Partial<DeliveryState> = {}): DeliveryState => {
  const { status = 'SENT' } = parts;
  return {
    status,
    recipients: addresses.map((address) => ({ address, status, error: null })),
    attempts: 1,
    tries: 1,
    claimableAt: null,
    inDoubt: false,
    sentAt: new Date(now).toISOString(),
    deliveredAt: null,
    externalId: null,
    error: null,
    ...parts,
  };
};

const reported = (recipient: string | null, parts: Partial<BouncedRecipient> = {}): BouncedRecipient => ({
  recipient,
  status: '5.1.1',
  action: 'FAILED',
  permanent: true,
  diagnostic: '550 no such user',
  ...parts,
});

const [ada, bob] = ['Ada@example.org', 'bob@example.org'];

describe('a delivery report of a mail server', () => {
  test('on one of two recipients marks that one, and the answer stays sent', () => {
    const change = applyBounce(sentTo([ada, bob]), [reported('ada@example.org')], now);

    expect(change).toMatchObject({
      state: {
        status: 'SENT',
        recipients: [
          { address: ada, status: 'BOUNCED', error: '550 no such user' },
          { address: bob, status: 'SENT', error: null },
        ],
      },
      failed: { status: 'BOUNCED', recipients: [{ address: ada, dead: true, error: '550 no such user' }] },
    });
  });

  test('on the last one that was left marks the answer as bounced, and names that one only', () => {
    const first = applyBounce(sentTo([ada, bob]), [reported('ada@example.org')], now);

    const second = applyBounce(first!.state, [reported(bob, { status: '5.2.2' })], now);

    expect(second).toMatchObject({
      state: { status: 'BOUNCED' },
      failed: { recipients: [{ address: bob, dead: false }] },
    });
  });

  test('is noted while the server still tries, and once', () => {
    const delay = reported(ada.toLowerCase(), {
      action: 'DELAYED',
      permanent: false,
      diagnostic: '451 later',
    });

    const change = applyBounce(sentTo([ada]), [delay], now);

    expect(change).toMatchObject({
      state: { status: 'SENT', recipients: [{ status: 'SENT', error: '451 later' }] },
      failed: null,
    });
    expect(applyBounce(change!.state, [delay], now)).toBeNull();
  });

  test('of a server that has given up on a full mailbox means that it did not arrive, and not that the address is dead', () => {
    const change = applyBounce(
      sentTo([ada]),
      [reported(ada.toLowerCase(), { status: '4.2.2', permanent: false })],
      now,
    );

    expect(change).toMatchObject({
      state: { status: 'BOUNCED' },
      failed: { recipients: [{ address: ada, dead: false }] },
    });
  });

  test.each([
    ['names another address, as of a forwarded mail', 'ada@elsewhere.example'],
    ['names nobody', null],
  ])('on an answer to one recipient that %s is of that one', (_name, recipient) => {
    expect(applyBounce(sentTo([ada]), [reported(recipient)], now)).toMatchObject({
      state: { status: 'BOUNCED', recipients: [{ address: ada, status: 'BOUNCED' }] },
    });
  });

  test('on the address to which somebody forwards their mail marks the answer, and not the address it was sent to as dead', () => {
    const elsewhere = reported('new@example.net');
    const forwarded = { ...elsewhere, original: 'ada@example.org' };
    const own = reported('ada@example.org');

    const dead = [elsewhere, forwarded, own, reported(null)].map(
      (report) => applyBounce(sentTo([ada]), [report], now)?.failed?.recipients,
    );

    const told = (isDead: boolean) => [{ address: ada, dead: isDead, error: '550 no such user' }];
    expect(dead).toEqual([told(false), told(false), told(true), told(true)]);
    expect(applyBounce(sentTo([ada, bob]), [forwarded], now)?.failed?.recipients).toEqual(told(false));
  });

  test.each([
    ['ada@example.org', [0]],
    ['list@example.org', []],
  ])(
    'on what one recipient of several forwards to another is of the one that it was sent to: %s',
    (original, missed) => {
      const sent = sentTo([ada, bob]);
      const report = reported(bob, { original });
      const orders = [sent.recipients, sent.recipients.toReversed()];

      const changes = orders.map((recipients) => applyBounce({ ...sent, recipients }, [report], now));

      const told = missed.map((index) => ({
        address: [ada, bob][index],
        dead: false,
        error: '550 no such user',
      }));
      for (const change of changes) {
        expect(change).toMatchObject({ state: { error: '550 no such user' }, failed: { recipients: told } });
        const bounced = change?.state.recipients.filter(({ status }) => status === 'BOUNCED') ?? [];
        expect(bounced.map(({ address }) => address)).toEqual(told.map(({ address }) => address));
      }
    },
  );

  test('that names nobody of several recipients says that somebody was missed, and marks none', () => {
    const change = applyBounce(sentTo([ada, bob]), [reported(null)], now);

    expect(change).toMatchObject({
      state: { status: 'SENT', recipients: [{ status: 'SENT' }, { status: 'SENT' }] },
      failed: { error: '550 no such user', recipients: [] },
    });
  });

  test.each([
    ['a second time', { status: 'BOUNCED' }],
    ['after it was given up', { status: 'FAILED' }],
    ['after it was queued again', { status: 'QUEUED', tries: 0 }],
    ['after it was read', { status: 'READ' }],
  ] as [string, Partial<DeliveryState>][])('says nothing new %s', (_name, parts) => {
    expect(applyBounce(sentTo([ada], parts), [reported(ada.toLowerCase())], now)).toBeNull();
  });

  test('that comes before the word of the sending counts, and what the connector says then does not undo it', () => {
    const change = applyBounce(sentTo([ada, bob], { status: 'CLAIMED' }), [reported(bob)], now);

    const sent = applyReport(
      change!.state,
      { status: 'SENT', externalId: null, error: null, permanent: false },
      now,
    );

    expect(change).toMatchObject({ state: { status: 'CLAIMED' } });
    expect(sent).toMatchObject({
      value: {
        state: { status: 'SENT', recipients: [{ status: 'SENT' }, { status: 'BOUNCED' }] },
        failed: null,
      },
    });
  });
});
