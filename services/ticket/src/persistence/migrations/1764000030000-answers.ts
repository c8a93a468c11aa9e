import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const changes = [
  // Who else a ticket's messages were addressed to, as `EMAIL:address`, and the lists they came over, as `LIST:id`. Whoever
  // wrote on it is found by its timeline.
  `create table ticket_party (
     workspace_id uuid not null,
     ticket_id uuid not null,
     party text not null,
     constraint ticket_party_pk primary key (workspace_id, ticket_id, party)
   )`,
  // In which tickets somebody has a part: an erasure has to find them.
  `create index ticket_party_by_party on ticket_party (workspace_id, party, ticket_id)`,
  // By what the channel knew the sender of a message, as `KIND:value`.
  `alter table timeline_entry add column sender text`,
  `alter table customer_identity add column undeliverable_since timestamptz(3),
                                 add column undeliverable_reason text`,
  // Answers are about a ticket, too.
  `drop index event_log_about`,
  `alter table event_log drop column about`,
  `alter table event_log add column about uuid generated always as
     (coalesce(payload #>> '{ticket,id}', payload ->> 'erasureId', payload ->> 'ticketId')::uuid) stored`,
  `create index event_log_about on event_log (workspace_id, about) where about is not null`,
  // An address that was ever the only one that a mail was written to is a mailbox of ours, as far as can be told here.
  `with addressed as (
     select distinct workspace_id, ticket_id, lower(address) as address
       from timeline_entry, unnest(to_addresses || cc_addresses) as address
      where type = 'MESSAGE' and channel in ('EMAIL', 'WEB_FORM', 'API')),
   ours as (
     select distinct workspace_id, lower(to_addresses[1]) as address from timeline_entry
      where type = 'MESSAGE' and direction = 'INBOUND' and cardinality(to_addresses || cc_addresses) = 1)
   insert into ticket_party (workspace_id, ticket_id, party)
   select workspace_id, ticket_id, 'EMAIL:' || address from addressed
    where address like '%_@_%' and length(address) <= 254
      and not exists (select from ours where ours.workspace_id = addressed.workspace_id and ours.address = addressed.address)`,
];

const aboutBefore = [
  `alter table event_log add column about uuid
     generated always as (coalesce(payload #>> '{ticket,id}', payload ->> 'erasureId')::uuid) stored`,
  `create index event_log_about on event_log (workspace_id, about) where about is not null`,
];

/** Who has a part in tickets, answers that find their way back, and addresses that are known to be dead. */
export class Answers1764000030000 implements MigrationInterface {
  readonly name = 'Answers1764000030000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...changes, ...isolate('ticket_party')]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table ticket_party');
    await runner.query('drop index event_log_about');
    await runner.query('alter table event_log drop column about');
    for (const statement of aboutBefore) await runner.query(statement);
    await runner.query('alter table timeline_entry drop column sender');
    await runner.query(
      'alter table customer_identity drop column undeliverable_since, drop column undeliverable_reason',
    );
  }
}
