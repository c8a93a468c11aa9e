import type { IdentityKind } from '@smart-tickets/contracts';

/** A person who writes to us. */
export interface Customer {
  readonly id: string;
  readonly name: string | null;
  readonly company: string | null;
  readonly language: string | null;
  readonly timeZone: string | null;
  /** Trimmed, each once, in order. */
  readonly groups: string[];
  /** Custom fields that have a value, by key. */
  readonly fields: Record<string, unknown>;
  readonly notes: string | null;
  readonly createdAt: string;
  /** Who has the tickets and identities since a merge, at the end of the chain; null for one who stands alone. */
  readonly mergedIntoId: string | null;
  readonly erasedAt: string | null;
}

/** An address or account by which a channel knows a customer, normalised by the intake. */
export interface CustomerIdentity {
  readonly kind: IdentityKind;
  readonly value: string;
  /** False for a claim: typed in by somebody, and nobody is recognised by it. */
  readonly verified: boolean;
}

/** Since when answers to an address come back for good, and what was said of it. */
export interface Undeliverable {
  readonly since: string;
  readonly reason: string | null;
}

/** An identity that a customer has. */
export interface KnownIdentity extends CustomerIdentity {
  /** Null while nothing says that answers do not arrive there. */
  readonly undeliverable: Undeliverable | null;
}
