import type { CustomerIdentity, KnownIdentity } from '../domain/customer.ts';

/** The columns of a customer's identity under their field names; `i` is the table's alias. */
export const identityColumns = `
  i.kind, i.value, i.verified, i.undeliverable_since as "undeliverableSince", i.undeliverable_reason as "undeliverableReason"`;

/** A row of `identityColumns`. */
export type IdentityRow = CustomerIdentity & {
  undeliverableSince: string | null;
  undeliverableReason: string | null;
};

/** The identity of a row. */
export function identityOf<Row extends IdentityRow>({
  undeliverableSince: since,
  undeliverableReason: reason,
  ...identity
}: Row): KnownIdentity & Omit<Row, 'undeliverableSince' | 'undeliverableReason'> {
  return { ...identity, undeliverable: since === null ? null : { since, reason } };
}
