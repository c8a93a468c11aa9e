import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { eventually } from '@smart-tickets/testing/eventually';
import { TicketDesk } from '../test/ticket-desk.ts';
import { WebhookReceiver } from '../test/webhook-receiver.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open({ ROLES: 'api' });
});
afterAll(async () => {
  await desk.close();
});

const shown = 'id name url events enabled disabledReason createdAt';
const create = `mutation ($input: CreateWebhookInput!) {
  createWebhook(input: $input) { webhook { ${shown} } secret userErrors { code message field } } }`;
const update = `mutation ($input: UpdateWebhookInput!) {
  updateWebhook(input: $input) { webhook { ${shown} } userErrors { code message field } } }`;
const rotate = `mutation ($id: ID!) {
  rotateWebhookSecret(id: $id) { webhook { id } secret userErrors { code message field } } }`;
const remove = `mutation ($id: ID!) { deleteWebhook(id: $id) { webhook { id enabled } userErrors { code message field } } }`;
const redrive = `mutation ($webhookId: ID!, $id: ID!) {
  redriveWebhookDelivery(webhookId: $webhookId, id: $id) { webhook { id } userErrors { code message field } } }`;
const deliveriesQuery = `query ($id: ID!, $status: [WebhookDeliveryStatus!], $first: Int, $after: String) {
  webhook(id: $id) { deliveries(status: $status, first: $first, after: $after) {
    nodes { id event status nextAttemptAt ticket { id } attempts { at responseStatus detail durationMs } }
    pageInfo { hasNextPage endCursor } } } }`;

interface Payload {
  readonly webhook: {
    readonly id: string;
    readonly enabled: boolean;
    readonly disabledReason: string | null;
  } | null;
  readonly secret?: string | null;
  readonly userErrors: { readonly code: string; readonly message: string; readonly field: string[] }[];
}
interface DeliveriesPage {
  readonly webhook: {
    readonly deliveries: {
      readonly nodes: {
        readonly id: string;
        readonly status: string;
        readonly ticket: { readonly id: string };
      }[];
      readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
    };
  };
}

async function made(input: object = {}, viewer = {}): Promise<Payload> {
  const usual = { name: 'Hook', url: 'https://hooks.example.org/in' };
  const { createWebhook } = await desk.data<{ createWebhook: Payload }>(
    create,
    { input: { ...usual, ...input } },
    viewer,
  );
  return createWebhook;
}

const theirAdmin = (): object => ({ workspaceId: desk.theirs.workspaceId, subject: desk.theirs.agentId });

/** Deliveries of a webhook as a sender would have left them. */
async function deliver(webhookId: string, ticketId: string, statuses: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [index, status] of statuses.entries()) {
    const id = newId();
    ids.push(id);
    await desk.system.query(
      `insert into webhook_delivery (workspace_id, webhook_id, id, pos, ticket_id, kind, event_at, data, status, created_at,
                                     finished_at, attempts)
       values ($1, $2, $3, $4, $5, 'TICKET_CHANGED', now(), '{}', $6, now(), case when $6 <> 'PENDING' then now() end, $7)`,
      [
        desk.ours.workspaceId,
        webhookId,
        id,
        1_000 + index,
        ticketId,
        status,
        JSON.stringify([
          { at: '2026-03-02T09:00:00.000Z', responseStatus: 500, detail: 'no', durationMs: 5 },
        ]),
      ],
    );
  }
  return ids;
}

test('a webhook is made with a secret that is shown once', async () => {
  const { webhook, secret, userErrors } = await made({
    events: ['TICKET_CREATED', 'TICKET_CREATED', 'NOTE_ADDED'],
  });
  const list = await desk.data<{ webhooks: { id: string }[] }>(`{ webhooks { ${shown} } }`);

  expect(userErrors).toEqual([]);
  expect(webhook).toMatchObject({
    name: 'Hook',
    url: 'https://hooks.example.org/in',
    events: ['TICKET_CREATED', 'NOTE_ADDED'],
    enabled: true,
    disabledReason: null,
  });
  expect(Buffer.from(secret?.replace('whsec_', '') ?? '', 'base64')).toHaveLength(32);
  expect(list.webhooks).toContainEqual(webhook);
  expect(JSON.stringify(list)).not.toContain(secret);
});

test('a webhook that is made again under its key is the same one, with its secret', async () => {
  const idempotencyKey = newId();
  const attempts = await Promise.all([1, 2, 3, 4].map(() => made({ idempotencyKey })));
  const later = await made({ idempotencyKey });
  const other = await made({ idempotencyKey, name: 'Another' });
  const id = later.webhook?.id ?? '';
  await desk.data(remove, { id });
  const gone = await made({ idempotencyKey });

  expect(later.secret).toMatch(/^whsec_/);
  for (const attempt of attempts) expect(attempt).toEqual(later);
  expect(other).toMatchObject({
    webhook: null,
    userErrors: [{ code: 'DUPLICATE', field: ['input', 'idempotencyKey'] }],
  });
  expect(gone).toMatchObject({
    webhook: null,
    secret: null,
    userErrors: [{ code: 'NOT_FOUND', field: ['input', 'idempotencyKey'] }],
  });
});

test.each([
  [{ name: ' ' }, 'INVALID', 'name'],
  [{ name: 'n'.repeat(201) }, 'LIMIT_EXCEEDED', 'name'],
  [{ url: 'http://hooks.example.org/' }, 'INVALID', 'url'],
  [{ url: 'https://169.254.169.254/latest/meta-data' }, 'INVALID', 'url'],
  [{ events: ['TICKET_LEFT_FILTER'] }, 'INVALID', 'events'],
])('a webhook is refused for %j', async (input, code, field) => {
  const refused = await made(input);

  expect(refused).toMatchObject({
    webhook: null,
    secret: null,
    userErrors: [{ code, field: ['input', field] }],
  });
});

test('a webhook is changed, switched off and on, rotated and deleted', async () => {
  const { webhook, secret } = await made();
  const id = webhook?.id ?? '';
  const change = async (input: object): Promise<Payload> =>
    (await desk.data<{ updateWebhook: Payload }>(update, { input: { id, ...input } })).updateWebhook;

  const changed = await change({ name: 'New', events: [], enabled: false });
  const refused = await change({ url: 'ftp://example.org' });
  const on = await change({ enabled: true });
  const { rotateWebhookSecret } = await desk.data<{ rotateWebhookSecret: Payload }>(rotate, { id });
  const { deleteWebhook } = await desk.data<{ deleteWebhook: Payload }>(remove, { id });
  const after = await desk.data<{ webhook: unknown }>(`query ($id: ID!) { webhook(id: $id) { id } }`, { id });

  expect(changed.webhook).toMatchObject({ name: 'New', events: [], enabled: false, disabledReason: null });
  expect(refused.userErrors).toMatchObject([{ code: 'INVALID', field: ['input', 'url'] }]);
  expect(on.webhook).toMatchObject({ enabled: true });
  expect(rotateWebhookSecret.secret).toMatch(/^whsec_/);
  expect(rotateWebhookSecret.secret).not.toBe(secret);
  expect(deleteWebhook).toMatchObject({ webhook: { id, enabled: false }, userErrors: [] });
  expect(after.webhook).toBeNull();
  expect((await change({ name: 'Late' })).userErrors).toMatchObject([
    { code: 'NOT_FOUND', field: ['input', 'id'] },
  ]);
  const { rows } = await desk.system.query('select secret, former_secret from webhook where id = $1', [id]);
  expect(rows).toEqual([{ secret: '', former_secret: null }]);
});

test('the running service tells what happens, and shows that it has', async () => {
  const whole = await TicketDesk.open({ WEBHOOK_ALLOW_INSECURE: 'true' });
  const receiver = await WebhookReceiver.start();
  const input = { name: 'Hook', url: receiver.url() };
  const { createWebhook } = await whole.data<{ createWebhook: Payload }>(create, { input });
  const id = createWebhook.webhook?.id;

  const ticket = await whole.receive({ subject: 'Heard' });
  const [delivery] = await eventually(async () => {
    const { webhook } = await whole.data<DeliveriesPage>(deliveriesQuery, { id, status: ['DELIVERED'] });
    return webhook.deliveries.nodes.length > 0 ? webhook.deliveries.nodes : null;
  });

  expect(delivery).toMatchObject({ event: 'TICKET_CREATED', ticket: { id: ticket.id } });
  expect(receiver.received.map((received) => received.id)).toEqual([delivery?.id]);
  expect(receiver.told()[0]?.data.ticket.subject).toBe('Heard');
  await whole.close();
  await receiver.close();
});

test('a workspace has at most 25, however many are made at once', async () => {
  const viewer = theirAdmin();

  const all = await Promise.all(Array.from({ length: 30 }, () => made({}, viewer)));

  expect(all.filter(({ webhook }) => webhook !== null)).toHaveLength(25);
  expect(all.filter(({ userErrors }) => userErrors[0]?.code === 'LIMIT_EXCEEDED')).toHaveLength(5);
});

test('deliveries are paged newest first, of the statuses asked for', async () => {
  const { webhook } = await made();
  const id = webhook?.id ?? '';
  const ticket = await desk.receive();
  const ids = await deliver(id, ticket.id, ['FAILED', 'DELIVERED', 'FAILED', 'PENDING', 'DELIVERED']);
  const page = async (variables: object): Promise<DeliveriesPage['webhook']['deliveries']> =>
    (await desk.data<DeliveriesPage>(deliveriesQuery, { id, ...variables })).webhook.deliveries;

  const first = await page({ first: 2 });
  const second = await page({ first: 2, after: first.pageInfo.endCursor });
  const third = await page({ first: 2, after: second.pageInfo.endCursor });
  const finished = await page({ status: ['FAILED', 'DELIVERED'], first: 3 });
  const tooMany = await desk.ask(deliveriesQuery, { id, first: 101 });
  const foreignCursor = await desk.ask(deliveriesQuery, { id, after: 'x' });

  const told = [first, second, third].flatMap(({ nodes }) => nodes.map((node) => node.id));
  expect(told).toEqual(ids.toReversed());
  expect(first.nodes[0]).toMatchObject({
    event: 'TICKET_CHANGED',
    ticket: { id: ticket.id },
    nextAttemptAt: null,
    attempts: [{ at: '2026-03-02T09:00:00.000Z', responseStatus: 500, detail: 'no', durationMs: 5 }],
  });
  expect([first, second, third].map(({ pageInfo }) => pageInfo.hasNextPage)).toEqual([true, true, false]);
  expect(finished.nodes.map((node) => node.id)).toEqual([ids[4], ids[2], ids[1]]);
  expect(finished.pageInfo.hasNextPage).toBe(true);
  for (const { errors } of [tooMany, foreignCursor]) {
    expect(errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
});

test('only what has failed is redriven; a repeat is safe', async () => {
  const { webhook } = await made();
  const webhookId = webhook?.id ?? '';
  const ticket = await desk.receive();
  const [failed, delivered] = await deliver(webhookId, ticket.id, ['FAILED', 'DELIVERED']);
  const again = async (id: string | undefined): Promise<Payload> =>
    (await desk.data<{ redriveWebhookDelivery: Payload }>(redrive, { webhookId, id })).redriveWebhookDelivery;

  expect(await again(failed)).toMatchObject({ webhook: { id: webhookId }, userErrors: [] });
  expect(await again(failed)).toMatchObject({ webhook: { id: webhookId }, userErrors: [] });
  expect((await again(delivered)).userErrors).toMatchObject([
    { code: 'NOT_ALLOWED_IN_STATUS', field: ['id'] },
  ]);
  expect((await again(newId())).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
  expect((await again('no id')).userErrors).toMatchObject([{ code: 'NOT_FOUND', field: ['id'] }]);
});

test('nobody but the admins of its workspace sees or touches a webhook', async () => {
  const { webhook } = await made();
  const id = webhook?.id ?? '';
  const calls: [string, object][] = [
    [`{ webhooks { id } }`, {}],
    [`query ($id: ID!) { webhook(id: $id) { id } }`, { id }],
    [create, { input: { name: 'N', url: 'https://example.org/' } }],
    [update, { input: { id, name: 'N' } }],
    [rotate, { id }],
    [remove, { id }],
    [redrive, { webhookId: id, id }],
  ];

  for (const role of ['AGENT', 'VIEWER', 'CONNECTOR', 'CUSTOMER'] as const) {
    for (const [query, variables] of calls) {
      const { errors } = await desk.ask(query, variables, { role });
      expect([role, query, errors?.[0]?.extensions.code]).toEqual([role, query, 'FORBIDDEN']);
    }
  }
  const foreign = [calls[1], ...calls.slice(3)].map((call) =>
    desk.ask(call?.[0] ?? '', call?.[1], theirAdmin()),
  );
  for (const { data, errors } of await Promise.all(foreign)) {
    expect(errors).toBeUndefined();
    const [answer] = Object.values(data ?? {}) as (Payload | null)[];
    expect(answer?.userErrors[0]?.code ?? 'none').toBe(answer === null ? 'none' : 'NOT_FOUND');
    expect(answer?.webhook ?? null).toBeNull();
  }
  const entity = `query ($representations: [_Any!]!) { _entities(representations: $representations) { ... on Webhook { name } } }`;
  const representations = [{ __typename: 'Webhook', id }];
  expect((await desk.ask(entity, { representations }, theirAdmin())).data).toEqual({ _entities: [null] });
  expect((await desk.ask(entity, { representations }, { role: 'AGENT' })).data).toEqual({
    _entities: [null],
  });
  expect((await desk.ask(entity, { representations })).data).toEqual({ _entities: [{ name: 'Hook' }] });
});
