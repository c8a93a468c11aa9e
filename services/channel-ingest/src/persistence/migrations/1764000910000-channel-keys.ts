import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Making a channel can be repeated blindly: its row keeps the idempotency key, and a hash of what was asked for with it. */
export class ChannelKeys1764000910000 implements MigrationInterface {
  readonly name = 'ChannelKeys1764000910000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table channel add column made_under text, add column made_of text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table channel drop column made_under, drop column made_of');
  }
}
