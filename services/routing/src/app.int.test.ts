import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jobs, type Role } from '@smart-tickets/contracts';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { eventually } from '@smart-tickets/testing/eventually';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { sampleJob } from '@smart-tickets/testing/sample-job';
import { startRouting } from './app.ts';
import { migrations } from './persistence/migrations/index.ts';
import { plantSeed } from './use-cases/plant-seed.ts';

const key = 'k'.repeat(40);

function workspace() {
  const [id, support, billing, ada, bob] = Array.from({ length: 5 }, () => newId()) as [
    ...[string, string, string, string, string],
  ];
  const seed = {
    workspace: { id, name: 'W', timeZone: 'UTC' },
    teams: [
      { id: support, name: 'Support' },
      { id: billing, name: 'Billing' },
    ],
    agents: [
      { id: ada, name: 'Ada', email: 'ada@example.org', role: 'ADMIN', teamIds: [support, billing] },
      { id: bob, name: 'Bob', email: 'bob@example.org', role: 'AGENT', teamIds: [support] },
    ],
    channels: [],
  };
  return { id, support, billing, ada, bob, seed };
}

describe.each(queueBackends)('routing on $name', ({ open }) => {
  const ours = workspace();
  const theirs = workspace();
  const ticketId = newId();
  let database: TestDatabase;
  let queues: TestQueues;
  let parts: ReturnType<typeof openParts>;
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
    parts = openParts('routing', config);
    running = await startRouting(parts, ours.seed);
    await plantSeed(parts.systemPool, theirs.seed);
    await parts.queues.add(jobs.routeTicket, [
      sampleJob(ours.id, { channelTeamId: ours.support, ticket: { id: ticketId } }),
    ]);
  });
  afterAll(async () => {
    await running.stop();
    await database.drop();
    await queues.drop();
  });

  interface Answer {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: { code: string } }[];
  }

  async function ask(
    query: string,
    variables: object = {},
    viewer: { workspaceId?: string; role?: Role; subject?: string } = {},
  ): Promise<Answer> {
    const { workspaceId = ours.id, role = 'AGENT', subject = ours.bob } = viewer;
    const response = await fetch(`http://127.0.0.1:${running.port}/graphql`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [internalTokenHeader]: signInternalToken(
          key,
          { workspaceId, role, subject, generation: null },
          Date.now(),
        ),
      },
      body: JSON.stringify({ query, variables }),
    });
    return (await response.json()) as Answer;
  }

  const entities = (type: string, fields: string): string =>
    `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on ${type} { ${fields} } } }`;

  function references(type: string, ids: readonly string[]): object {
    return { representations: ids.map((id) => ({ __typename: type, id })) };
  }

  test('routes a ticket from the queue and tells why', async () => {
    const query = entities('Ticket', 'id assignments { at reason agent { name } team { name strategy } }');

    const answer = await eventually(async () => {
      const { data } = await ask(query, references('Ticket', [ticketId]));
      return JSON.stringify(data).includes('reason') && data;
    });

    expect(answer).toEqual({
      _entities: [
        {
          id: ticketId,
          assignments: [
            {
              at: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
              reason: "The channel belongs to team Support; it was Ada's turn.",
              agent: { name: 'Ada' },
              team: { name: 'Support', strategy: 'ROUND_ROBIN' },
            },
          ],
        },
      ],
    });
  });

  test('hands the decision over as a command for the ticket service', async () => {
    const logged = await eventually(async () => {
      const { rows } = await parts.systemPool.query('select topic, payload from event_log');
      return rows.length > 0 && rows;
    });

    expect(logged).toMatchObject([
      { topic: 'routing.assignment-decided', payload: { ticketId, assigneeId: ours.ada } },
    ]);
    expect(
      await eventually(async () => {
        const { waiting } = await parts.queues.counts(jobs.assignTicket);
        return waiting === 1 && waiting;
      }),
    ).toBe(1);
  });

  describe('people', () => {
    test('are listed by name, or in the order of a team', async () => {
      const answer = await ask(
        `query ($team: ID!) {
         me { name teams { name } }
         agents { name email role }
         inTeam: agents(teamId: $team) { name }
         teams { name agents { name } }
         team(id: $team) { name }
       }`,
        { team: ours.support },
      );

      expect(answer).toEqual({
        data: {
          me: { name: 'Bob', teams: [{ name: 'Support' }] },
          agents: [
            { name: 'Ada', email: 'ada@example.org', role: 'ADMIN' },
            { name: 'Bob', email: 'bob@example.org', role: 'AGENT' },
          ],
          inTeam: [{ name: 'Ada' }, { name: 'Bob' }],
          teams: [
            { name: 'Billing', agents: [{ name: 'Ada' }] },
            { name: 'Support', agents: [{ name: 'Ada' }, { name: 'Bob' }] },
          ],
          team: { name: 'Support' },
        },
      });
    });

    test('are found as entities in the order asked, also twice and in capital letters', async () => {
      const answer = await ask(
        entities('Agent', 'name'),
        references('Agent', [ours.bob, ours.ada.toUpperCase(), newId(), 'no id', ours.bob]),
      );

      expect(answer.data).toEqual({
        _entities: [{ name: 'Bob' }, { name: 'Ada' }, null, null, { name: 'Bob' }],
      });
    });
  });

  test('gives nothing of another workspace by any query or entity', async () => {
    const viewer = { workspaceId: theirs.id, subject: ours.ada };
    const lists = await ask(
      `query ($team: ID!, $agent: ID!) {
       me { id }
       agent(id: $agent) { id }
       team(id: $team) { id }
       inTeam: agents(teamId: $team) { id }
       agents { id }
       teams { id agents { id } }
     }`,
      { team: ours.support, agent: ours.ada },
      viewer,
    );
    const [agents, teams, tickets] = await Promise.all([
      ask(entities('Agent', 'id name teams { id }'), references('Agent', [ours.ada]), viewer),
      ask(entities('Team', 'id name agents { id }'), references('Team', [ours.support]), viewer),
      ask(entities('Ticket', 'assignments { reason }'), references('Ticket', [ticketId]), viewer),
    ]);

    expect(lists.data).toMatchObject({ me: null, agent: null, team: null, inTeam: [] });
    expect(JSON.stringify(lists)).not.toContain(ours.ada);
    expect(JSON.stringify(lists)).not.toContain(ours.support);
    expect(lists.data?.['agents']).toHaveLength(2);
    expect(agents).toEqual({ data: { _entities: [null] } });
    expect(teams).toEqual({ data: { _entities: [null] } });
    expect(tickets).toEqual({ data: { _entities: [{ assignments: [] }] } });
  });

  describe('a connector', () => {
    const viewer = { role: 'CONNECTOR', subject: newId() } as const;

    test.each([
      'agents { id }',
      'teams { id }',
      `agent(id: "${newId()}") { id }`,
      `team(id: "${newId()}") { id }`,
    ])('may not ask for %s', async (field) => {
      const answer = await ask(`{ ${field} }`, {}, viewer);

      expect(answer.errors).toMatchObject([{ extensions: { code: 'FORBIDDEN' } }]);
    });

    test('is nobody and gets empty entities', async () => {
      const me = await ask('{ me { id } }', {}, viewer);
      const agent = await ask(entities('Agent', 'name'), references('Agent', [ours.ada]), viewer);
      const team = await ask(entities('Team', 'name'), references('Team', [ours.support]), viewer);
      const ticket = await ask(
        entities('Ticket', 'assignments { reason }'),
        references('Ticket', [ticketId]),
        viewer,
      );

      expect([me, agent, team, ticket]).toEqual([
        { data: { me: null } },
        { data: { _entities: [null] } },
        { data: { _entities: [null] } },
        { data: { _entities: [{ assignments: [] }] } },
      ]);
    });
  });

  test('gives ten assignments where null is asked for', async () => {
    const many = newId();
    await parts.systemPool.query(
      `insert into assignment_decision (workspace_id, id, ticket_id, decided_at, reason)
     select $1, gen_random_uuid(), $2, now(), 'nth ' || n from generate_series(1, 12) n`,
      [ours.id, many],
    );

    const answer = await ask(
      entities('Ticket', 'assignments(first: null) { reason }'),
      references('Ticket', [many]),
    );

    expect(answer.errors).toBeUndefined();
    expect(answer.data).toEqual({
      _entities: [{ assignments: Array.from({ length: 10 }, () => ({ reason: expect.any(String) })) }],
    });
  });

  test('lists at most a thousand agents, teams, agents of a team and teams of an agent', async () => {
    const id = newId();
    const team = newId();
    const agent = newId();
    const made = [
      [`insert into team select $1, gen_random_uuid(), 'T' || n from generate_series(1, 1001) n`, [id]],
      [`insert into team values ($1, $2, 'A')`, [id, team]],
      [
        `insert into agent select $1, gen_random_uuid(), 'A' || n, 'a', 'AGENT' from generate_series(1, 1001) n`,
        [id],
      ],
      [`insert into agent values ($1, $2, 'B', 'b', 'AGENT')`, [id, agent]],
      [
        `insert into team_member
       select workspace_id, $2, id, row_number() over () from agent where workspace_id = $1`,
        [id, team],
      ],
      [
        `insert into team_member
       select workspace_id, id, $3, 1 from team where workspace_id = $1 and id <> $2`,
        [id, team, agent],
      ],
    ] as const;
    for (const [text, values] of made) await parts.systemPool.query(text, [...values]);

    const { data } = await ask(
      `query ($team: ID!, $agent: ID!) {
       agents { id } teams { id } inTeam: agents(teamId: $team) { id }
       team(id: $team) { agents { id } } agent(id: $agent) { teams { id } }
     }`,
      { team, agent },
      { workspaceId: id },
    );

    const thousand = Array.from({ length: 1_000 }, () => ({ id: expect.any(String) }));
    expect(data).toEqual({
      agents: thousand,
      teams: thousand,
      inTeam: thousand,
      team: { agents: thousand },
      agent: { teams: thousand },
    });
  });

  test.each([-1, 51])('refuses %i assignments', async (first) => {
    const answer = await ask(
      entities('Ticket', `assignments(first: ${first}) { reason }`),
      references('Ticket', [ticketId]),
    );

    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([0, 50])('allows %i assignments', async (first) => {
    const answer = await ask(
      entities('Ticket', `assignments(first: ${first}) { reason }`),
      references('Ticket', [newId(), 'no id']),
    );

    expect(answer).toEqual({ data: { _entities: [{ assignments: [] }, { assignments: [] }] } });
  });

  test('answers its health pages', async () => {
    const base = `http://127.0.0.1:${running.port}`;

    expect((await fetch(`${base}/livez`)).status).toBe(200);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    expect(await (await fetch(`${base}/metrics`)).text()).toContain('smart_tickets_outbox_events');
  });
});
