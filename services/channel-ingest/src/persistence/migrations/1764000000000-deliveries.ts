import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // What was said of a channel's settings; the defaults of its kind stand beside it in the code.
  `alter table channel add column settings jsonb not null default '{}'`,
  // An answer on its way out, by the id of its message. What it says stands apart: it is large, and never changes.
  `create table delivery (
     workspace_id uuid not null,
     id uuid not null,
     channel_id uuid not null,
     ticket_id uuid not null,
     -- Its place among the answers of the workspace.
     pos bigint not null,
     status text not null,
     recipients jsonb not null,
     attempts integer not null default 0,
     -- Claims since it was queued, or tried again by an agent.
     tries integer not null default 0,
     -- When it may be claimed: after a pause if it is queued, after the end of the lease if it is claimed.
     claimable_at timestamptz(3),
     in_doubt boolean not null default false,
     sent_at timestamptz(3),
     delivered_at timestamptz(3),
     external_id text,
     -- The Message-ID of a mail, without its brackets.
     mail_id text,
     error text,
     created_at timestamptz(3) not null,
     changed_at timestamptz(3) not null,
     size_bytes integer not null,
     erased_at timestamptz(3),
     constraint delivery_pk primary key (workspace_id, id),
     constraint delivery_channel foreign key (workspace_id, channel_id) references channel (workspace_id, id),
     constraint delivery_status check
       (status in ('QUEUED', 'CLAIMED', 'SENT', 'DELIVERED', 'READ', 'FAILED', 'BOUNCED')),
     constraint delivery_claimable check ((claimable_at is not null) = (status in ('QUEUED', 'CLAIMED')))
   )`,
  `create table delivery_content (
     workspace_id uuid not null,
     id uuid not null,
     content jsonb not null,
     constraint delivery_content_pk primary key (workspace_id, id),
     constraint delivery_content_delivery foreign key (workspace_id, id) references delivery (workspace_id, id)
   )`,
  `create index delivery_claimable on delivery (workspace_id, channel_id, claimable_at, pos)
    where status in ('QUEUED', 'CLAIMED')`,
  // Answers of a ticket are sent one after the other.
  `create index delivery_open_of_ticket on delivery (workspace_id, ticket_id, channel_id, pos)
    where status in ('QUEUED', 'CLAIMED')`,
  `create index delivery_of_ticket on delivery (workspace_id, ticket_id, pos)`,
  `create index delivery_by_time on delivery (workspace_id, created_at, id)`,
  `create index delivery_by_channel on delivery (workspace_id, channel_id, created_at, id)`,
  `create index delivery_by_status on delivery (workspace_id, status, channel_id, created_at, id)`,
  `create index delivery_by_external_id on delivery (workspace_id, channel_id, external_id)
    where external_id is not null`,
  ...['delivery', 'delivery_content'].flatMap((table) => isolate(table)),
];

/** Channels' settings, and the answers that go out. */
export class Deliveries1764000000000 implements MigrationInterface {
  readonly name = 'Deliveries1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table delivery_content, delivery');
    await runner.query('alter table channel drop column settings');
  }
}
