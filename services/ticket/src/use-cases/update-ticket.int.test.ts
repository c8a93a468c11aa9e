import { TripCounter, watchedPool } from '@smart-tickets/testing/statements';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { CustomFieldStore } from '../persistence/custom-field-store.ts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { readTimeline } from '../../test/timeline.ts';
import { updateTicket } from './update-ticket.ts';

let desk: TicketDesk;

beforeAll(async () => {
  desk = await TicketDesk.open();
  await inWorkspace(desk.deps.pool, desk.ours.workspaceId, (tx) => {
    new CustomFieldStore(tx).save(
      {
        key: 'plan',
        label: 'Plan',
        type: 'ENUM',
        options: ['free', 'paid'],
        required: false,
        default: null,
        appliesTo: 'TICKET',
        archived: false,
      },
      new Date().toISOString(),
    );
    return Promise.resolve(ok(undefined));
  });
});
afterAll(() => desk.close());

interface Payload {
  readonly ticket: { readonly id: string; readonly version: number; readonly status: string } | null;
  readonly userErrors: readonly { code: string; message: string; field: string[] | null }[];
}
const payload = 'ticket { id version status } userErrors { code message field }';

async function update(input: object): Promise<Payload> {
  const answer = await desk.data<{ updateTicket: Payload }>(
    `mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { ${payload} } }`,
    { input },
  );
  return answer.updateTicket;
}

async function addCustomer(parts: { heirId?: string; erasedAt?: string } = {}): Promise<string> {
  const id = newId();
  await desk.system.query(
    `insert into customer (workspace_id, id, name, created_at, heir_id, erased_at) values ($1, $2, 'C', now(), $3, $4)`,
    [desk.ours.workspaceId, id, parts.heirId ?? null, parts.erasedAt ?? null],
  );
  return id;
}

describe('updateTicket', () => {
  test('changes everything at once: one version, one event, an entry of each kind with who, before and after', async () => {
    const ticket = await desk.receive();
    const customerId = await addCustomer();
    const { agentId, teamId, workspaceId } = desk.ours;

    const result = await update({
      id: ticket.id,
      expectedVersion: 1,
      status: 'ON_HOLD',
      priority: 'HIGH',
      assigneeId: agentId.toUpperCase(),
      teamId,
      addTags: ['VIP'],
      subject: 'Other\u0000',
      fields: [{ key: 'plan', value: 'paid' }],
      customerId,
    });

    expect(result).toEqual({ ticket: { id: ticket.id, version: 2, status: 'ON_HOLD' }, userErrors: [] });
    const entries = await readTimeline(desk.deps.pool, workspaceId, ticket.id, 1, 20);
    const now = await desk.ticket(ticket.id);
    expect(now).toMatchObject({
      subject: 'Other',
      fields: { plan: 'paid' },
      customerId,
      assigneeId: agentId,
    });
    expect(
      entries.map((entry) => (entry.type === 'CHANGE' ? [entry.kind, entry.before, entry.after] : [])),
    ).toEqual([
      ['SUBJECT', { subject: 'Help' }, { subject: 'Other' }],
      ['STATUS', { status: 'NEW' }, { status: 'ON_HOLD' }],
      ['PRIORITY', { priority: 'NORMAL' }, { priority: 'HIGH' }],
      ['ASSIGNMENT', { assigneeId: null, teamId: null }, { assigneeId: agentId, teamId }],
      ['TAGS', { tags: [] }, { tags: ['vip'] }],
      ['CUSTOMER', { customerId: ticket.customerId }, { customerId }],
      ['FIELDS', { fields: {} }, { fields: { plan: 'paid' } }],
    ]);
    expect(new Set(entries.map(({ at, actor }) => `${at} ${actor.type} ${actor.id}`))).toEqual(
      new Set([`${now.updatedAt} AGENT ${agentId}`]),
    );
    const events = await desk.eventsOf(ticket.id);
    expect(events.map(({ kind, ticket: { version } }) => [kind, version])).toEqual([
      ['TICKET_CREATED', 1],
      ['TICKET_CHANGED', 2],
    ]);
  });

  test('null leaves everything but the assignment as it is, and what changes nothing writes nothing', async () => {
    const ticket = await desk.receive();
    await update({ id: ticket.id, assigneeId: desk.ours.agentId, teamId: desk.ours.teamId });

    const leave = {
      status: null,
      priority: null,
      subject: null,
      fields: null,
      customerId: null,
      addTags: null,
    };
    const left = await update({ id: ticket.id, ...leave });
    const same = await update({ id: ticket.id, status: 'NEW', assigneeId: desk.ours.agentId, fields: [] });
    const unassigned = await update({ id: ticket.id, assigneeId: null });

    expect([left, same].map(({ ticket: now }) => now?.version)).toEqual([2, 2]);
    expect(unassigned.ticket).toMatchObject({ version: 3, status: 'NEW' });
    expect(await desk.ticket(ticket.id)).toMatchObject({ assigneeId: null, teamId: desk.ours.teamId });
    expect(await desk.eventsOf(ticket.id)).toHaveLength(3);
  });

  test('fault 25: of fifty updates of one version one wins; the others are given the ticket as it is now', async () => {
    const ticket = await desk.receive();

    const results = await Promise.all(
      Array.from({ length: 50 }, (_, index) =>
        update({ id: ticket.id, expectedVersion: 1, addTags: [`t${index}`] }),
      ),
    );

    const refused = results.filter(({ userErrors }) => userErrors.length > 0);
    expect(refused).toHaveLength(49);
    for (const { ticket: now, userErrors } of refused) {
      expect(now).toEqual({ id: ticket.id, version: 2, status: 'NEW' });
      expect(userErrors).toEqual([
        expect.objectContaining({ code: 'CONFLICT', field: ['input', 'expectedVersion'] }),
      ]);
    }
    expect((await desk.ticket(ticket.id)).tags).toHaveLength(1);
    expect(await desk.eventsOf(ticket.id)).toHaveLength(2);
  });

  test('scenario 31: a hundred agents take one ticket at once: one has it, the others are told who', async () => {
    const ticket = await desk.receive();
    const agents = Array.from({ length: 100 }, () => newId());
    await desk.system.query(
      `insert into assignable (workspace_id, kind, id) select $1, 'AGENT', unnest($2::uuid[])`,
      [desk.ours.workspaceId, agents],
    );

    const answers = await Promise.all(
      agents.map((subject) =>
        desk.data<{ updateTicket: { ticket: object; userErrors: { code: string }[] } }>(
          `mutation ($input: UpdateTicketInput!) {
             updateTicket(input: $input) { ticket { version assignee { id } } userErrors { code } } }`,
          { input: { id: ticket.id, assigneeId: subject, expectedVersion: 1 } },
          { role: 'AGENT', subject },
        ),
      ),
    );

    const { assigneeId } = await desk.ticket(ticket.id);
    expect(agents).toContain(assigneeId);
    const taken = { version: 2, assignee: { id: assigneeId } };
    for (const [nth, { updateTicket: told }] of answers.entries()) {
      const userErrors = agents[nth] === assigneeId ? [] : [{ code: 'CONFLICT' }];
      expect(told).toEqual({ ticket: taken, userErrors });
    }
    const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticket.id, 1, 200);
    const changes = entries.filter(({ type }) => type === 'CHANGE');
    expect(changes).toHaveLength(1);
  });

  test('without a version fifty writers each have their way', async () => {
    const ticket = await desk.receive();

    await Promise.all(
      Array.from({ length: 50 }, (_, index) => update({ id: ticket.id, addTags: [`t${index}`] })),
    );

    const now = await desk.ticket(ticket.id);
    expect([now.tags.length, now.version]).toEqual([50, 51]);
  });

  test('refuses what leads nowhere, or to what is another workspace’s, in the same words', async () => {
    const ticket = await desk.receive();
    const foreign = await desk.receive({}, desk.theirs);
    const heirId = await addCustomer();
    const refusals: [object, string[]][] = [
      [{ id: newId() }, ['input', 'id']],
      [{ id: 'x' }, ['input', 'id']],
      [{ id: foreign.id }, ['input', 'id']],
      [{ id: ticket.id, assigneeId: newId() }, ['input', 'assigneeId']],
      [{ id: ticket.id, assigneeId: 'x' }, ['input', 'assigneeId']],
      [{ id: ticket.id, assigneeId: desk.ours.viewerId }, ['input', 'assigneeId']],
      [{ id: ticket.id, assigneeId: desk.theirs.agentId }, ['input', 'assigneeId']],
      [{ id: ticket.id, assigneeId: desk.ours.teamId }, ['input', 'assigneeId']],
      [{ id: ticket.id, teamId: desk.theirs.teamId }, ['input', 'teamId']],
      [{ id: ticket.id, customerId: newId() }, ['input', 'customerId']],
      [{ id: ticket.id, customerId: foreign.customerId }, ['input', 'customerId']],
      [{ id: ticket.id, customerId: await addCustomer({ heirId }) }, ['input', 'customerId']],
      [{ id: ticket.id, customerId: await addCustomer({ erasedAt: 'now' }) }, ['input', 'customerId']],
    ];

    for (const [input, field] of refusals) {
      const result = await update({ ...input, priority: 'URGENT' });
      expect([input, result.ticket, result.userErrors]).toEqual([
        input,
        null,
        [expect.objectContaining({ code: 'NOT_FOUND', field })],
      ]);
    }
    expect(await desk.ticket(ticket.id)).toEqual(ticket);
  });

  test('an assignee who cannot be assigned to any more may keep what they have', async () => {
    const ticket = await desk.receive();
    const leaver = newId();
    await desk.system.query('insert into assignable (workspace_id, kind, id) values ($1, $2, $3)', [
      desk.ours.workspaceId,
      'AGENT',
      leaver,
    ]);
    await update({ id: ticket.id, assigneeId: leaver });
    await desk.system.query('delete from assignable where id = $1', [leaver]);

    const result = await update({ id: ticket.id, assigneeId: leaver, priority: 'LOW' });

    expect(result).toMatchObject({ ticket: { version: 3 }, userErrors: [] });
  });

  test('tells the move that is not allowed, and of a merged ticket the heir', async () => {
    const ticket = await desk.receive();
    const heir = await desk.receive();
    const merged = await desk.receive();
    await update({ id: ticket.id, status: 'CLOSED' });
    await desk.system.query(
      `update ticket set merged_into = $2, heir_id = $2, status = 'CLOSED' where id = $1`,
      [merged.id, heir.id],
    );

    const reopened = await update({ id: ticket.id, status: 'OPEN' });
    const changed = await update({ id: merged.id, expectedVersion: 77, priority: 'HIGH' });

    expect(reopened.userErrors).toEqual([
      {
        code: 'NOT_ALLOWED_IN_STATUS',
        field: ['input', 'status'],
        message: expect.stringContaining('from CLOSED to OPEN'),
      },
    ]);
    expect(changed.userErrors).toEqual([
      { code: 'NOT_ALLOWED_IN_STATUS', field: ['input', 'id'], message: expect.stringContaining(heir.id) },
    ]);
  });

  test.each([
    [{ fields: [{ key: 'plan', value: 'huge' }] }, 'INVALID', 'fields'],
    [{ fields: [{ key: 'absent', value: 1 }] }, 'INVALID', 'fields'],
    [{ subject: ' \u0000' }, 'INVALID', 'subject'],
    [{ addTags: ['x'.repeat(65)] }, 'LIMIT_EXCEEDED', 'addTags'],
  ])('refuses %j', async (input, code, field) => {
    const ticket = await desk.receive();

    const result = await update({ id: ticket.id, ...input });

    expect(result.userErrors).toEqual([expect.objectContaining({ code, field: ['input', field] })]);
  });

  test('a field’s value is taken away by null, and the others stay', async () => {
    const ticket = await desk.receive();
    await update({ id: ticket.id, fields: [{ key: 'plan', value: 'free' }] });

    await update({ id: ticket.id, fields: [{ key: 'plan', value: null }] });

    expect((await desk.ticket(ticket.id)).fields).toEqual({});
  });

  test('takes two trips to the database, whatever is asked', async () => {
    const ticket = await desk.receive();
    const asked = {
      assigneeId: desk.ours.agentId,
      teamId: desk.ours.teamId,
      customerId: ticket.customerId ?? undefined,
      fields: [{ key: 'plan', value: 'free' }],
    };
    const trips = new TripCounter();
    const pool = watchedPool(desk.deps.pool, trips);

    const result = await updateTicket({ ...desk.deps, pool }, desk.ours.caller, { id: ticket.id, ...asked });

    expect([result.ok, trips.count]).toEqual([true, 2]);
  });
});

test.each(['VIEWER', 'CONNECTOR'] as const)('a %s changes nothing', async (role) => {
  const ticket = await desk.receive();
  const mutations = [
    `updateTicket(input: { id: "${ticket.id}", priority: LOW }) { ticket { id } }`,
    `updateTickets(input: { ids: ["${ticket.id}"], priority: LOW }) { results { ticket { id } } }`,
    `snoozeTicket(id: "${ticket.id}", until: "2030-01-01T00:00:00Z") { ticket { id } }`,
  ];

  for (const mutation of mutations) {
    const answer = await desk.ask(`mutation { ${mutation} }`, {}, { role, subject: desk.ours.viewerId });
    expect(answer.errors?.map(({ extensions }) => extensions.code)).toEqual(['FORBIDDEN']);
  }
  expect(await desk.ticket(ticket.id)).toEqual(ticket);
});
