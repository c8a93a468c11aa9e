import { appRole, systemRole } from '@smart-tickets/kit/postgres';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  // From when a connector's silence counts: since when its channel is switched on.
  `alter table channel add column enabled_at timestamptz(3) not null default now()`,
  // And since when, and until when, the intake has been able to take reports. One row: they all come the same way.
  `create table intake_listening (
     only_one boolean not null default true,
     since timestamptz(3) not null,
     until timestamptz(3) not null,
     constraint intake_listening_pk primary key (only_one),
     constraint intake_listening_only_one check (only_one)
   )`,
  `alter table intake_listening enable row level security`,
  `alter table intake_listening force row level security`,
  `create policy intake_listening_of_app on intake_listening for select to ${appRole} using (true)`,
  `create policy intake_listening_of_system on intake_listening to ${systemRole} using (true) with check (true)`,
  `grant select on intake_listening to ${appRole}`,
  `grant select, insert, update, delete on intake_listening to ${systemRole}`,
];

/** From when the silence of connectors counts. */
export class Listening1764000820000 implements MigrationInterface {
  readonly name = 'Listening1764000820000';

  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('drop table intake_listening');
    await runner.query('alter table channel drop column enabled_at');
  }
}
