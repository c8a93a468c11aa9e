import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // Whoever carries answers out learns which one comes before each.
  `create table last_answer (
     workspace_id uuid not null,
     ticket_id uuid not null,
     message_id uuid not null,
     given_at timestamptz(3) not null,
     constraint last_answer_pk primary key (workspace_id, ticket_id)
   )`,
  ...isolate('last_answer'),
];

/** Each ticket's last answer to its customer. */
export class AnswerOrder1764000610000 implements MigrationInterface {
  readonly name = 'AnswerOrder1764000610000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table last_answer');
  }
}
