import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a conversation's mails have as their subjects, where that is not the ticket's. */
export class Subjects1764000700000 implements MigrationInterface {
  readonly name = 'Subjects1764000700000';

  async up(runner: QueryRunner): Promise<void> {
    // Null while the customer's mails have the ticket's subject.
    await runner.query('alter table ticket add column heard_subject text');
    await runner.query('alter table timeline_entry add column changed_subject text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table timeline_entry drop column changed_subject');
    await runner.query('alter table ticket drop column heard_subject');
  }
}
