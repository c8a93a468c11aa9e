import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, readInWorkspace } from '@smart-tickets/kit/postgres';
import {
  customerColumns,
  entryColumns,
  ticketColumns,
} from '../../services/ticket/src/persistence/ticket-sql.ts';
import type { Client } from './client.ts';
import { median } from './statistics.ts';

const openDocument = `query BenchOpen($id: ID!) {
  ticket(id: $id) {
    id number subject status priority tags version createdAt updatedAt fields { key value }
    customer { id name identities { kind value } }
    assignee { id name } team { id name }
    timeline(first: 25) { nodes { __typename
      ... on Message { id text direction sentAt author { ... on Customer { id name } } attachments { id } }
      ... on Note { id text } ... on TicketChange { id kind at before after } } }
    links { kind ticket { id number subject } }
    viewers { since }
  }
}`;

/** A page of fifty as a list shows it; search is asked something too, so that all four subgraphs take part. */
const pageDocument = `query BenchPage($before: DateTime!) {
  tickets(filter: { createdBefore: $before }, first: 50) {
    nodes {
      id number subject status priority tags createdAt updatedAt version
      customer { id name } assignee { name } team { name }
      lastMessage { id text sentAt source { status } }
    }
    pageInfo { hasNextPage endCursor }
  }
  searchTickets(query: "zephyrine", first: 1) { totalCount }
}`;

const replyDocument = `mutation BenchReply($input: ReplyToTicketInput!) {
  replyToTicket(input: $input) { message { id } userErrors { code message } } }`;
const updateDocument = `mutation BenchUpdate($input: UpdateTicketInput!) {
  updateTicket(input: $input) { ticket { id version } userErrors { code message } } }`;

const pageSql = `
  select ${ticketColumns}, to_jsonb(e) as message, to_jsonb(c) as customer
    from ticket t
    left join lateral (select ${entryColumns} from timeline_entry e
                        where e.workspace_id = t.workspace_id and e.id = t.last_message_id) e on true
    left join lateral (select ${customerColumns} from customer c
                        where c.workspace_id = t.workspace_id and c.id = t.customer_id) c on true
   where t.workspace_id = $1 and t.created_at < $2 order by t.updated_at desc, t.id desc limit 51`;

/** Milliseconds that agents' daily work takes, the median of each. */
export interface TicketWork {
  readonly open: number;
  readonly page: number;
  /** The same page by one prepared statement under row-level security, from the ticket database alone. */
  readonly pageBySql: number;
  readonly reply: number;
  readonly update: number;
}

/** Asks as an agent, one after the other. Throws on any refusal. */
export async function measureTicketWork(
  agent: Client,
  ticketUrl: string,
  workspaceId: string,
  samples: number,
): Promise<TicketWork> {
  const pool = createPool(ticketUrl, appRole, 'bench', 1, createLogger('bench', 'silent'));
  try {
    // Among those that are worked on: closed ones take no answers.
    const rows = await readInWorkspace<{ id: string }>(pool, workspaceId, {
      text: `select id from ticket where workspace_id = $1 and status = 'OPEN' order by updated_at desc limit 200`,
      values: [workspaceId],
    });
    const idOf = (nth: number): string => rows[nth % rows.length]?.id ?? '';
    let asked = 0;
    const later = (): string => new Date(Date.UTC(2100, 0, 1) + (asked += 1)).toISOString();
    const page = async (): Promise<void> => {
      await agent.ask(pageDocument, { before: later() });
    };
    const pageBySql = async (): Promise<void> => {
      const found = await readInWorkspace(pool, workspaceId, {
        name: 'bench-page',
        text: pageSql,
        values: [workspaceId, later()],
      });
      if (found.length !== 51) throw new Error(`the page has ${found.length} tickets`);
    };
    const [pageMs, pageBySqlMs] = await mediansOf(samples, [page, pageBySql]);
    const [openMs] = await mediansOf(samples, [
      async (nth) => void (await agent.ask(openDocument, { id: idOf(nth) })),
    ]);
    const [updateMs] = await mediansOf(samples, [
      (nth) =>
        accepted(agent, updateDocument, 'updateTicket', { id: idOf(nth), subject: `Bench ${later()}` }),
    ]);
    const [replyMs] = await mediansOf(samples, [
      (nth) =>
        accepted(agent, replyDocument, 'replyToTicket', { ticketId: idOf(nth), text: 'It is on its way.' }),
    ]);
    return {
      open: openMs ?? NaN,
      page: pageMs ?? NaN,
      pageBySql: pageBySqlMs ?? NaN,
      reply: replyMs ?? NaN,
      update: updateMs ?? NaN,
    };
  } finally {
    await pool.end();
  }
}

async function accepted(agent: Client, document: string, field: string, input: object): Promise<void> {
  const answer = await agent.ask<Record<string, { userErrors: unknown[] }>>(document, { input });
  const errors = answer[field]?.userErrors ?? ['no answer'];
  if (errors.length > 0) throw new Error(`${field} was refused: ${JSON.stringify(errors)}`);
}

/** Medians of several kinds of work that take turns; a tenth of the samples goes ahead unmeasured. */
async function mediansOf(
  samples: number,
  works: readonly ((nth: number) => Promise<void>)[],
): Promise<number[]> {
  const times: number[][] = works.map(() => []);
  for (let nth = -Math.ceil(samples / 10); nth < samples; nth += 1) {
    for (const [which, work] of works.entries()) {
      const startedAt = performance.now();
      await work(Math.abs(nth));
      if (nth >= 0) times[which]?.push(performance.now() - startedAt);
    }
  }
  return times.map(median);
}
