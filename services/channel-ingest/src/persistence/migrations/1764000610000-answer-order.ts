import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // The answer that an answer waits for, which is not here yet.
  `alter table delivery add column follows uuid`,
  `create index delivery_following on delivery (workspace_id, follows) where follows is not null`,
  // The request by which an answer was erased: others of the same erasure name it, too, and each answer counts once.
  `alter table delivery add column erased_by uuid`,
];

/** An answer may come here before the one that its ticket has before it. */
export class AnswerOrder1764000610000 implements MigrationInterface {
  readonly name = 'AnswerOrder1764000610000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table delivery drop column erased_by');
    await runner.query('drop index delivery_following');
    await runner.query('alter table delivery drop column follows');
  }
}
