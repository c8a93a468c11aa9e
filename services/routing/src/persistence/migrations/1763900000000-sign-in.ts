import { isolate } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables: readonly string[] = [
  `create table agent_password (
     workspace_id uuid not null,
     agent_id uuid not null,
     address text not null,
     hash text,
     changed_at timestamptz(3) not null,
     constraint agent_password_pk primary key (workspace_id, agent_id),
     constraint agent_password_address_key unique (workspace_id, address),
     constraint agent_password_agent_fk foreign key (workspace_id, agent_id)
       references agent (workspace_id, id) on delete cascade
   )`,
  `create table agent_session (
     workspace_id uuid not null,
     id uuid not null,
     agent_id uuid not null,
     turn integer not null,
     created_at timestamptz(3) not null,
     used_at timestamptz(3) not null,
     constraint agent_session_pk primary key (workspace_id, id),
     constraint agent_session_agent_fk foreign key (workspace_id, agent_id)
       references agent (workspace_id, id) on delete cascade
   )`,
  `create index agent_session_of_agent on agent_session (workspace_id, agent_id, used_at)`,
  `create table sign_in_source (
     workspace_id uuid not null,
     agent_id uuid not null,
     source text not null,
     seen_at timestamptz(3) not null,
     constraint sign_in_source_pk primary key (workspace_id, agent_id, source),
     constraint sign_in_source_agent_fk foreign key (workspace_id, agent_id)
       references agent (workspace_id, id) on delete cascade
   )`,
  `create table sign_in_budget (
     workspace_id uuid not null,
     key text not null,
     full_at timestamptz(3) not null,
     constraint sign_in_budget_pk primary key (workspace_id, key)
   )`,
];

const isolated = ['agent_password', 'agent_session', 'sign_in_source', 'sign_in_budget'];

/** Passwords, sessions, and what is remembered of tries to sign in. */
export class SignIn1763900000000 implements MigrationInterface {
  readonly name = 'SignIn1763900000000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...isolated.flatMap((table) => isolate(table))])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of isolated) await runner.query(`drop table ${table}`);
  }
}
