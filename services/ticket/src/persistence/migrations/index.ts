import type { MigrationClass } from '@smart-tickets/kit/migrate';
import { Tickets1763800000000 } from './1763800000000-tickets.ts';
import { TicketsComplete1763900000000 } from './1763900000000-tickets-complete.ts';
import { Answers1764000030000 } from './1764000030000-answers.ts';
import { Webhooks1764000040000 } from './1764000040000-webhooks.ts';
import { HandOver1764000600000 } from './1764000600000-hand-over.ts';
import { Subjects1764000700000 } from './1764000700000-subjects.ts';
import { Causes1764000800000 } from './1764000800000-causes.ts';
import { AnswerOrder1764000610000 } from './1764000610000-answer-order.ts';

/** The ticket database's migrations, oldest first. */
export const migrations: readonly MigrationClass[] = [
  Tickets1763800000000,
  TicketsComplete1763900000000,
  Answers1764000030000,
  Webhooks1764000040000,
  HandOver1764000600000,
  Subjects1764000700000,
  AnswerOrder1764000610000,
  Causes1764000800000,
];
