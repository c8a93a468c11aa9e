import { eventTableStatements } from '@smart-tickets/kit/event-tables';
import { isolate, roleStatements, schemaGrants } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `create table channel (
     workspace_id uuid not null,
     id uuid not null,
     kind text not null,
     name text not null,
     address text,
     team_id uuid,
     enabled boolean not null default true,
     token_generation integer not null default 1,
     created_at timestamptz(3) not null default now(),
     constraint channel_pk primary key (workspace_id, id),
     constraint channel_kind check
       (kind in ('EMAIL', 'CHAT', 'PHONE', 'FACEBOOK', 'TWITTER', 'WEB_FORM', 'INTERNAL', 'API'))
   )`,
  // Refuses what was handed in before. Narrow and apart, so that the messages may be partitioned by time.
  `create table inbound_key (
     workspace_id uuid not null,
     channel_id uuid not null,
     external_id text not null,
     message_id uuid not null,
     constraint inbound_key_pk primary key (workspace_id, channel_id, external_id)
   )`,
  `create table inbound_message (
     workspace_id uuid not null,
     id uuid not null,
     channel_id uuid not null,
     external_id text not null,
     format text not null,
     status text not null,
     ticket_id uuid,
     reason text,
     received_at timestamptz(3) not null,
     stored_at timestamptz(3) not null default now(),
     processed_at timestamptz(3),
     last_attempt_at timestamptz(3) not null default now(),
     attempts integer not null default 0,
     size_bytes integer not null,
     own_key text,
     constraint inbound_message_pk primary key (workspace_id, id),
     constraint inbound_message_channel foreign key (workspace_id, channel_id) references channel (workspace_id, id),
     constraint inbound_message_format check (format in ('MAIL', 'JSON')),
     constraint inbound_message_status check
       (status in ('RECEIVED', 'ON_TICKET', 'DUPLICATE', 'HELD', 'DEAD_LETTER'))
   )`,
  `create index inbound_message_by_arrival on inbound_message (workspace_id, received_at, id)`,
  `create index inbound_message_by_channel on inbound_message (workspace_id, channel_id, received_at, id)`,
  `create index inbound_message_by_status on inbound_message (workspace_id, status, channel_id, received_at, id)`,
  `create index inbound_message_in_work on inbound_message (workspace_id, last_attempt_at) where status = 'RECEIVED'`,
  // A mail whose answer is being processed may itself still be on its way: who waits for it is found by its key.
  `create index inbound_message_waited_for on inbound_message (workspace_id, own_key) where status = 'RECEIVED'`,
  `create table inbound_waiting (
     workspace_id uuid not null,
     key text not null,
     message_id uuid not null,
     constraint inbound_waiting_pk primary key (workspace_id, key, message_id)
   )`,
  `create table inbound_raw (
     workspace_id uuid not null,
     id uuid not null,
     raw bytea not null,
     constraint inbound_raw_pk primary key (workspace_id, id),
     constraint inbound_raw_message foreign key (workspace_id, id) references inbound_message (workspace_id, id)
   )`,
  // The first mail of each Message-ID on a channel, with what it said: the same mail may come by two ways.
  `create table mail_seen (
     workspace_id uuid not null,
     channel_id uuid not null,
     key text not null,
     message_id uuid not null,
     digest text not null,
     constraint mail_seen_pk primary key (workspace_id, channel_id, key, digest)
   )`,
];

const isolated = ['channel', 'inbound_key', 'inbound_message', 'inbound_raw', 'inbound_waiting', 'mail_seen'];

/** The intake's first tables. */
export class Inbound1763800000000 implements MigrationInterface {
  readonly name = 'Inbound1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...roleStatements,
      ...schemaGrants,
      ...eventTableStatements,
      ...tables,
      ...isolated.flatMap((table) => isolate(table)),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of isolated.toReversed()) await runner.query(`drop table ${table} cascade`);
    for (const table of ['inbox', 'event_log', 'event_log_head', 'outbox'])
      await runner.query(`drop table ${table}`);
  }
}
