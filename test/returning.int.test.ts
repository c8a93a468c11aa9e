import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { Departments, departmentsSeed } from './support/departments.ts';
import { Services } from './support/services.ts';
import { WorkspaceRows } from './support/workspace-rows.ts';

const ask = (parts: object = {}) =>
  mail({ from: 'ada@example.org', to: 'support@example.com', messageId: `${newId()}@example.org`, ...parts });

describe.each(queueBackends.slice(0, 1))('scenario 35: a customer who comes back, on $name', ({ open }) => {
  const seed = departmentsSeed();
  let services: Services;
  let desk: Departments;
  let rows: WorkspaceRows;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    desk = new Departments(services, seed);
    rows = await WorkspaceRows.open(services);
  });
  afterAll(async () => {
    await rows.close();
    await services.stop();
  });

  async function assigneeOf(id: string): Promise<string | null> {
    const [ticket] = await rows.query<{ assigneeId: string | null }>(
      'ticket',
      'select assignee_id as "assigneeId" from ticket where id = $1',
      [id],
    );
    return ticket?.assigneeId ?? null;
  }

  const setRole = (agentId: string, role: string): Promise<unknown> =>
    rows.query('routing', 'update agent set role = $2 where id = $1', [agentId, role]);

  test('finds an agent who takes tickets: the same one, else the one whose turn it is', async () => {
    const [first] = await desk.arrive(ask(), ['support']);
    const id = first?.ticket?.id ?? '';
    const owner = await eventually(() => assigneeOf(id));
    const before = await desk.answer(id, 'Use water');
    await desk.arrive(ask({ inReplyTo: before.headers['Message-ID'], text: 'It still burns' }), ['support']);
    await rows.settled(seed.workspace.id);
    const stayed = await assigneeOf(id);
    const answered = await desk.answer(id, 'Use more water');

    await setRole(owner, 'VIEWER');
    await desk.arrive(ask({ inReplyTo: answered.headers['Message-ID'], text: 'And now?' }), ['support']);

    const next = await eventually(async () => {
      const assigneeId = await assigneeOf(id);
      return assigneeId === owner ? null : assigneeId;
    });
    expect(stayed).toBe(owner);
    expect(seed.agents.map((agent) => agent.id).filter((agentId) => agentId !== owner)).toContain(next);
    expect((await desk.ticket(id)).status).toBe('OPEN');
    await setRole(owner, 'AGENT');
  });
});
