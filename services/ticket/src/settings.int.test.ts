import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { Subscriber } from '../test/subscriber.ts';
import { TicketDesk } from '../test/ticket-desk.ts';
import type { CustomFieldDefinition } from './domain/custom-field.ts';
import { readCustomFields } from './persistence/custom-field-store.ts';
import { trimEventLog } from './persistence/trim-event-log.ts';
import { upsertCustomField } from './use-cases/upsert-custom-field.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const definitionFields = 'key label type options required default appliesTo archived';
const upsert = `mutation ($input: CustomFieldDefinitionInput!) {
  upsertCustomField(input: $input) { customField { ${definitionFields} } userErrors { code field } } }`;
interface Upserted {
  readonly upsertCustomField: {
    readonly customField: CustomFieldDefinition | null;
    readonly userErrors: { readonly code: string; readonly field: string[] }[];
  };
}

async function define(input: object): Promise<Upserted['upsertCustomField']> {
  return (await desk.data<Upserted>(upsert, { input })).upsertCustomField;
}

describe('custom fields', () => {
  test('are defined once, changed in place, and listed in the order of their making', async () => {
    const plan = await define({ key: 'plan', label: 'Plan', type: 'ENUM', options: ['free', 'paid'] });
    const size = await define({
      key: 'size',
      label: 'Size',
      type: 'NUMBER',
      default: 5,
      appliesTo: 'CUSTOMER',
    });
    const again = await define({ key: 'plan', label: 'The plan', options: ['paid', 'gold'], required: true });

    expect([plan, size, again].map(({ customField }) => customField)).toEqual([
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
      {
        key: 'size',
        label: 'Size',
        type: 'NUMBER',
        options: null,
        required: false,
        default: 5,
        appliesTo: 'CUSTOMER',
        archived: false,
      },
      {
        key: 'plan',
        label: 'The plan',
        type: 'ENUM',
        options: ['paid', 'gold'],
        required: true,
        default: null,
        appliesTo: 'TICKET',
        archived: false,
      },
    ]);
    const listed = await desk.data<Record<string, { key: string }[]>>(
      '{ all: customFields { key } theirs: customFields(appliesTo: CUSTOMER) { key } }',
    );
    expect(listed).toEqual({ all: [{ key: 'plan' }, { key: 'size' }], theirs: [{ key: 'size' }] });
  });

  test('a repeat writes nothing', async () => {
    const input = { key: 'again', label: 'Again', type: 'TEXT', default: 'x' };
    const row = async () =>
      (await desk.system.query(`select xmin::text, created_at from custom_field where key = 'again'`)).rows;
    await define(input);
    const before = await row();

    const repeated = await define(input);

    expect([repeated.userErrors, await row()]).toEqual([[], before]);
  });

  test('of several at once each sees what the one before has made', async () => {
    const { deps, ours } = desk;
    const types = ['TEXT', 'NUMBER', 'BOOLEAN', 'DATE'] as const;

    const results = await Promise.all(
      types.map((type) =>
        upsertCustomField(deps, ours.caller, { key: 'contested', appliesTo: 'TICKET', label: type, type }),
      ),
    );

    const won = results.filter(({ ok }) => ok);
    const definitions = await readCustomFields(deps.pool, ours.workspaceId, 'TICKET');
    const kept = definitions.filter(({ key }) => key === 'contested');
    expect([won.map((result) => result.ok && result.value), results.length - won.length]).toEqual([kept, 3]);
  });

  test('the limit counts for each owner by itself', async () => {
    const { deps, theirs } = desk;
    const input = (key: string, appliesTo: 'TICKET' | 'CUSTOMER') =>
      ({ key, appliesTo, label: 'L', type: 'TEXT' }) as const;
    for (let i = 0; i < 200; i += 1) {
      await upsertCustomField(deps, theirs.caller, input(`k${i}`, 'TICKET'));
    }

    expect(await upsertCustomField(deps, theirs.caller, input('k200', 'TICKET'))).toMatchObject({
      ok: false,
      error: { code: 'LIMIT_EXCEEDED' },
    });
    expect((await upsertCustomField(deps, theirs.caller, input('k1', 'TICKET'))).ok).toBe(true);
    expect((await upsertCustomField(deps, theirs.caller, input('k200', 'CUSTOMER'))).ok).toBe(true);
  });

  test('all defaults together are no more than a ticket holds; those that were more can be made less', async () => {
    const text = (length: number) => 'x'.repeat(length);
    for (const key of ['long_a', 'long_b', 'long_c']) {
      await define({ key, label: 'L', type: 'TEXT', default: text(10_000) });
    }

    const more = await define({ key: 'long_d', label: 'L', type: 'TEXT', default: text(3_000) });
    const grown = await define({ key: 'long_a', label: 'Longer', default: text(9_000) });
    const none = await define({ key: 'long_d', label: 'L', type: 'TEXT' });
    const later = await define({ key: 'long_d', default: text(4_000) });
    const ticket = await desk.receive();
    for (const key of ['long_a', 'long_b', 'long_c', 'long_d']) await define({ key, archived: true });

    const tooMuch = [{ code: 'LIMIT_EXCEEDED', field: ['input', 'default'] }];
    expect([more, grown, none, later].map(({ userErrors }) => userErrors)).toEqual([
      tooMuch,
      [],
      [],
      tooMuch,
    ]);
    expect(JSON.stringify(ticket.fields).length).toBeLessThanOrEqual(32_000);
  });

  test('only an admin defines them, and faults name the input', async () => {
    for (const role of ['AGENT', 'VIEWER', 'CONNECTOR'] as const) {
      const answer = await desk.ask(upsert, { input: { key: 'a', label: 'A', type: 'TEXT' } }, { role });
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    expect(await define({ key: 'A', label: 'A', type: 'TEXT' })).toEqual({
      customField: null,
      userErrors: [{ code: 'INVALID', field: ['input', 'key'] }],
    });
  });

  test('a ticket that a message opens has the defaults and shows its fields in the order of the definitions', async () => {
    await define({ key: 'zone', label: 'Zone', type: 'TEXT', default: 'north' });
    await define({ key: 'area', label: 'Area', type: 'NUMBER', default: 0 });
    await define({ key: 'gone', label: 'Gone', type: 'TEXT', default: 'x', archived: true });

    const ticket = await desk.receive();

    await desk.system.query(
      `update ticket set fields = fields || '{"undefined_key": 1, "gone": "kept"}' where id = $1`,
      [ticket.id],
    );
    const { ticket: shown } = await desk.data<{ ticket: { fields: unknown[] } }>(
      'query ($id: ID!) { ticket(id: $id) { fields { key value } } }',
      { id: ticket.id },
    );
    expect(shown.fields).toEqual([
      { key: 'again', value: 'x' },
      { key: 'zone', value: 'north' },
      { key: 'area', value: 0 },
      { key: 'gone', value: 'kept' },
    ]);
    const [created] = await desk.eventsOf(ticket.id);
    expect(created?.ticket.fields).toEqual({ again: 'x', zone: 'north', area: 0 });
  });

  test('a value whose option was taken out stays readable', async () => {
    await define({ key: 'tier', label: 'Tier', type: 'ENUM', options: ['a', 'b'], default: 'a' });
    const ticket = await desk.receive();

    await define({ key: 'tier', options: ['b'], default: null });

    const { ticket: shown } = await desk.data<{ ticket: { fields: { key: string; value: unknown }[] } }>(
      'query ($id: ID!) { ticket(id: $id) { fields { key value } } }',
      { id: ticket.id },
    );
    expect(shown.fields.find(({ key }) => key === 'tier')).toEqual({ key: 'tier', value: 'a' });
  });
});

describe('the workspace', () => {
  const update = `mutation ($input: UpdateWorkspaceInput!) { updateWorkspace(input: $input) {
    workspace { id name timeZone closeResolvedAfterDays retentionDays } userErrors { code field } } }`;
  const changes = async () => {
    const { rows } = await desk.system.query<{ payload: unknown }>(
      `select payload from (select workspace_id, topic, payload, created_at from outbox
          union all select workspace_id, topic, payload, at from event_log) e
        where topic = 'workspace.changed' and workspace_id = $1 order by created_at`,
      [desk.ours.workspaceId],
    );
    return rows.map(({ payload }) => payload);
  };

  test('is changed by an admin, with one event for each change and none for a repeat', async () => {
    const input = { name: ' Acme ', timeZone: 'europe/vienna', closeResolvedAfterDays: 0, retentionDays: 30 };
    const settings = {
      name: 'Acme',
      timeZone: 'Europe/Vienna',
      closeResolvedAfterDays: 0,
      retentionDays: 30,
    };

    const first = await desk.data<{ updateWorkspace: unknown }>(update, { input });
    const again = await desk.data<{ updateWorkspace: unknown }>(update, { input });

    const workspace = { id: desk.ours.workspaceId, ...settings };
    expect([first, again]).toEqual([
      { updateWorkspace: { workspace, userErrors: [] } },
      { updateWorkspace: { workspace, userErrors: [] } },
    ]);
    expect(await changes()).toEqual([settings]);
  });

  test.each([
    ['name', { name: ' ' }],
    ['name', { name: 'x'.repeat(201) }],
    ['timeZone', { timeZone: 'Mars/Olympus' }],
    ['timeZone', { timeZone: '+01:00' }],
    ['closeResolvedAfterDays', { closeResolvedAfterDays: -1 }],
    ['closeResolvedAfterDays', { closeResolvedAfterDays: 366 }],
    ['retentionDays', { retentionDays: 0 }],
    ['retentionDays', { retentionDays: 31 }],
  ])('refuses a wrong %s', async (field, input) => {
    const answer = await desk.data<{ updateWorkspace: object }>(update, { input });

    expect(answer.updateWorkspace).toEqual({
      workspace: null,
      userErrors: [{ code: 'INVALID', field: ['input', field] }],
    });
  });

  test('takes each limit itself', async () => {
    for (const input of [
      { name: 'x'.repeat(200), timeZone: 'UTC' },
      { closeResolvedAfterDays: 365, retentionDays: 1 },
    ]) {
      const { updateWorkspace } = await desk.data<{ updateWorkspace: { userErrors: unknown[] } }>(update, {
        input,
      });
      expect(updateWorkspace.userErrors).toEqual([]);
    }
  });

  test('is not changed by others', async () => {
    const answer = await desk.ask(update, { input: { name: 'Mine' } }, { role: 'AGENT' });

    expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
  });
});

describe('the event log', () => {
  test("scenario 28: is kept for the workspace's own days; a cursor from before that is refused as expired", async () => {
    const { ours, theirs, system } = desk;
    await system.query('update workspace set retention_days = case workspace_id when $1 then 2 else 20 end', [
      ours.workspaceId,
    ]);
    for (const place of [ours, theirs]) {
      await desk.receive({}, place);
      await desk.receive({}, place);
      await desk.receive({}, place);
    }
    const handed = async () => {
      const { rows } = await system.query<{ waiting: number }>(
        `select (select count(*) from outbox) + (select count(*) from event_log where not handed_over) as waiting`,
      );
      return rows[0]?.waiting === 0 ? true : null;
    };
    await eventually(handed);
    // All but the newest are three days old, and one of them was not handed over.
    await system.query(`update event_log l set at = now() - interval '3 days'
                         where pos < (select pos from event_log_head h where h.workspace_id = l.workspace_id)`);
    const left = async () => {
      const { rows } = await system.query<{ ours: number; theirs: number; head: number }>(
        `select (select min(pos) from event_log where workspace_id = $1) as ours,
                (select min(pos) from event_log where workspace_id = $2) as theirs,
                (select pos from event_log_head where workspace_id = $1) as head`,
        [ours.workspaceId, theirs.workspaceId],
      );
      return rows[0];
    };
    const head = (await left())?.head ?? 0;

    const client = await system.connect();
    try {
      // Uncommitted, so that it is not handed over before it can be trimmed.
      await client.query('begin');
      await client.query('update event_log set handed_over = false where workspace_id = $1 and pos = $2', [
        ours.workspaceId,
        head - 1,
      ]);
      await client.query(trimEventLog, [7, 5_000]);
      await client.query('commit');
    } finally {
      client.release();
    }

    expect(await left()).toMatchObject({ ours: head - 1, theirs: 1 });

    await eventually(handed);
    let removed: number | null = 1;
    for (; removed === 1; removed = (await system.query(trimEventLog, [7, 1])).rowCount);

    expect(await left()).toMatchObject({ ours: head, theirs: 1, head });
    const cursor = (pos: number) =>
      Buffer.from(JSON.stringify([1, 'ticket-event', pos])).toString('base64url');
    const events = 'subscription ($after: String) { ticketEvents(after: $after) { cursor } }';
    const expired = new Subscriber(desk, events, { after: cursor(head - 2) });
    expect(await expired.end()).toMatchObject([{ extensions: { code: 'CURSOR_EXPIRED' } }]);
    const kept = new Subscriber<{ ticketEvents: { cursor: string } }>(desk, events, {
      after: cursor(head - 1),
    });
    await kept.until(({ ticketEvents }) => ticketEvents.cursor === cursor(head));
    await Promise.all([expired.close(), kept.close()]);
  });
});
