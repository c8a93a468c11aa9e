import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `create table agent_address (
     workspace_id uuid not null,
     -- In lower case, its domain in ASCII form.
     address text not null,
     agent_id uuid not null,
     constraint agent_address_pk primary key (workspace_id, address)
   )`,
  `create table known_team (
     workspace_id uuid not null,
     id uuid not null,
     constraint known_team_pk primary key (workspace_id, id)
   )`,
  ...isolate('agent_address'),
  ...isolate('known_team'),
];

/** Whom the workspace's own people are: by which addresses their mail is known, and what teams there are. */
export class People1764000700000 implements MigrationInterface {
  readonly name = 'People1764000700000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table known_team');
    await runner.query('drop table agent_address');
  }
}
