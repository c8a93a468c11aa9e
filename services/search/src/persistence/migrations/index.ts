import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { FirstTables1763800300000 } from './1763800300000-first-tables.ts';

/** Every migration of the service's database, oldest first. */
export const migrations: readonly MigrationClass[] = [FirstTables1763800300000];
