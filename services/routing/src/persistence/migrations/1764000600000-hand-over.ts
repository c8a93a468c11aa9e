import { handOverStatements } from '@smart-tickets/kit/event-tables';
import type { MigrationInterface, QueryRunner } from 'typeorm';

/** By what the sequencer tells that the queue has lost jobs. See docs/adr/0003-outbox-and-event-log.md. */
export class HandOver1764000600000 implements MigrationInterface {
  readonly name = 'HandOver1764000600000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of handOverStatements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table queue_mark');
    await runner.query('alter table event_log drop column handed_at');
  }
}
