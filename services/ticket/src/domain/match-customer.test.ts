import { describe, expect, test } from '@jest/globals';
import type { CustomerIdentity } from './customer.ts';
import { matchCustomer, type IdentityHolder } from './match-customer.ts';

const email = (value: string, verified = true): CustomerIdentity => ({ kind: 'EMAIL', value, verified });
const phone = (value: string, verified = true): CustomerIdentity => ({ kind: 'PHONE', value, verified });
const external = (value: string): CustomerIdentity => ({ kind: 'EXTERNAL', value, verified: true });
const holder = (
  { kind, value }: CustomerIdentity,
  customerId: string,
  known: readonly string[] = [],
): IdentityHolder => ({ kind, value, customerId, named: true, undeliverable: false, known });

describe('matching a sender', () => {
  test('the strongest identity wins, and nobody else gets what another holds', () => {
    const match = matchCustomer(
      [external('u1'), email('a@x.org'), phone('+43123')],
      [holder(external('u1'), 'one'), holder(email('a@x.org'), 'two')],
    );

    expect(match).toEqual({ customerId: 'one', nameless: false, identities: [phone('+43123')] });
  });

  test('an address leads to nobody who is known by another id of the same systems', () => {
    const match = matchCustomer(
      [external('u2'), email('a@x.org')],
      [holder(email('a@x.org'), 'one', ['EXTERNAL:u1'])],
    );

    expect(match).toEqual({ customerId: null, nameless: true, identities: [external('u2')] });
  });

  test.each([
    ['another address', ['EMAIL:b@x.org'], null],
    ['the same address', ['EMAIL:b@x.org', 'EMAIL:a@x.org'], 'one'],
    ['no address', [], 'one'],
  ])('a phone number of somebody with %s', (_what, known, expected) => {
    const match = matchCustomer([email('a@x.org'), phone('+43123')], [holder(phone('+43123'), 'one', known)]);

    expect(match.customerId).toBe(expected);
  });

  test('a claim beside something verified leads to nobody, and is noted', () => {
    const claim = email('a@x.org', false);

    const match = matchCustomer(
      [{ kind: 'CHAT', value: 'v1', verified: true }, claim],
      [holder(claim, 'one')],
    );

    expect(match.customerId).toBeNull();
    expect(match.identities).toContainEqual(claim);
  });

  test('a claim alone leads to the customer who is known by it alone', () => {
    const claim = email('a@x.org', false);

    expect(matchCustomer([claim], [holder(claim, 'one')]).customerId).toBe('one');
  });
});
