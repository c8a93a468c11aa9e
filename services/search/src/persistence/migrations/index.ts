import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { FirstTables1763800300000 } from './1763800300000-first-tables.ts';
import { MovedMessages1763900300000 } from './1763900300000-moved-messages.ts';
import { Erasure1763900310000 } from './1763900310000-erasure.ts';
import { HandOver1764000600000 } from './1764000600000-hand-over.ts';

/** Every migration of the service's database, oldest first. */
export const migrations: readonly MigrationClass[] = [
  FirstTables1763800300000,
  MovedMessages1763900300000,
  Erasure1763900310000,
  HandOver1764000600000,
];
