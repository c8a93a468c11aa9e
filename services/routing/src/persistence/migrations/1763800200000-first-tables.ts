import { eventTableStatements } from '@smart-tickets/kit/event-tables';
import { isolate, roleStatements, schemaGrants } from '@smart-tickets/kit/isolation';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables: readonly string[] = [
  `create table team (
     workspace_id uuid not null,
     id uuid not null,
     name text not null,
     constraint team_pk primary key (workspace_id, id)
   )`,
  `create table agent (
     workspace_id uuid not null,
     id uuid not null,
     name text not null,
     email text not null,
     role text not null,
     constraint agent_pk primary key (workspace_id, id),
     constraint agent_role_check check (role in ('ADMIN', 'AGENT', 'VIEWER'))
   )`,
  `create table team_member (
     workspace_id uuid not null,
     team_id uuid not null,
     agent_id uuid not null,
     position integer not null,
     constraint team_member_pk primary key (workspace_id, team_id, agent_id),
     constraint team_member_position_key unique (workspace_id, team_id, position),
     constraint team_member_team_fk foreign key (workspace_id, team_id)
       references team (workspace_id, id) on delete cascade,
     constraint team_member_agent_fk foreign key (workspace_id, agent_id)
       references agent (workspace_id, id) on delete cascade
   )`,
  `create index team_member_by_agent on team_member (workspace_id, agent_id)`,
  `create table team_rotation (
     workspace_id uuid not null,
     team_id uuid not null,
     last_position integer not null,
     constraint team_rotation_pk primary key (workspace_id, team_id),
     constraint team_rotation_team_fk foreign key (workspace_id, team_id)
       references team (workspace_id, id) on delete cascade
   )`,
  `create table assignment_decision (
     workspace_id uuid not null,
     id uuid not null,
     ticket_id uuid not null,
     decided_at timestamptz(3) not null,
     team_id uuid,
     agent_id uuid,
     reason text not null,
     constraint assignment_decision_pk primary key (workspace_id, id)
   )`,
  `create index assignment_decision_of_ticket
     on assignment_decision (workspace_id, ticket_id, decided_at, id)`,
];

const isolated = ['team', 'agent', 'team_member', 'team_rotation', 'assignment_decision'];

/** Teams, agents, rotation and decisions, with the tables that every service has. */
export class FirstTables1763800200000 implements MigrationInterface {
  readonly name = 'FirstTables1763800200000';

  async up(runner: QueryRunner): Promise<void> {
    const statements = [
      ...roleStatements,
      ...schemaGrants,
      ...eventTableStatements,
      ...tables,
      ...isolated.flatMap((table) => isolate(table)),
    ];
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const table of [...isolated, 'outbox', 'event_log_head', 'event_log', 'inbox'].toReversed())
      await runner.query(`drop table ${table} cascade`);
  }
}
