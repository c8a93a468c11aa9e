import { isolate } from './isolation.ts';

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
];
