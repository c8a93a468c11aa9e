import { appRole } from '@smart-tickets/kit/postgres';
import { isDeepStrictEqual } from 'node:util';
import pg from 'pg';
import {
  customerColumns,
  entryColumns,
  ticketColumns,
} from '../../services/ticket/src/persistence/ticket-sql.ts';
import type { Client } from './client.ts';

/** A page of tickets as the gateway gives it. */
export interface Page {
  readonly tickets: {
    readonly nodes: readonly {
      readonly id: string;
      readonly number: number;
      readonly subject: string;
      readonly status: string;
      readonly priority: string;
      readonly tags: readonly string[];
      readonly createdAt: string | Date;
      readonly updatedAt: string | Date;
      readonly version: number;
      readonly customer: { readonly id: string; readonly name: string | null } | null;
      readonly assignee: { readonly name: string } | null;
      readonly team: { readonly name: string } | null;
      readonly lastMessage: {
        readonly id: string;
        readonly text: string;
        readonly sentAt: string;
        readonly delivery: { readonly status: string } | null;
      } | null;
    }[];
  };
}

type Node = Page['tickets']['nodes'][number];

/** A row of the floor's statement. */
interface FloorRow extends Omit<Node, 'customer' | 'assignee' | 'team' | 'lastMessage'> {
  readonly customer: { readonly id: string; readonly name: string | null } | null;
  readonly message: { readonly id: string; readonly text: string; readonly sentAt: string } | null;
  readonly agentName: string | null;
  readonly teamName: string | null;
  readonly deliveryStatus: string | null;
}

const pageSize = 50;

const pageSql = `
  select ${ticketColumns}, to_jsonb(e) as message, to_jsonb(c) as customer,
         a.name as "agentName", m.name as "teamName", d.status as "deliveryStatus"
    from ticket t
    left join lateral (select ${entryColumns} from timeline_entry e
                        where e.workspace_id = t.workspace_id and e.id = t.last_message_id) e on true
    left join lateral (select ${customerColumns} from customer c
                        where c.workspace_id = t.workspace_id and c.id = t.customer_id) c on true
    left join bench_name a on a.workspace_id = t.workspace_id and a.id = t.assignee_id
    left join bench_name m on m.workspace_id = t.workspace_id and m.id = t.team_id
    left join bench_delivery d on d.workspace_id = t.workspace_id and d.id = t.last_message_id
   where t.workspace_id = $1 and t.created_at < $2 order by t.updated_at desc, t.id desc limit ${pageSize + 1}`;

/**
 * Brings what the page shows of other subgraphs into the ticket database, where one statement can reach it: names of agents and
 * teams, and a table of the intake's deliveries, which has none here as the tickets come from SQL. May be called again.
 */
export async function prepareFloor(agent: Client, ticketUrl: string, workspaceId: string): Promise<void> {
  const { agents, teams } = await agent.ask<Record<'agents' | 'teams', { id: string; name: string }[]>>(
    '{ agents { id name } teams { id name } }',
    {},
  );
  const named = [...agents, ...teams];
  const client = new pg.Client({ connectionString: ticketUrl });
  await client.connect();
  try {
    for (const [table, column] of [
      ['bench_name', 'name'],
      ['bench_delivery', 'status'],
    ] as const) {
      await client.query(
        `create table if not exists ${table} (workspace_id uuid, id uuid, ${column} text not null, primary key (workspace_id, id))`,
      );
      await client.query(`grant select on ${table} to ${appRole}`);
    }
    await client.query(
      'insert into bench_name select $1, * from unnest($2::uuid[], $3::text[]) on conflict do nothing',
      [workspaceId, named.map(({ id }) => id), named.map(({ name }) => name)],
    );
    await client.query('vacuum analyze bench_name, bench_delivery');
  } finally {
    await client.end();
  }
}

/** Reads the newest page by one prepared statement through `pg` as it comes, with one row more as a list reads it. */
export class PageFloor {
  readonly #client: pg.Client;
  readonly #workspaceId: string;

  private constructor(client: pg.Client, workspaceId: string) {
    this.#client = client;
    this.#workspaceId = workspaceId;
  }

  /**
   * Under row-level security as the services are, which is set once. With Postgres's own settings it plans the statement
   * anew for each page; `planned` has it planned once.
   */
  static async open(ticketUrl: string, workspaceId: string, planned: 'ANEW' | 'ONCE'): Promise<PageFloor> {
    const client = new pg.Client({ connectionString: ticketUrl });
    await client.connect();
    await client.query(`set role ${appRole}`);
    await client.query(`select set_config('app.workspace_id', $1, false)`, [workspaceId]);
    if (planned === 'ONCE') await client.query('set plan_cache_mode = force_generic_plan');
    return new PageFloor(client, workspaceId);
  }

  /** `before` is an instant. */
  async read(before: string): Promise<readonly FloorRow[]> {
    const values = [this.#workspaceId, before];
    const { rows } = await this.#client.query<FloorRow>({ name: 'bench-page', text: pageSql, values });
    return rows;
  }

  async close(): Promise<void> {
    await this.#client.end();
  }
}

/** Throws when the gateway's page and the statement's rows do not say the same. */
export function expectSamePage(page: Page, rows: readonly FloorRow[]): void {
  const expected = rows.slice(0, pageSize).map(nodeOf);
  const nodes = page.tickets.nodes.map(timed);
  if (nodes.length !== pageSize || rows.length !== pageSize + 1) {
    throw new Error(`the page has ${nodes.length} tickets, its floor ${rows.length} rows`);
  }
  const differing = nodes.findIndex((node, nth) => !isDeepStrictEqual(node, expected[nth]));
  if (differing === -1) return;
  throw new Error(
    `the page and its floor differ: ${JSON.stringify([nodes[differing], expected[differing]])}`,
  );
}

function nodeOf(row: FloorRow): Node {
  const { id, number, subject, status, priority, tags, createdAt, updatedAt, version } = row;
  const { customer, message, agentName, teamName, deliveryStatus } = row;
  return timed({
    id,
    number,
    subject,
    status,
    priority,
    tags,
    createdAt,
    updatedAt,
    version,
    customer: customer === null ? null : { id: customer.id, name: customer.name },
    assignee: agentName === null ? null : { name: agentName },
    team: teamName === null ? null : { name: teamName },
    lastMessage:
      message === null
        ? null
        : {
            id: message.id,
            text: message.text,
            sentAt: message.sentAt,
            delivery: deliveryStatus === null ? null : { status: deliveryStatus },
          },
  });
}

/** With all instants written alike: `pg` gives dates, and JSON made by Postgres writes them in its own way. */
function timed(node: Node): Node {
  const written = (instant: string | Date): string => new Date(instant).toISOString();
  return {
    ...node,
    createdAt: written(node.createdAt),
    updatedAt: written(node.updatedAt),
    lastMessage:
      node.lastMessage === null ? null : { ...node.lastMessage, sentAt: written(node.lastMessage.sentAt) },
  };
}
