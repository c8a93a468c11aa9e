import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `alter table workspace_setting add column retention_days integer not null default 7`,
  // What an answer needs of a message whose raw form is kept no longer.
  `alter table inbound_message add column answered jsonb`,
  // The round through the raw forms: when it began, and its place.
  `alter table inbound_audit add column raws_began_at timestamptz(3), add column raw_id uuid`,
];

/** Raw forms are kept for the retention time. See docs/adr/0022-retention-of-raw-forms.md. */
export class Retention1764000900000 implements MigrationInterface {
  readonly name = 'Retention1764000900000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table inbound_audit drop column raws_began_at, drop column raw_id');
    await runner.query('alter table inbound_message drop column answered');
    await runner.query('alter table workspace_setting drop column retention_days');
  }
}
