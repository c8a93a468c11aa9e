import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create table webhook (
     workspace_id uuid not null,
     id uuid not null,
     name text not null,
     url text not null,
     events text[] not null,
     enabled boolean not null,
     disabled_reason text,
     secret text not null,
     former_secret text,
     former_secret_until timestamptz(3),
     reached bigint not null,
     failing boolean not null default false,
     tried_at timestamptz(3),
     created_at timestamptz(3) not null,
     deleted_at timestamptz(3),
     constraint webhook_pk primary key (workspace_id, id)
   )`,
  `create table webhook_delivery (
     workspace_id uuid not null,
     webhook_id uuid not null,
     id uuid not null,
     pos bigint not null,
     ticket_id uuid not null,
     kind text not null,
     event_at timestamptz(3) not null,
     data jsonb not null,
     status text not null,
     tries int not null default 0,
     attempts jsonb not null default '[]',
     due_at timestamptz(3),
     lease uuid,
     created_at timestamptz(3) not null,
     finished_at timestamptz(3),
     constraint webhook_delivery_pk primary key (workspace_id, webhook_id, id),
     constraint webhook_delivery_webhook foreign key (workspace_id, webhook_id) references webhook (workspace_id, id),
     constraint webhook_delivery_status check (status in ('PENDING', 'DELIVERED', 'FAILED')),
     constraint webhook_delivery_finished check ((status = 'PENDING') = (finished_at is null)),
     constraint webhook_delivery_due check (status = 'PENDING' or (due_at is null and lease is null))
   )`,
  // What each webhook has to send next; those that wait behind an earlier one of their ticket are not in it.
  `create index webhook_delivery_due_order on webhook_delivery (workspace_id, webhook_id, due_at, pos)
     where due_at is not null`,
  `create index webhook_delivery_leased on webhook_delivery (workspace_id, webhook_id) where lease is not null`,
  `create index webhook_delivery_of_ticket on webhook_delivery (workspace_id, webhook_id, ticket_id, pos)
     where status = 'PENDING'`,
  `create index webhook_delivery_list on webhook_delivery (workspace_id, webhook_id, status, pos)`,
  // An erasure has to find what is told of a ticket.
  `create index webhook_delivery_about on webhook_delivery (workspace_id, ticket_id)`,
  `create index webhook_delivery_age on webhook_delivery (finished_at) where finished_at is not null`,
  ...['webhook', 'webhook_delivery'].flatMap((table) => isolate(table)),
];

/** Webhooks of workspaces, and what is on its way to them. */
export class Webhooks1764000040000 implements MigrationInterface {
  readonly name = 'Webhooks1764000040000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table webhook_delivery');
    await runner.query('drop table webhook');
  }
}
