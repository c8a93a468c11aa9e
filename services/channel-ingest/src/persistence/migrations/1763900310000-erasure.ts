import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `alter table inbound_message add column erased_at timestamptz(3)`,
  // By whom an item is known that was handed in before its sender was erased, and is read later.
  `create table erased_sender (
     workspace_id uuid not null,
     hash bytea not null,
     erased_at timestamptz(3) not null,
     constraint erased_sender_pk primary key (workspace_id, hash)
   )`,
  // Messages, in and out, of whose files a word may come late.
  `create table erased_message (
     workspace_id uuid not null,
     message_id uuid not null,
     erased_at timestamptz(3) not null,
     constraint erased_message_pk primary key (workspace_id, message_id)
   )`,
  ...['erased_sender', 'erased_message'].flatMap((table) => isolate(table)),
];

/** What an erased customer leaves behind: items without content, their ids, and hashes by which late ones are recognised. */
export class Erasure1763900310000 implements MigrationInterface {
  readonly name = 'Erasure1763900310000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table erased_sender, erased_message');
    await runner.query('alter table inbound_message drop column erased_at');
  }
}
