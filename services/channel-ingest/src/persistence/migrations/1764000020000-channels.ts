import { isolate } from '@smart-tickets/kit/isolation';
import { appRole, systemRole } from '@smart-tickets/kit/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create unique index channel_address on channel (workspace_id, kind, lower(address)) where address is not null`,

  // Messages of one sender on one channel stand in line, in the order in which they were handed in. The columns get no
  // default of their own before the rows are there, which would write the whole table anew.
  `create sequence inbound_turn`,
  `grant usage on sequence inbound_turn to ${appRole}, ${systemRole}`,
  `alter table inbound_message add column sender text, add column turn bigint`,
  `alter table inbound_message alter column turn set default nextval('inbound_turn')`,
  `create index inbound_message_line on inbound_message (workspace_id, channel_id, sender, turn)
    where status = 'RECEIVED' and sender is not null`,
  // For what a message waits.
  `create index inbound_waiting_by_message on inbound_waiting (workspace_id, message_id)`,

  `alter table inbound_message drop constraint inbound_message_format`,
  `alter table inbound_message add constraint inbound_message_format check (format in ('MAIL', 'JSON', 'CALL'))`,

  // How a channel does.
  `create index inbound_message_dead on inbound_message (workspace_id, channel_id, processed_at)
    where status = 'DEAD_LETTER'`,
  `create index delivery_lost on delivery (workspace_id, channel_id, changed_at) where status in ('FAILED', 'BOUNCED')`,
  `create index delivery_sent on delivery (workspace_id, channel_id, sent_at) where sent_at is not null`,
  // What the intake goes by of a workspace: the day of its time zone.
  `create table workspace_setting (
     workspace_id uuid not null,
     time_zone text not null,
     -- Place of the event that told of it: a later one is not undone by an earlier.
     pos bigint not null,
     constraint workspace_setting_pk primary key (workspace_id)
   )`,
  ...isolate('workspace_setting'),
];

/** Channels that are made and changed by admins, the lines of their senders, and how they do. */
export class Channels1764000020000 implements MigrationInterface {
  readonly name = 'Channels1764000020000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table workspace_setting');
    for (const index of [
      'delivery_sent',
      'delivery_lost',
      'inbound_message_dead',
      'inbound_waiting_by_message',
    ]) {
      await runner.query(`drop index ${index}`);
    }
    await runner.query('alter table inbound_message drop constraint inbound_message_format');
    await runner.query(
      `alter table inbound_message add constraint inbound_message_format check (format in ('MAIL', 'JSON')) not valid`,
    );
    await runner.query(`alter table inbound_message drop column sender, drop column turn`);
    await runner.query('drop sequence inbound_turn');
    await runner.query(`drop index channel_address`);
  }
}
