import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // How far the comparison of what was taken in with what is there has come.
  `create table inbound_audit (
     workspace_id uuid not null,
     -- The round through the keys: when it began and ended, its place, and what it has found.
     keys_began_at timestamptz(3),
     keys_done_at timestamptz(3),
     key_channel_id uuid,
     key_external_id text,
     found integer not null default 0,
     -- What the last whole round through the keys has found.
     missing integer not null default 0,
     -- The round through the items: when it began, and its place.
     items_began_at timestamptz(3),
     item_id uuid,
     constraint inbound_audit_pk primary key (workspace_id)
   )`,
  ...isolate('inbound_audit'),
  // By which erased messages are known when they are handed in again.
  `create table erased_key (
     workspace_id uuid not null,
     hash bytea not null,
     message_id uuid not null,
     constraint erased_key_pk primary key (workspace_id, hash)
   )`,
  ...isolate('erased_key'),
];

/**
 * Received messages are counted twice, and the counts compared; what was erased is known when it comes again. See
 * docs/adr/0019-reconciliation.md and docs/adr/0008-erasure.md.
 */
export class Ledger1764000800000 implements MigrationInterface {
  readonly name = 'Ledger1764000800000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table inbound_audit, erased_key');
  }
}
