import type { IdentityKind } from '@smart-tickets/contracts';

/** A person who writes to us. */
export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly createdAt: string;
}

/** An address or account by which a channel knows a customer, normalised by the intake. */
export interface CustomerIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
}
