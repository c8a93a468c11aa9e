import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const erasedSource = `create table erased_source (
     workspace_id uuid not null,
     id uuid not null,
     pos bigint not null,
     constraint erased_source_pk primary key (workspace_id, id)
   )`;

/**
 * What was erased: older events of it, which may still come, bring no text any more. A document knows how new it is, so
 * that an erasure that comes late leaves what is newer.
 */
export class Erasure1763900310000 implements MigrationInterface {
  readonly name = 'Erasure1763900310000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [erasedSource, ...isolate('erased_source')]) await runner.query(statement);
    await runner.query('alter table search_doc add column pos bigint not null default 0');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('alter table search_doc drop column pos');
    await runner.query('drop table erased_source');
  }
}
