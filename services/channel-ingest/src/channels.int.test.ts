import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { IntakeDesk, type Asking } from '../test/intake-desk.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';

interface UserError {
  readonly code: string;
  readonly field: readonly string[] | null;
}
interface Credentials {
  readonly channel: Readonly<Record<string, unknown>> & { readonly id: string };
  readonly token: string;
  readonly userErrors: readonly UserError[];
}

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

const fields = 'id kind name address enabled settings team { id } createdAt';
async function create(input: object, asking: Asking = {}): Promise<Credentials> {
  const query = `mutation ($input: CreateChannelInput!) { createChannel(input: $input) {
    channel { ${fields} } token userErrors { code field } } }`;
  const { createChannel } = await desk.data<{ createChannel: Credentials }>(query, { input }, asking);
  return createChannel;
}
async function update(input: object, asking: Asking = {}): Promise<Credentials> {
  const query = `mutation ($input: UpdateChannelInput!) { updateChannel(input: $input) {
    channel { ${fields} } userErrors { code field } } }`;
  const { updateChannel } = await desk.data<{ updateChannel: Credentials }>(query, { input }, asking);
  return updateChannel;
}
async function rotate(id: string, asking: Asking = {}): Promise<Credentials> {
  const query = `mutation ($id: ID!) { rotateChannelToken(id: $id) {
    channel { id } token userErrors { code field } } }`;
  const { rotateChannelToken } = await desk.data<{ rotateChannelToken: Credentials }>(query, { id }, asking);
  return rotateChannelToken;
}
const address = (): string => `${newId()}@example.com`;

describe('making a channel', () => {
  test('gives it with the defaults of its kind and a token that speaks for it', async () => {
    const { teamId } = desk.ours;

    const made = await create({ kind: 'EMAIL', name: ' Support ', address: ' Help@Example.com ', teamId });

    expect(made.userErrors).toEqual([]);
    expect(made.channel).toEqual({
      id: expect.any(String),
      kind: 'EMAIL',
      name: 'Support',
      address: 'Help@Example.com',
      enabled: true,
      team: { id: teamId },
      createdAt: expect.any(String),
      settings: {
        signature: {},
        template: {},
        fromName: null,
        plusAddressing: true,
        mailServer: null,
        strangers: 'NEW_TICKET',
        copies: 'ONE_TICKET',
        agentForwards: 'QUOTED_SENDER',
      },
    });
    expect(desk.deps.channelTokens.read(made.token, Date.now())).toMatchObject({
      workspaceId: desk.ours.workspaceId,
      channelId: made.channel.id,
      generation: 1,
    });
  });

  test('of two with one address in a workspace makes the first; what others have is not told', async () => {
    const box = address();
    const asking = { workspaceId: desk.theirs.workspaceId };

    const results = await Promise.all(
      [box, box.toUpperCase(), box].map((one) => create({ kind: 'EMAIL', name: 'Mail', address: one })),
    );
    const theirs = await create({ kind: 'EMAIL', name: 'Mail', address: box }, asking);

    const refused = results.filter(({ channel }) => channel === null);
    expect(refused.map(({ userErrors }) => userErrors)).toEqual(
      [1, 2].map(() => [{ code: 'DUPLICATE', field: ['input', 'address'] }]),
    );
    expect(theirs.userErrors).toEqual([]);
  });

  test('of attempts under one key makes one channel, also without an address', async () => {
    const idempotencyKey = newId();
    const input = { kind: 'API', name: 'Shop', settings: { signature: { default: 'Bye' } }, idempotencyKey };
    const attempts = await Promise.all([1, 2, 3, 4].map(() => create(input)));
    const other = await create({ ...input, name: 'Another shop' });
    const theirs = await create(input, { workspaceId: desk.theirs.workspaceId });

    const [first] = attempts;
    for (const attempt of attempts) {
      expect(attempt).toMatchObject({ channel: first?.channel, userErrors: [] });
      expect(desk.deps.channelTokens.read(attempt.token, Date.now())).toMatchObject({ generation: 1 });
    }
    expect(other).toMatchObject({
      channel: null,
      token: null,
      userErrors: [{ code: 'DUPLICATE', field: ['input', 'idempotencyKey'] }],
    });
    expect(theirs.userErrors).toEqual([]);
    expect(theirs.channel['id']).not.toBe(first?.channel['id']);
  });

  test.each([
    ['a key that cannot be sent', { idempotencyKey: 'ä' }, ['idempotencyKey']],
    ['no name', { name: ' ' }, ['name']],
    ['a long name', { name: 'x'.repeat(201) }, ['name']],
    ['a name of two lines', { name: 'a\nb' }, ['name']],
    ['a mailbox without a domain', { address: 'support' }, ['address']],
    ['two mailboxes', { address: 'a@example.com, b@example.com' }, ['address']],
    ['a number without its country', { kind: 'PHONE', address: '030 1234567' }, ['address']],
    ['a team that can be none', { teamId: 'support' }, ['teamId']],
    ['a team that is none of the workspace’s', { teamId: newId() }, ['teamId']],
    ['an unknown setting', { settings: { colour: 'red' } }, ['settings', 'colour']],
    ['a setting of another kind', { kind: 'CHAT', settings: { fromName: 'x' } }, ['settings', 'fromName']],
    ['a setting that does not fit', { settings: { plusAddressing: 1 } }, ['settings', 'plusAddressing']],
    [
      'a template without the answer',
      { settings: { template: { de: 'x' } } },
      ['settings', 'template', 'de'],
    ],
    [
      'a signature that cannot be rendered',
      { settings: { signature: { default: '{% if %}' } } },
      ['settings', 'signature', 'default'],
    ],
    ['settings that are a list', { settings: [] }, ['settings']],
  ])('refuses %s', async (_what, input, field) => {
    const { channel, token, userErrors } = await create({ kind: 'EMAIL', name: 'Mail', ...input });

    expect({ channel, token, userErrors }).toEqual({
      channel: null,
      token: null,
      userErrors: [{ code: 'INVALID', field: ['input', ...field] }],
    });
  });

  test('keeps a number as E.164 has it', async () => {
    const { channel } = await create({ kind: 'PHONE', name: 'Line', address: '0049 (30) 123-4567' });

    expect(channel['address']).toBe('+49301234567');
  });

  test('ends at two hundred in a workspace, also for those who come at once', async () => {
    const asking = { workspaceId: newId() };
    await desk.system.query(
      `insert into channel (workspace_id, id, kind, name)
       select $1, gen_random_uuid(), 'API', 'API ' || n from generate_series(1, 198) n`,
      [asking.workspaceId],
    );

    const results = await Promise.all(
      Array.from({ length: 5 }, () => create({ kind: 'API', name: 'API' }, asking)),
    );

    const codes = results.flatMap(({ userErrors }) => userErrors.map(({ code }) => code));
    expect(codes).toEqual(['LIMIT_EXCEEDED', 'LIMIT_EXCEEDED', 'LIMIT_EXCEEDED']);
  });
});

describe('changing a channel', () => {
  test('leaves what is not named, merges settings, and takes back to the default what is null', async () => {
    const { channel } = await create({
      kind: 'EMAIL',
      name: 'Mail',
      address: address(),
      settings: {
        signature: { default: 'Yours', de: 'Ihre' },
        fromName: 'Help',
        mailServer: 'MX.Example.com',
      },
    });

    const { channel: changed } = await update({
      id: channel.id,
      settings: { signature: { de: null, 'pt-BR': 'Seu' }, fromName: null, plusAddressing: false },
    });
    const { channel: same } = await update({ id: channel.id, name: null, enabled: null, settings: null });

    expect(changed).toEqual({
      ...channel,
      settings: {
        signature: { default: 'Yours', 'pt-br': 'Seu' },
        template: {},
        fromName: null,
        plusAddressing: false,
        mailServer: 'mx.example.com',
        strangers: 'NEW_TICKET',
        copies: 'ONE_TICKET',
        agentForwards: 'QUOTED_SENDER',
      },
    });
    expect(same).toEqual(changed);
  });

  test('takes address and team away when they are null', async () => {
    const { channel } = await create({
      kind: 'EMAIL',
      name: 'Mail',
      address: address(),
      teamId: desk.ours.teamId,
    });

    const { channel: changed } = await update({ id: channel.id, address: null, teamId: null });

    expect(changed).toMatchObject({ address: null, team: null });
  });

  test('refuses the address of another one, and does not find what is not there or another workspace’s', async () => {
    const first = await create({ kind: 'EMAIL', name: 'Mail', address: address() });
    const second = await create({ kind: 'EMAIL', name: 'Mail', address: address() });
    const missing = [{ code: 'NOT_FOUND', field: ['input', 'id'] }];

    const taken = await update({ id: second.channel.id, address: first.channel['address'] });
    const absent = await Promise.all(
      [newId(), 'no id', desk.theirs.mailboxId].map((id) => update({ id, name: 'x' })),
    );

    expect(taken.userErrors).toEqual([{ code: 'DUPLICATE', field: ['input', 'address'] }]);
    expect(absent.map(({ userErrors }) => userErrors)).toEqual([missing, missing, missing]);
  });

  test('of two at the same time keeps both', async () => {
    const { channel } = await create({ kind: 'CHAT', name: 'Chat' });
    const languages = Array.from({ length: 20 }, (_, n) => `a${String.fromCodePoint(97 + n)}`);

    await Promise.all(
      languages.map((language) =>
        update({ id: channel.id, settings: { signature: { [language]: language } } }),
      ),
    );

    const { channel: changed } = await update({ id: channel.id });
    const { signature } = changed['settings'] as { signature: object };
    expect(Object.keys(signature).sort()).toEqual(languages);
  });
});

describe('a new token', () => {
  const handIn = `mutation ($input: IngestMessageInput!) { ingestMessage(input: $input) {
    inboundMessage { id } userErrors { code } } }`;

  test('ends the old one at once, wherever it is shown', async () => {
    const { channel } = await create({ kind: 'API', name: 'API' });
    const old: Asking = { role: 'CONNECTOR', subject: channel.id, generation: 1 };
    const input = { externalId: newId(), from: { email: 'ada@example.org' }, subject: 's', text: 't' };

    const rotated = await rotate(channel.id);

    const claims = desk.deps.channelTokens.read(rotated.token, Date.now());
    expect(claims).toMatchObject({ channelId: channel.id, generation: 2 });
    const refused = await desk.data<{ ingestMessage: Credentials }>(handIn, { input }, old);
    expect(refused.ingestMessage.userErrors).toEqual([{ code: 'FORBIDDEN' }]);
    for (const query of [
      '{ channels { id } }',
      'mutation { claimDeliveries { id } }',
      '{ inboundLedger { received } }',
    ]) {
      const answer = await desk.ask(query, {}, old);
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
    const taken = await desk.data<{ ingestMessage: Credentials }>(
      handIn,
      { input },
      { ...old, generation: 2 },
    );
    expect(taken.ingestMessage.userErrors).toEqual([]);
  });

  test('is another one each time, and of what is not there none', async () => {
    const { channel } = await create({ kind: 'API', name: 'API' });

    const results = await Promise.all([rotate(channel.id), rotate(channel.id), rotate(newId())]);

    const generations = results.map(({ token }) =>
      token === null ? null : desk.deps.channelTokens.read(token, Date.now())?.generation,
    );
    expect(new Set(generations)).toEqual(new Set([2, 3, null]));
    expect(results[2]?.userErrors).toEqual([{ code: 'NOT_FOUND', field: ['id'] }]);
  });
});

describe('who may what', () => {
  const asking = (role: 'AGENT' | 'VIEWER' | 'CONNECTOR' | 'CUSTOMER'): Asking => ({
    role,
    subject: role === 'CONNECTOR' ? desk.ours.chatId : newId(),
  });
  const id = (): string => desk.ours.chatId;
  const codeOf = async (query: string, as: Asking): Promise<string | undefined> => {
    const answer = await desk.ask(query, {}, as);
    return answer.errors?.[0]?.extensions.code;
  };

  test('only admins make and change channels', async () => {
    for (const role of ['AGENT', 'VIEWER', 'CONNECTOR', 'CUSTOMER'] as const) {
      for (const query of [
        'mutation { createChannel(input: { kind: API, name: "x" }) { token } }',
        `mutation { updateChannel(input: { id: "${id()}", name: "x" }) { channel { id } } }`,
        `mutation { rotateChannelToken(id: "${id()}") { token } }`,
      ]) {
        expect([role, query, await codeOf(query, asking(role))]).toEqual([role, query, 'FORBIDDEN']);
      }
    }
  });

  test('settings are seen by admins, by agents as far as they show in answers, and by nobody else', async () => {
    const query = `{ channel(id: "${id()}") { settings } }`;
    const seenBy = async (as: Asking) =>
      (await desk.data<{ channel: { settings: object } }>(query, {}, as)).channel.settings;

    expect(await seenBy({})).toEqual({ signature: {}, template: {} });
    expect(await seenBy(asking('AGENT'))).toEqual({ signature: {} });
    expect(await seenBy(asking('VIEWER'))).toEqual({});
    expect(await seenBy(asking('CONNECTOR'))).toEqual({});
    expect(await codeOf(query, asking('CUSTOMER'))).toBe('FORBIDDEN');
  });

  test('admins, agents and the channel’s own connector see how it does', async () => {
    const query = `{ channel(id: "${id()}") { health { receivedToday } } }`;

    expect(await codeOf(query, asking('AGENT'))).toBeUndefined();
    expect(await codeOf(query, asking('CONNECTOR'))).toBeUndefined();
    expect(await codeOf(query, asking('VIEWER'))).toBe('FORBIDDEN');
  });
});

test('headers of a mail are given to admins, and to agents when it is held', async () => {
  const connector = desk.ours.connector();
  const from = `${newId()}@example.org`;
  const raw = mail({
    messageId: 'headers@example.org',
    from,
    headers: { Received: 'a', received: 'b\r\n c' },
  });
  const result = await ingestEmail(desk.deps, connector, { raw: raw.toString('base64'), receivedAt: null });
  if (!result.ok) throw new Error(result.error.code);
  const query = `{ inboundMessage(id: "${result.value.message.id}") { headers } }`;
  const seenBy = async (asking: Asking): Promise<unknown> => {
    const { inboundMessage } = await desk.data<{ inboundMessage: { headers: unknown } }>(query, {}, asking);
    return inboundMessage.headers;
  };

  const all = { from: [from], 'message-id': ['<headers@example.org>'], received: ['a', 'b c'] };
  expect(await seenBy({ role: 'ADMIN' })).toMatchObject(all);
  // Whose ticket it will be is not known yet.
  expect(await seenBy({ role: 'AGENT' })).toBeNull();
  await desk.system.query(`update inbound_message set status = 'HELD' where id = $1`, [
    result.value.message.id,
  ]);
  expect(await seenBy({ role: 'AGENT' })).toMatchObject(all);
  expect(await seenBy({ role: 'VIEWER' })).toBeNull();
  expect(await seenBy({ role: 'CONNECTOR', subject: desk.ours.mailboxId })).toBeNull();
});
