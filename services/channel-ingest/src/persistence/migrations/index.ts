import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { Inbound1763800000000 } from './1763800000000-inbound.ts';

/** The intake database's migrations, oldest first. */
export const migrations: readonly MigrationClass[] = [Inbound1763800000000];
