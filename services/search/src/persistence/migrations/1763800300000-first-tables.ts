import { eventTableStatements } from '@smart-tickets/kit/event-tables';
import { isolate, roleStatements, schemaGrants } from '@smart-tickets/kit/isolation';
import { appRole, systemRole } from '@smart-tickets/kit/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const partitions = 16;

/** No row-level security here: under a policy Postgres does not use the index of `@@`. Every statement names the workspace. */
const searchDoc: readonly string[] = [
  `create table search_doc (
     workspace_id uuid not null,
     ticket_id uuid not null,
     number integer not null,
     subject text not null,
     body text not null,
     status text not null,
     priority text not null,
     channel text not null,
     assignee_id uuid,
     team_id uuid,
     tags text[] not null,
     language text,
     config text not null,
     version integer not null,
     created_at timestamptz(3) not null,
     updated_at timestamptz(3) not null,
     tsv tsvector not null,
     constraint search_doc_pk primary key (workspace_id, ticket_id)
   ) partition by hash (workspace_id)`,
  // Word frequencies must be known down to rare words, or the planner looks for one along the newest tickets.
  `alter table search_doc alter column tsv set statistics 1000`,
  ...Array.from(
    { length: partitions },
    (_, index) =>
      `create table search_doc_${index} partition of search_doc
         for values with (modulus ${partitions}, remainder ${index})`,
  ),
  ...Array.from(
    { length: partitions },
    (_, index) => `alter table search_doc_${index} alter column tsv set statistics 1000`,
  ),
  `create index search_doc_tsv on search_doc using gin (tsv) with (fastupdate = on, gin_pending_list_limit = 2048)`,
  `create index search_doc_by_update on search_doc (workspace_id, updated_at desc, ticket_id desc)`,
  `create index search_doc_by_creation on search_doc (workspace_id, created_at desc, ticket_id desc)`,
  `create index search_doc_by_number on search_doc (workspace_id, number)`,
  `grant select, insert, update, delete on search_doc to ${appRole}, ${systemRole}`,
];

const others: readonly string[] = [
  `create table search_message (
     workspace_id uuid not null,
     ticket_id uuid not null,
     message_id uuid not null,
     sent_at timestamptz(3) not null,
     text text not null,
     constraint search_message_pk primary key (workspace_id, ticket_id, message_id)
   )`,
  `create table search_language (
     workspace_id uuid not null,
     config text not null,
     documents integer not null,
     constraint search_language_pk primary key (workspace_id, config)
   )`,
  `create table applied_event (
     workspace_id uuid not null,
     pos bigint not null,
     at timestamptz(3) not null default now(),
     constraint applied_event_pk primary key (workspace_id, pos)
   )`,
  `create table applied_low_water (
     workspace_id uuid not null,
     pos bigint not null,
     constraint applied_low_water_pk primary key (workspace_id)
   )`,
];
const isolated = ['search_message', 'search_language', 'applied_event', 'applied_low_water'];

// Only an index's owner may flush its pending list, and the service does not work as the owner.
const flushPending: readonly string[] = [
  `create function flush_search_pending() returns bigint
     language sql security definer set search_path = pg_catalog, pg_temp
     begin atomic
       select coalesce(sum(gin_clean_pending_list(i.inhrelid::regclass)), 0)::bigint
         from pg_inherits i where i.inhparent = 'public.search_doc_tsv'::regclass;
     end`,
  `revoke execute on function flush_search_pending() from public`,
  `grant execute on function flush_search_pending() to ${systemRole}`,
];

/** The index of tickets, the messages it is made of, and what it has taken in, with the tables of every service. */
export class FirstTables1763800300000 implements MigrationInterface {
  readonly name = 'FirstTables1763800300000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...roleStatements,
      ...schemaGrants,
      ...eventTableStatements,
      ...searchDoc,
      ...others,
      ...isolated.flatMap((table) => isolate(table)),
      ...flushPending,
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop function flush_search_pending()');
    for (const table of ['search_doc', ...isolated, 'outbox', 'event_log_head', 'event_log', 'inbox'])
      await runner.query(`drop table ${table}`);
  }
}
