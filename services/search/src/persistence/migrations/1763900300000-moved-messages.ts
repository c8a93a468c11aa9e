import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A message is on one ticket, and moves with a split: what is known of its place has a place in the ticket's log. */
export class MovedMessages1763900300000 implements MigrationInterface {
  readonly name = 'MovedMessages1763900300000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`alter table search_message add column pos bigint not null default 0`);
    await runner.query(
      `create unique index search_message_once on search_message (workspace_id, message_id)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop index search_message_once');
    await runner.query('alter table search_message drop column pos');
  }
}
