import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobs, type Role } from '@smart-tickets/contracts';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { encodeCursor } from '@smart-tickets/kit/cursor';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import { startSearch } from './app.ts';
import { migrations } from './persistence/migrations/index.ts';

const key = 'k'.repeat(40);
describe.each(queueBackends)('search on $name', ({ open }) => {
  const ours = newId();
  const theirs = newId();
  const ticketId = newId();
  let database: TestDatabase;
  let queues: TestQueues;
  let running: Running;

  beforeAll(async () => {
    database = await createTestDatabase(migrations);
    queues = await open();
    const config = readConfig(serviceConfigSchema, {
      DATABASE_URL: database.url,
      QUEUE_URL: queues.url,
      QUEUE_NAMESPACE: queues.namespace,
      INTERNAL_TOKEN_KEY: key,
      PORT: '0',
      LOG_LEVEL: 'silent',
    });
    const parts = openParts('search', config);
    running = await startSearch(parts, null);
    await parts.queues.add(jobs.projectTicket, [
      sampleJob(ours, {
        ticket: { id: ticketId, number: 1042, subject: 'A <b>refund</b>' },
        text: 'now',
        pos: 12,
      }),
      sampleJob(theirs, { ticket: { subject: 'refund' }, pos: 1 }),
    ]);
  });
  afterAll(async () => {
    await running.stop();
    await database.drop();
    await queues.drop();
  });

  async function ask(
    query: string,
    variables: object = {},
    { workspaceId = ours, role = 'VIEWER' }: { workspaceId?: string; role?: Role } = {},
  ): Promise<{ data?: unknown; errors?: { message: string; extensions: { code: string } }[] }> {
    const viewer = { workspaceId, role, subject: newId(), generation: null };
    const response = await fetch(`http://127.0.0.1:${running.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [internalTokenHeader]: signInternalToken(key, viewer, Date.now()),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Awaited<ReturnType<typeof ask>>;
  }

  const search = `query ($query: String!, $first: Int, $after: String, $asOf: String, $sort: SearchSort) {
  searchTickets(query: $query, first: $first, after: $after, asOf: $asOf, sort: $sort) {
    edges { node { id } score highlights { field html } }
    pageInfo { hasNextPage hasPreviousPage }
    totalCount
    totalCountExact
  }
}`;

  test('finds what came through the queue, as soon as the event that the caller has seen is in', async () => {
    const answer = await ask(search, { query: 'refunds', asOf: encodeCursor('ticket-event', [12]) });

    expect(answer).toEqual({
      data: {
        searchTickets: {
          edges: [
            {
              node: { id: ticketId },
              score: expect.any(Number),
              highlights: [{ field: 'subject', html: 'A &lt;b&gt;<mark>refund</mark>&lt;/b&gt;' }],
            },
          ],
          pageInfo: { hasNextPage: false, hasPreviousPage: false },
          totalCount: 1,
          totalCountExact: true,
        },
      },
    });
  });

  test('counts the documents of the workspace', async () => {
    await ask(search, { query: '', asOf: encodeCursor('ticket-event', [1]) }, { workspaceId: theirs });

    for (const workspaceId of [ours, theirs])
      expect(await ask('{ searchStatus { documents engine } }', {}, { workspaceId })).toEqual({
        data: { searchStatus: { documents: 1, engine: 'postgres' } },
      });
  });

  test('takes null for what has a default', async () => {
    const answer = await ask(search, { query: '', first: null, after: null, asOf: null, sort: null });

    expect(answer).toMatchObject({ data: { searchTickets: { totalCount: 1 } } });
  });

  test('another workspace sees nothing of ours', async () => {
    for (const query of ['', 'refund', '#1042']) {
      const answer = await ask(search, { query }, { workspaceId: theirs });

      expect(JSON.stringify(answer)).not.toContain(ticketId);
    }
  });

  describe('refuses', () => {
    const faults = [
      [
        'conditions',
        { query: 'status:open' },
        'Conditions such as status: are not served yet; put it in quotes to look for the words.',
      ],
      ['a long query', { query: 'a'.repeat(1_001) }, 'A query has at most 1000 characters.'],
      ['a long page', { query: 'a', first: 101 }, 'searchTickets takes first from 1 to 100.'],
      ['no cursor', { query: 'a', after: 'x' }, 'after must be a cursor of this search, in the same order.'],
      ['no event', { query: 'a', asOf: 'x' }, 'asOf must be the cursor of a ticket event.'],
    ] as const;
    test.each(faults)('%s', async (_what, variables, message) => {
      expect((await ask(search, variables)).errors).toMatchObject([
        { message, extensions: { code: 'BAD_USER_INPUT' } },
      ]);
    });

    test('connectors', async () => {
      for (const query of [search, '{ searchStatus { documents } }']) {
        const answer = await ask(query, { query: '' }, { role: 'CONNECTOR' });

        expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
      }
    });
  });

  test('answers its health pages', async () => {
    const base = `http://127.0.0.1:${running.port}`;

    expect((await fetch(`${base}/livez`)).status).toBe(200);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('smart_tickets_outbox_events');
  });
});
