import { appRole, systemRole } from './postgres.ts';

/** The two roles, made by whichever database of the cluster comes first. They cannot log in by themselves. */
export const roleStatements: readonly string[] = [appRole, systemRole].flatMap((role) => [
  `do $$ begin
       if not exists (select from pg_roles where rolname = '${role}') then create role ${role} nologin; end if;
     exception when duplicate_object or unique_violation then null;
     end $$`,
  // Another database's migration may grant at the same time; the catalogue row then needs a second try.
  `do $$ begin
       for attempt in 1..50 loop
         begin
           if not pg_has_role(current_user, '${role}', 'set') then execute format('grant ${role} to %I', current_user); end if;
           exit;
         exception when internal_error or unique_violation then
           if attempt = 50 then raise; end if;
           perform pg_sleep(0.05);
         end;
       end loop;
     end $$`,
]);

/** Lets both roles into the schema; what they may touch is granted table by table. */
export const schemaGrants: readonly string[] = [`grant usage on schema public to ${appRole}, ${systemRole}`];

/** Row-level security as the second wall: the app role sees only rows of the workspace set in its transaction. */
export function isolate(table: string): string[] {
  return [
    `alter table ${table} enable row level security`,
    `alter table ${table} force row level security`,
    `create policy ${table}_of_workspace on ${table} to ${appRole}
       using (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)
       with check (workspace_id = nullif(current_setting('app.workspace_id', true), '')::uuid)`,
    `create policy ${table}_of_system on ${table} to ${systemRole} using (true) with check (true)`,
    `grant select, insert, update, delete on ${table} to ${appRole}, ${systemRole}`,
  ];
}
