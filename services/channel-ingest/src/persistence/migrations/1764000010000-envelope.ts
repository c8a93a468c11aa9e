import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What the connector says of a mail's envelope; kept beside the raw mail, and gone with it. */
export class Envelope1764000010000 implements MigrationInterface {
  readonly name = 'Envelope1764000010000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inbound_raw add column envelope jsonb');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inbound_raw drop column envelope');
  }
}
