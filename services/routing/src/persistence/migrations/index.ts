import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { FirstTables1763800200000 } from './1763800200000-first-tables.ts';
import { SignIn1763900000000 } from './1763900000000-sign-in.ts';
import { HandOver1764000600000 } from './1764000600000-hand-over.ts';

/** Every migration of the service's database, oldest first. */
export const migrations: readonly MigrationClass[] = [
  FirstTables1763800200000,
  SignIn1763900000000,
  HandOver1764000600000,
];
