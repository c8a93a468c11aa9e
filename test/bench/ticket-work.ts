import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, readInWorkspace } from '@smart-tickets/kit/postgres';
import { expectSamePage, PageFloor, prepareFloor, type Page } from './page-floor.ts';
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
      lastMessage { id text sentAt delivery { status } }
    }
    pageInfo { hasNextPage endCursor }
  }
  searchTickets(query: "zephyrine", first: 1) { totalCount }
}`;

const replyDocument = `mutation BenchReply($input: ReplyToTicketInput!) {
  replyToTicket(input: $input) { message { id } userErrors { code message } } }`;
const updateDocument = `mutation BenchUpdate($input: UpdateTicketInput!) {
  updateTicket(input: $input) { ticket { id version } userErrors { code message } } }`;

/** Milliseconds that agents' daily work takes, the median of each. */
export interface TicketWork {
  readonly open: number;
  readonly page: number;
  /** The same page by one statement through `pg` under row-level security, and by one that is planned only once. */
  readonly pageBySql: number;
  readonly pageByPlannedSql: number;
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
  await prepareFloor(agent, ticketUrl, workspaceId);
  const floor = await PageFloor.open(ticketUrl, workspaceId, 'ANEW');
  const planned = await PageFloor.open(ticketUrl, workspaceId, 'ONCE');
  try {
    // Among those that are worked on: closed ones take no answers.
    const rows = await readInWorkspace<{ id: string }>(pool, workspaceId, {
      text: `select id from ticket where workspace_id = $1 and status = 'OPEN' order by updated_at desc limit 200`,
      values: [workspaceId],
    });
    const idOf = (nth: number): string => rows[nth % rows.length]?.id ?? '';
    let asked = 0;
    const later = (): string => new Date(Date.UTC(2100, 0, 1) + (asked += 1)).toISOString();
    const page = (): Promise<Page> => agent.ask<Page>(pageDocument, { before: later() });
    const pageBySql = () => floor.read(later());
    const pageByPlannedSql = () => planned.read(later());
    expectSamePage(await page(), await pageBySql());
    const [pageMs, bySqlMs, byPlannedMs] = await mediansOf(samples, [page, pageBySql, pageByPlannedSql]);
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
      pageBySql: bySqlMs ?? NaN,
      pageByPlannedSql: byPlannedMs ?? NaN,
      reply: replyMs ?? NaN,
      update: updateMs ?? NaN,
    };
  } finally {
    await floor.close();
    await planned.close();
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
  works: readonly ((nth: number) => Promise<unknown>)[],
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
