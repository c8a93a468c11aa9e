import { eventually } from '@smart-tickets/testing/eventually';
import pg from 'pg';
import type { Services, ServiceName } from './services.ts';

/** The databases of all services, read as their owner: of whatever workspace. */
export class WorkspaceRows {
  #clients: readonly (readonly [ServiceName, pg.Client])[];

  private constructor(clients: readonly (readonly [ServiceName, pg.Client])[]) {
    this.#clients = clients;
  }

  static async open(services: Services): Promise<WorkspaceRows> {
    const clients = Object.entries(services.databases).map(
      ([name, { url }]) => [name as ServiceName, new pg.Client({ connectionString: url })] as const,
    );
    await Promise.all(clients.map(([, client]) => client.connect()));
    return new WorkspaceRows(clients);
  }

  async close(): Promise<void> {
    await Promise.all(this.#clients.map(([, client]) => client.end()));
  }

  /** The rows of a workspace in the tables of every service, by `service.table` and sorted. */
  async dump(workspaceId: string): Promise<Record<string, string[]>> {
    const dumps = await Promise.all(this.#clients.map((client) => dumpOf(client, workspaceId)));
    return Object.fromEntries(dumps.flat());
  }

  async query<Row extends pg.QueryResultRow>(
    service: ServiceName,
    text: string,
    values: readonly unknown[] = [],
  ): Promise<Row[]> {
    const client = this.#clients.find(([name]) => name === service)?.[1];
    if (client === undefined) throw new Error(`no database of ${service}`);
    return (await client.query<Row>(text, [...values])).rows;
  }

  /** Waits until no event waits anywhere and the workspace's rows stay as they are; gives them. */
  async settled(workspaceId: string): Promise<Record<string, string[]>> {
    let before = '';
    let unchanged = 0;
    return eventually(async () => {
      const rows = await this.dump(workspaceId);
      const waiting = Object.entries(rows).some(
        ([table, list]) =>
          (table.endsWith('.outbox') && list.length > 0) ||
          (table.endsWith('.event_log') && list.some((row) => row.includes('"handed_over": false'))),
      );
      const now = JSON.stringify(rows);
      unchanged = !waiting && now === before ? unchanged + 1 : 0;
      before = now;
      return unchanged >= 5 ? rows : null;
    });
  }
}

/**
 * What housekeeping changes by itself: where search remembers which events it has taken in, and how far the rounds of the intake
 * have come.
 */
const housekeeping = ['applied_event', 'applied_low_water', 'inbound_audit'];

async function dumpOf(
  [name, client]: readonly [ServiceName, pg.Client],
  workspaceId: string,
): Promise<[string, string[]][]> {
  const { rows: tables } = await client.query<{ table: string }>(
    `select c.relname as table from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
            and a.attname = 'workspace_id' and not c.relname = any($1) order by 1`,
    [housekeeping],
  );
  const dumps: [string, string[]][] = [];
  for (const { table } of tables) {
    const { rows } = await client.query<{ row: string }>(
      `select to_jsonb(t)::text as row from ${table} t where t.workspace_id = $1 order by 1`,
      [workspaceId],
    );
    dumps.push([`${name}.${table}`, rows.map(({ row }) => row)]);
  }
  return dumps;
}
