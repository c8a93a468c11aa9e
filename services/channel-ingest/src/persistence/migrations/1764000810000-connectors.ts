import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // What connectors say of themselves.
  `create table connector_report (
     workspace_id uuid not null,
     channel_id uuid not null,
     seen_at timestamptz(3) not null,
     -- Why it cannot do its work; null while it can.
     error text,
     -- Since when it can, or cannot.
     since timestamptz(3) not null,
     -- When its outage was told.
     alarmed_at timestamptz(3),
     constraint connector_report_pk primary key (workspace_id, channel_id),
     constraint connector_report_channel foreign key (workspace_id, channel_id) references channel (workspace_id, id)
   )`,
  ...isolate('connector_report'),
];

/** Whether what stands between a channel and its mail server or platform works. */
export class Connectors1764000810000 implements MigrationInterface {
  readonly name = 'Connectors1764000810000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table connector_report');
  }
}
