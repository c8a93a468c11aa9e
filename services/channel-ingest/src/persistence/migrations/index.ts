import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { Inbound1763800000000 } from './1763800000000-inbound.ts';
import { Attachments1763900000000 } from './1763900000000-attachments.ts';
import { Erasure1763900310000 } from './1763900310000-erasure.ts';

/** The intake database's migrations, oldest first. */
export const migrations: readonly MigrationClass[] = [
  Inbound1763800000000,
  Attachments1763900000000,
  Erasure1763900310000,
];
