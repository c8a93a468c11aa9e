import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { Tickets1763800000000 } from './1763800000000-tickets.ts';

/** The ticket database's migrations, oldest first. */
export const migrations: readonly MigrationClass[] = [Tickets1763800000000];
