import { isolate } from './isolation.ts';
import { systemRole } from './postgres.ts';

/**
 * What tells that a queue has lost jobs: when each event was handed over, and the mark that the queue was last told. For a
 * migration of a service that has the event tables; they hold it from the start where they are made anew.
 */
export const handOverStatements: readonly string[] = [
  `alter table event_log add column if not exists handed_at timestamptz(3)`,
  // One row for the whole database: the queue is one for all workspaces.
  `create table if not exists queue_mark (
     only_one boolean not null default true,
     mark bigint not null,
     constraint queue_mark_pk primary key (only_one),
     constraint queue_mark_only_one check (only_one)
   )`,
  `alter table queue_mark enable row level security`,
  `alter table queue_mark force row level security`,
  `drop policy if exists queue_mark_of_system on queue_mark`,
  `create policy queue_mark_of_system on queue_mark to ${systemRole} using (true) with check (true)`,
  `grant select, insert, update, delete on queue_mark to ${systemRole}`,
];

/** Tables that every service has: outbox, event log with its heads, inbox. For use in a service's first migration. */
export const eventTableStatements: readonly string[] = [
  `create table outbox (
     workspace_id uuid not null,
     id bigint generated always as identity,
     event_id uuid not null,
     topic text not null,
     payload jsonb not null,
     cause jsonb not null,
     created_at timestamptz(3) not null default now(),
     constraint outbox_pk primary key (workspace_id, id)
   )`,
  // The one index that does not begin with the workspace: the sequencer drains all workspaces in commit-safe order.
  `create index outbox_order on outbox (id)`,
  `create table event_log_head (
     workspace_id uuid not null,
     pos bigint not null,
     constraint event_log_head_pk primary key (workspace_id)
   )`,
  `create table event_log (
     workspace_id uuid not null,
     pos bigint not null,
     event_id uuid not null,
     topic text not null,
     payload jsonb not null,
     cause jsonb not null,
     at timestamptz(3) not null,
     handed_over boolean not null default false,
     constraint event_log_pk primary key (workspace_id, pos)
   )`,
  `create index event_log_to_hand on event_log (workspace_id, pos) where not handed_over`,
  // Block ranges serve the trimming by age: rows lie in the order of their time.
  `create index event_log_age on event_log using brin (at)`,
  `create table inbox (
     workspace_id uuid not null,
     consumer text not null,
     event_id uuid not null,
     at timestamptz(3) not null default now(),
     constraint inbox_pk primary key (workspace_id, consumer, event_id)
   )`,
  `create index inbox_age on inbox using brin (at)`,
  ...['outbox', 'event_log_head', 'event_log', 'inbox'].flatMap((table) => isolate(table)),
  ...handOverStatements,
];
