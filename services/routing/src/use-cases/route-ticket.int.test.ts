import { watchedPool } from '@smart-tickets/testing/statements';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { TicketEvent } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import type pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { plantSeed } from './plant-seed.ts';
import { routeTicket, type RouteTicketParts } from './route-ticket.ts';

const log = createLogger('test', 'silent');
const now = '2026-11-22T15:00:00.000Z';
let database: TestDatabase;
let pool: pg.Pool;
let systemPool: pg.Pool;
let parts: RouteTicketParts;
let workspaceId: string;
const team = { id: '', name: 'Support' };
const other = { id: '', name: 'Billing' };
let agents: { id: string; name: string; email: string; role: string; teamIds: string[] }[];

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  pool = createPool(database.url, appRole, 'test', 12, log);
  systemPool = createPool(database.url, systemRole, 'test-system', 2, log);
  parts = { pool, newId, now: () => new Date(now), eventsWritten: () => undefined };
});
afterAll(async () => {
  await pool.end();
  await systemPool.end();
  await database.drop();
});

beforeEach(async () => {
  workspaceId = newId();
  team.id = newId();
  other.id = newId();
  agents = [
    { id: newId(), name: 'Ada', email: 'ada@example.org', role: 'ADMIN', teamIds: [team.id, other.id] },
    { id: newId(), name: 'Bob', email: 'bob@example.org', role: 'AGENT', teamIds: [team.id] },
    { id: newId(), name: 'Cleo', email: 'cleo@example.org', role: 'AGENT', teamIds: [team.id] },
    { id: newId(), name: 'Vic', email: 'vic@example.org', role: 'VIEWER', teamIds: [team.id] },
  ];
  await plantSeed(systemPool, seed());
});

function seed(): object {
  return { workspace: { id: workspaceId }, teams: [team, other], agents, channels: [] };
}

function created(ticket: Partial<TicketEvent['ticket']> = {}, channelTeamId: string | null = team.id) {
  return sampleJob(workspaceId, { channelTeamId, ticket });
}

async function rowsOf(table: string): Promise<Record<string, unknown>[]> {
  const { rows } = await systemPool.query<Record<string, unknown>>(
    `select * from ${table} where workspace_id = $1`,
    [workspaceId],
  );
  return rows;
}

test('keeps the decision and emits it as a command that follows from the event', async () => {
  const job = created();

  const decided = await routeTicket(parts, job);

  const reason = "The channel belongs to team Support; it was Ada's turn.";
  expect(decided).toEqual({
    ok: true,
    value: {
      id: expect.any(String),
      ticketId: job.payload.ticket.id,
      decidedAt: now,
      teamId: team.id,
      agentId: agents[0]?.id,
      reason,
    },
  });
  expect(await rowsOf('outbox')).toMatchObject([
    {
      topic: 'routing.assignment-decided',
      payload: { ticketId: job.payload.ticket.id, teamId: team.id, assigneeId: agents[0]?.id, reason },
      cause: { requestId: 'request-1', eventId: job.id, depth: 3 },
    },
  ]);
});

test('gives fifty tickets that come at once to the members in equal parts', async () => {
  const jobs = Array.from({ length: 51 }, () => created());

  await Promise.all(jobs.map((job) => routeTicket(parts, job)));

  const decisions = await rowsOf('assignment_decision');
  const byAgent = Map.groupBy(decisions, ({ agent_id }) => agent_id);
  expect(decisions).toHaveLength(51);
  expect(agents.map(({ id }) => byAgent.get(id)?.length ?? 0)).toEqual([17, 17, 17, 0]);
});

test('goes round strictly, one after the other', async () => {
  const names: (string | undefined)[] = [];
  for (let n = 0; n < 5; n += 1) {
    const decided = await routeTicket(parts, created());
    if (decided.ok) names.push(agents.find(({ id }) => id === decided.value?.agentId)?.name);
  }

  expect(names).toEqual(['Ada', 'Bob', 'Cleo', 'Ada', 'Bob']);
});

test('changes nothing when the same job comes again, also at the same time', async () => {
  const job = created();

  await Promise.all(Array.from({ length: 10 }, () => routeTicket(parts, job)));
  await routeTicket(parts, job);

  expect(await rowsOf('assignment_decision')).toHaveLength(1);
  expect(await rowsOf('outbox')).toHaveLength(1);
  expect(await rowsOf('team_rotation')).toMatchObject([{ last_position: 1 }]);
});

describe('records nothing', () => {
  test('for a ticket that somebody has already', async () => {
    expect(await routeTicket(parts, created({ teamId: team.id }))).toEqual({ ok: true, value: null });
    expect(await routeTicket(parts, created({ assigneeId: newId() }))).toEqual({ ok: true, value: null });

    expect(await rowsOf('assignment_decision')).toEqual([]);
    expect(await rowsOf('outbox')).toEqual([]);
  });

  test('in a workspace without teams', async () => {
    workspaceId = newId();

    expect(await routeTicket(parts, created())).toEqual({ ok: true, value: null });
    expect(await rowsOf('outbox')).toEqual([]);
  });
});

describe('scenario 35: a ticket that its customer brought back', () => {
  const back = (assigneeId: string | undefined, teamId: string | null = team.id) =>
    sampleJob(workspaceId, {
      text: 'Here again',
      ticket: { assigneeId: assigneeId ?? '', teamId, status: 'OPEN', version: 2 },
    });

  test('stays with an agent who takes tickets', async () => {
    expect(await routeTicket(parts, back(agents[1]?.id))).toEqual({ ok: true, value: null });
    expect(await rowsOf('assignment_decision')).toEqual([]);
  });

  test.each([
    ['in its team', true, 'It stays in team Support'],
    ['without a team', false, 'The channel has no team, so team Billing takes it as the first by name'],
  ])('goes to whose turn it is where its agent takes none any more, %s', async (_name, inTeam, why) => {
    const vic = agents[3]?.id ?? '';

    const decided = await routeTicket(parts, back(vic, inTeam ? team.id : null));

    const turn = inTeam ? "it was Ada's turn" : 'Ada is alone in it';
    const reason = `The customer came back, and Vic takes no tickets any more. ${why}; ${turn}.`;
    expect(decided.ok && decided.value).toMatchObject({ agentId: agents[0]?.id, reason });
    expect(await rowsOf('outbox')).toMatchObject([
      { payload: { assigneeId: agents[0]?.id, inPlaceOf: vic } },
    ]);
  });

  test('goes back to the team where its agent is not known any more and nobody else works there', async () => {
    const empty = { id: newId(), name: 'Empty' };
    await plantSeed(systemPool, { ...seed(), teams: [empty], agents: [] });
    const gone = newId();

    await routeTicket(parts, back(gone, empty.id));

    expect(await rowsOf('outbox')).toMatchObject([
      { payload: { teamId: empty.id, assigneeId: null, inPlaceOf: gone } },
    ]);
  });
});

test("gives another workspace's team no ticket", async () => {
  const foreign = { id: newId(), name: 'Foreign' };
  await plantSeed(systemPool, { workspace: { id: newId() }, teams: [foreign], agents: [], channels: [] });

  const decided = await routeTicket(parts, created({}, foreign.id));

  expect(decided.ok && decided.value).toMatchObject({
    teamId: other.id,
    reason:
      'The team of the channel is not known, so team Billing takes it as the first by name; Ada is alone in it.',
  });
});

test('knows the team of the channel among more teams than a list shows', async () => {
  await systemPool.query(
    `insert into team select $1, gen_random_uuid(), 'A' || n from generate_series(1, 1001) n`,
    [workspaceId],
  );

  const decided = await routeTicket(parts, created());

  expect(decided.ok && decided.value).toMatchObject({ teamId: team.id, agentId: agents[0]?.id });
});

test('holds the rotation for one round trip before the commit is on its way', async () => {
  const sent: string[][] = [];
  const watched = watchedPool(pool, {
    sent: (statements) => sent.push(statements.map(({ name, text }) => name ?? text)),
  });

  await routeTicket({ ...parts, pool: watched }, created());

  expect(sent.slice(sent.findIndex((names) => names.includes('rotation-lock')))).toEqual([
    ['rotation-lock', 'members-of-team'],
    ['rotation-move', 'decision-insert', 'outbox-insert', 'tx-commit'],
  ]);
});

test('leaves the ticket in a team that nobody works in', async () => {
  const empty = { id: newId(), name: 'Empty' };
  await plantSeed(systemPool, { ...seed(), teams: [empty], agents: [] });

  const decided = await routeTicket(parts, created({}, empty.id));

  expect(decided.ok && decided.value).toMatchObject({ teamId: empty.id, agentId: null });
  expect(await rowsOf('outbox')).toMatchObject([{ payload: { assigneeId: null } }]);
});

describe('the seed', () => {
  test('can be planted again and by several at once', async () => {
    await Promise.all(Array.from({ length: 5 }, () => plantSeed(systemPool, seed())));

    expect(await rowsOf('team_member')).toHaveLength(5);
  });

  test('leaves alone what has changed since', async () => {
    await systemPool.query('update agent set name = $2 where workspace_id = $1 and id = $3', [
      workspaceId,
      'Ada L.',
      agents[0]?.id,
    ]);

    await plantSeed(systemPool, seed());

    expect((await rowsOf('agent')).map(({ name }) => name)).toContain('Ada L.');
  });

  test('may be missing', async () => {
    await expect(plantSeed(systemPool, null)).resolves.toBeUndefined();
  });
});
