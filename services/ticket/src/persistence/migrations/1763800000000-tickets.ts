import { eventTableStatements } from '@smart-tickets/kit/event-tables';
import { isolate, roleStatements, schemaGrants } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `create table workspace (
     workspace_id uuid not null,
     name text not null,
     time_zone text not null,
     created_at timestamptz(3) not null default now(),
     constraint workspace_pk primary key (workspace_id)
   )`,
  // What tickets may be assigned to. Routing owns agents and teams; here only their ids are known.
  `create table assignable (
     workspace_id uuid not null,
     kind text not null,
     id uuid not null,
     constraint assignable_pk primary key (workspace_id, kind, id),
     constraint assignable_kind check (kind in ('AGENT', 'TEAM'))
   )`,
  `create table customer (
     workspace_id uuid not null,
     id uuid not null,
     name text,
     created_at timestamptz(3) not null,
     constraint customer_pk primary key (workspace_id, id)
   )`,
  `create table customer_identity (
     workspace_id uuid not null,
     kind text not null,
     value text not null,
     customer_id uuid not null,
     created_at timestamptz(3) not null,
     constraint customer_identity_pk primary key (workspace_id, kind, value),
     constraint customer_identity_customer foreign key (workspace_id, customer_id) references customer (workspace_id, id),
     constraint customer_identity_kind check (kind in ('EMAIL', 'PHONE', 'FACEBOOK', 'TWITTER', 'CHAT', 'EXTERNAL'))
   )`,
  `create index customer_identity_of_customer on customer_identity (workspace_id, customer_id)`,
  `create table ticket_number (
     workspace_id uuid not null,
     last integer not null,
     constraint ticket_number_pk primary key (workspace_id)
   )`,
  `create table ticket (
     workspace_id uuid not null,
     id uuid not null,
     number integer not null,
     subject text not null,
     status text not null,
     priority text not null,
     channel text not null,
     channel_id uuid,
     customer_id uuid,
     assignee_id uuid,
     team_id uuid,
     tags text[] not null,
     language text,
     awaiting_reply_since timestamptz(3),
     created_at timestamptz(3) not null,
     updated_at timestamptz(3) not null,
     first_replied_at timestamptz(3),
     resolved_at timestamptz(3),
     version integer not null,
     message_count integer not null,
     entry_count integer not null,
     last_message_id uuid,
     follow_up_of uuid,
     constraint ticket_pk primary key (workspace_id, id),
     constraint ticket_number_unique unique (workspace_id, number),
     constraint ticket_customer foreign key (workspace_id, customer_id) references customer (workspace_id, id),
     constraint ticket_status check (status in ('NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED', 'SPAM')),
     constraint ticket_priority check (priority in ('LOW', 'NORMAL', 'HIGH', 'URGENT'))
   )`,
  `create index ticket_by_update on ticket (workspace_id, updated_at, id)`,
  `create index ticket_by_creation on ticket (workspace_id, created_at, id)`,
  `create index ticket_by_status on ticket (workspace_id, status, updated_at, id)`,
  `create index ticket_by_assignee on ticket (workspace_id, assignee_id, updated_at, id)`,
  `create index ticket_awaiting on ticket (workspace_id, updated_at, id) where awaiting_reply_since is not null`,
  `create index ticket_by_team on ticket (workspace_id, team_id, updated_at, id)`,
  `create index ticket_by_customer on ticket (workspace_id, customer_id, created_at, id)`,
  `create table timeline_entry (
     workspace_id uuid not null,
     id uuid not null,
     ticket_id uuid not null,
     seq integer not null,
     type text not null,
     at timestamptz(3) not null,
     actor_type text not null,
     actor_id text,
     actor_name text,
     direction text,
     channel text,
     text text,
     html text,
     to_addresses text[],
     cc_addresses text[],
     automatic boolean,
     thread_reason text,
     sent_at timestamptz(3),
     change_kind text,
     before jsonb,
     after jsonb,
     constraint timeline_entry_pk primary key (workspace_id, id),
     constraint timeline_entry_ticket foreign key (workspace_id, ticket_id) references ticket (workspace_id, id),
     constraint timeline_entry_order unique (workspace_id, ticket_id, seq),
     constraint timeline_entry_type check (type in ('MESSAGE', 'CHANGE'))
   )`,
  // Conversation keys (mail ids, channel conversations) and the ticket each leads to.
  `create table thread_key (
     workspace_id uuid not null,
     key text not null,
     kind text not null,
     ticket_id uuid not null,
     constraint thread_key_pk primary key (workspace_id, key),
     constraint thread_key_ticket foreign key (workspace_id, ticket_id) references ticket (workspace_id, id)
       deferrable initially deferred,
     constraint thread_key_kind check (kind in ('OWN', 'NAMED'))
   )`,
  `create index thread_key_of_ticket on thread_key (workspace_id, ticket_id)`,
  `create table idempotency (
     workspace_id uuid not null,
     actor_id text not null,
     key text not null,
     request_hash text not null,
     result_id uuid not null,
     created_at timestamptz(3) not null default now(),
     constraint idempotency_pk primary key (workspace_id, actor_id, key)
   )`,
];

const isolated = [
  'workspace',
  'assignable',
  'customer',
  'customer_identity',
  'ticket_number',
  'ticket',
  'timeline_entry',
  'thread_key',
  'idempotency',
];

/** The ticket service's first tables. */
export class Tickets1763800000000 implements MigrationInterface {
  readonly name = 'Tickets1763800000000';

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
