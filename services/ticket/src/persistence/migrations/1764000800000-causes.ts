import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What led to a change of a ticket, kept as long as the change. */
export class Causes1764000800000 implements MigrationInterface {
  readonly name = 'Causes1764000800000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table timeline_entry add column cause jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table timeline_entry drop column cause');
  }
}
