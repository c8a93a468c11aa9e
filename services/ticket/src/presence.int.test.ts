import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import type { Hints } from '@smart-tickets/kit/hints';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { createQueueDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { tmpdir } from 'node:os';
import { pathToFileURL } from 'node:url';
import { Subscriber } from '../test/subscriber.ts';
import { TicketDesk } from '../test/ticket-desk.ts';
import { startTicket } from './app.ts';
import { sweepViewers } from './persistence/viewers.ts';
import { ViewerFeed } from './use-cases/viewer-feed.ts';

interface Viewer {
  readonly agent: { readonly id: string };
  readonly writing: boolean;
  readonly since: string;
}

let desk: TicketDesk;
/** A second process of the service on the same database. */
let replica: Running;
let replicaQueues: TestDatabase;
let replicaUrl: string;
beforeAll(async () => {
  desk = await TicketDesk.open();
  replicaQueues = await createQueueDatabase();
  const config = readConfig(serviceConfigSchema, {
    DATABASE_URL: desk.database.url,
    QUEUE_URL: replicaQueues.url,
    INTERNAL_TOKEN_KEY: desk.key,
    BLOB_URL: pathToFileURL(tmpdir()).href,
    PORT: '0',
    ROLES: 'api',
    LOG_LEVEL: 'silent',
  });
  replica = await startTicket(openParts('ticket', config), null);
  replicaUrl = `http://127.0.0.1:${replica.port}/graphql`;
});
afterAll(async () => {
  await replica.stop();
  await desk.close();
  await replicaQueues.drop();
});

const fields = 'agent { id } writing since';

async function view(
  id: string,
  writing = false,
  subject = desk.ours.agentId,
): Promise<{ viewers: Viewer[]; userErrors: { code: string; field: string[] }[] }> {
  const data = await desk.data<{
    viewTicket: { viewers: Viewer[]; userErrors: { code: string; field: string[] }[] };
  }>(
    `mutation ($id: ID!, $writing: Boolean!) {
       viewTicket(id: $id, writing: $writing) { viewers { ${fields} } userErrors { code field } } }`,
    { id, writing },
    { role: 'AGENT', subject },
  );
  return data.viewTicket;
}

const names = (viewers: readonly Viewer[]): [string, boolean][] =>
  viewers.map(({ agent, writing }) => [agent.id, writing]);

/** Lets a viewer's last word be so many milliseconds older. */
async function age(ticketId: string, agentId: string, ms: number): Promise<void> {
  await desk.system.query(
    `update ticket_viewer set seen_at = seen_at - make_interval(secs => $3), since = since - make_interval(secs => $3)
      where ticket_id = $1 and agent_id = $2`,
    [ticketId, agentId, ms / 1_000],
  );
}

const subscription = `subscription ($id: ID!) { ticketViewers(ticketId: $id) { ${fields} } }`;
type Told = { readonly ticketViewers: Viewer[] };

describe('viewers of a ticket', () => {
  test('are those who called within 30 seconds, those who came first first', async () => {
    const { agentId, otherAgentId } = desk.ours;
    const ticket = await desk.receive();

    const first = await view(ticket.id);
    const both = await view(ticket.id, true, otherAgentId);
    await age(ticket.id, agentId, 29_000);
    const still = await view(ticket.id, true, otherAgentId);
    await age(ticket.id, agentId, 2_000);
    const gone = await view(ticket.id, false, otherAgentId);

    expect([first, both, still, gone].map(({ viewers }) => names(viewers))).toEqual([
      [[agentId, false]],
      [
        [agentId, false],
        [otherAgentId, true],
      ],
      [
        [agentId, false],
        [otherAgentId, true],
      ],
      [[otherAgentId, false]],
    ]);
  });

  test('have been there since they came, and come anew after a break', async () => {
    const { agentId } = desk.ours;
    const ticket = await desk.receive();
    const [came] = (await view(ticket.id)).viewers;

    await age(ticket.id, agentId, 20_000);
    const [stayed] = (await view(ticket.id)).viewers;
    await age(ticket.id, agentId, 31_000);
    const [back] = (await view(ticket.id)).viewers;

    expect(Date.parse(came!.since) - Date.parse(stayed!.since)).toBe(20_000);
    expect(Date.parse(back!.since)).toBeGreaterThanOrEqual(Date.parse(came!.since));
  });

  test('are shown with each ticket of a list by one statement', async () => {
    const { agentId, otherAgentId } = desk.ours;
    const quiet = await desk.receive();
    const busy = await desk.receive();
    await view(busy.id);
    await view(busy.id, true, otherAgentId);
    await view(quiet.id, false, otherAgentId);

    const { tickets } = await desk.data<{ tickets: { nodes: { id: string; viewers: Viewer[] }[] } }>(
      `{ tickets(orderBy: CREATED_DESC, first: 2) { nodes { id viewers { ${fields} } } } }`,
    );

    expect(tickets.nodes.map(({ id, viewers }) => [id, names(viewers)])).toEqual([
      [
        busy.id,
        [
          [agentId, false],
          [otherAgentId, true],
        ],
      ],
      [quiet.id, [[otherAgentId, false]]],
    ]);
  });

  test('are at most a hundred', async () => {
    const ticket = await desk.receive();
    await desk.system.query(
      `insert into ticket_viewer select $1, $2, gen_random_uuid(), now(), now(), false from generate_series(1, 101)`,
      [desk.ours.workspaceId, ticket.id],
    );

    const { ticket: shown } = await desk.data<{ ticket: { viewers: unknown[] } }>(
      'query ($id: ID!) { ticket(id: $id) { viewers { since } } }',
      { id: ticket.id },
    );

    expect(shown.viewers).toHaveLength(100);
  });

  test('are of one workspace, and of tickets that there are', async () => {
    const foreign = await desk.receive({}, desk.theirs);
    for (const id of [foreign.id, newId(), 'no id']) {
      expect(await view(id)).toEqual({ viewers: [], userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] });
    }
    const { rows } = await desk.system.query('select from ticket_viewer where ticket_id = $1', [foreign.id]);
    expect(rows).toEqual([]);
  });

  test('can only be agents', async () => {
    const ticket = await desk.receive();
    const answer = await desk.ask(
      'mutation ($id: ID!) { viewTicket(id: $id) { viewers { since } } }',
      { id: ticket.id },
      { role: 'VIEWER', subject: desk.ours.viewerId },
    );

    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    expect((await view(ticket.id, false, 'a name')).userErrors).toEqual([
      { code: 'FORBIDDEN', field: ['id'] },
    ]);
  });

  test('who have gone are swept away', async () => {
    const ticket = await desk.receive();
    await view(ticket.id);
    await view(ticket.id, false, desk.ours.otherAgentId);
    await age(ticket.id, desk.ours.agentId, 31_000);

    await desk.system.query(sweepViewers, [7, 5_000]);

    const { rows } = await desk.system.query<{ agentId: string }>(
      'select agent_id as "agentId" from ticket_viewer where ticket_id = $1',
      [ticket.id],
    );
    expect(rows).toEqual([{ agentId: desk.ours.otherAgentId }]);
  });
});

describe('who watches the viewers of a ticket', () => {
  test('is told who is there, who comes, who writes and who goes, on every replica', async () => {
    const { agentId, otherAgentId } = desk.ours;
    const ticket = await desk.receive();
    await view(ticket.id);
    const near = new Subscriber<Told>(desk, subscription, { id: ticket.id });
    const far = new Subscriber<Told>(desk, subscription, { id: ticket.id }, { role: 'VIEWER' }, replicaUrl);
    const both = [near, far];
    for (const subscriber of both) await subscriber.until(() => true);

    await view(ticket.id, false, otherAgentId);
    for (const subscriber of both) await subscriber.until(({ ticketViewers }) => ticketViewers.length === 2);
    await view(ticket.id, true, otherAgentId);
    for (const subscriber of both)
      await subscriber.until(({ ticketViewers }) => ticketViewers.at(-1)?.writing === true);
    // Its time is up in a moment; the first agent's word makes everybody look, and see when.
    await age(ticket.id, otherAgentId, 29_500);
    await view(ticket.id, true);
    for (const subscriber of both) await subscriber.until(({ ticketViewers }) => ticketViewers.length === 1);

    const course = [
      [[agentId, false]],
      [
        [agentId, false],
        [otherAgentId, false],
      ],
      [
        [agentId, false],
        [otherAgentId, true],
      ],
    ];
    for (const subscriber of both) {
      const told = subscriber.received.map(({ ticketViewers }) => names(ticketViewers));
      expect(told.slice(0, 3)).toEqual(course);
      expect(told.at(-1)).toEqual([[agentId, true]]);
      await subscriber.close();
    }
  });

  test('hears nothing of a mere repeat', async () => {
    const ticket = await desk.receive();
    await view(ticket.id);
    const subscriber = new Subscriber<Told>(desk, subscription, { id: ticket.id });
    await subscriber.until(() => true);

    for (let i = 0; i < 5; i += 1) await view(ticket.id);
    await view(ticket.id, true);
    await subscriber.until(({ ticketViewers }) => ticketViewers[0]?.writing === true);

    expect(subscriber.received).toHaveLength(2);
    await subscriber.close();
  });

  test('is told of what no hint told within the next look', async () => {
    const ticket = await desk.receive();
    const subscriber = new Subscriber<Told>(desk, subscription, { id: ticket.id });
    await subscriber.until(({ ticketViewers }) => ticketViewers.length === 0);

    await desk.system.query(`insert into ticket_viewer values ($1, $2, $3, now(), now(), true)`, [
      desk.ours.workspaceId,
      ticket.id,
      desk.ours.agentId,
    ]);

    const told = await subscriber.until(({ ticketViewers }) => ticketViewers.length === 1);
    expect(names(told.ticketViewers)).toEqual([[desk.ours.agentId, true]]);
    await subscriber.close();
  });

  test('is refused where there is no such ticket', async () => {
    const foreign = await desk.receive({}, desk.theirs);
    for (const id of [foreign.id, newId(), 'no id']) {
      const refused = new Subscriber<Told>(desk, subscription, { id });
      expect(await refused.end()).toMatchObject([
        { message: 'There is no such ticket.', extensions: { code: 'BAD_USER_INPUT' } },
      ]);
      await refused.close();
    }
  });

  test('may be a viewer, and not a connector', async () => {
    const ticket = await desk.receive();
    const refused = new Subscriber<Told>(desk, subscription, { id: ticket.id }, { role: 'CONNECTOR' });

    expect(await refused.end()).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    await refused.close();
  });
});

describe('the feed of viewers', () => {
  /** Hints that never arrive anywhere. */
  const deaf: Hints = {
    publish: () => Promise.resolve(),
    subscribe: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  const log = createLogger('test', 'silent');

  test('frees what it holds when the last watcher leaves, and ends the others when it closes', async () => {
    const ticket = await desk.receive();
    const feed = new ViewerFeed(desk.deps.pool, deaf, log);
    const watch = () => feed.watch(desk.ours.workspaceId, ticket.id);
    const [one, two] = [watch(), watch()];
    await Promise.all([one.next(), two.next()]);
    const waiting = [one.next(), two.next()];

    await one.return?.();
    const held = feed.size;
    await two.return?.();
    const free = feed.size;
    const last = watch();
    await last.next();
    const closing = last.next();
    await feed.close();

    expect([held, free, feed.size]).toEqual([1, 0, 0]);
    expect(await Promise.all([...waiting, closing])).toEqual(
      Array.from({ length: 3 }, () => ({ done: true, value: undefined })),
    );
    expect(await watch().next()).toEqual({ done: true, value: undefined });
  });

  test('a viewer goes when its time is up, without any word', async () => {
    const ticket = await desk.receive();
    await view(ticket.id);
    await age(ticket.id, desk.ours.agentId, 29_700);
    const feed = new ViewerFeed(desk.deps.pool, deaf, log);
    const watcher = feed.watch(desk.ours.workspaceId, ticket.id);

    const there = await watcher.next();
    const gone = await watcher.next();

    expect([there.value.length, gone.value]).toEqual([1, []]);
    await feed.close();
  });

  test('begins with a fresh look, whatever it knew', async () => {
    const ticket = await desk.receive();
    const feed = new ViewerFeed(desk.deps.pool, deaf, log);
    const early = feed.watch(desk.ours.workspaceId, ticket.id);
    await early.next();
    await desk.system.query(`insert into ticket_viewer values ($1, $2, $3, now(), now(), true)`, [
      desk.ours.workspaceId,
      ticket.id,
      desk.ours.agentId,
    ]);

    const late = await feed.watch(desk.ours.workspaceId, ticket.id).next();

    expect(late.value).toHaveLength(1);
    await eventually(() => feed.size === 1);
    await feed.close();
  });
});
