import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import { countOutages } from './persistence/connector-reports.ts';
import { tellOutages } from './use-cases/watch-connectors.ts';

const minuteMs = 60_000;
let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
  await desk.hearConnectors();
});
afterAll(() => desk.close());

const alarms = jest.fn<(facts: unknown, what?: string) => void>();
beforeEach(() => {
  alarms.mockClear();
  jest.spyOn(desk.deps.log, 'error').mockImplementation(alarms);
});

/** A connector's word, told so many minutes ago. */
async function report(channelId: string, error: string | null, minutesAgo = 0): Promise<unknown> {
  const { reportConnector } = await desk.data<{ reportConnector: unknown }>(
    `mutation ($error: String) { reportConnector(input: { error: $error }) {
       channel { id health { connector { state error } } } userErrors { code } } }`,
    { error },
    { role: 'CONNECTOR', subject: channelId },
  );
  await desk.system.query(
    `update connector_report set seen_at = seen_at - $2 * interval '1 minute', since = since - $2 * interval '1 minute'
      where channel_id = $1`,
    [channelId, minutesAgo],
  );
  return reportConnector;
}

interface Connector {
  readonly state: string;
  readonly since: string | null;
  readonly lastSeenAt: string | null;
  readonly error: string | null;
}

async function connectorOf(channelId: string): Promise<Connector> {
  const { channel } = await desk.data<{ channel: { health: { connector: Connector } } }>(
    'query ($id: ID!) { channel(id: $id) { health { connector { state since lastSeenAt error } } } }',
    { id: channelId },
  );
  return channel.health.connector;
}

async function tellAfter(minutes: number): Promise<void> {
  desk.now = () => new Date(Date.now() + minutes * minuteMs);
  await tellOutages(desk.deps);
  desk.now = () => new Date();
}

test('scenario 2: a connector that cannot reach its mail server says so; after five minutes one alarm is raised, until it works again', async () => {
  const { mailboxId } = desk.ours;
  expect(await connectorOf(mailboxId)).toMatchObject({ state: 'UNKNOWN', since: null });
  expect(await report(mailboxId, null)).toEqual({
    channel: { id: mailboxId, health: { connector: { state: 'OK', error: null } } },
    userErrors: [],
  });

  await report(mailboxId, 'connect ETIMEDOUT');
  const failing = await connectorOf(mailboxId);
  await report(mailboxId, 'connect ECONNREFUSED');
  const still = await connectorOf(mailboxId);
  await tellAfter(4);
  const early = alarms.mock.calls.length;
  await tellAfter(6);
  await tellAfter(7);

  expect(failing).toMatchObject({ state: 'FAILING', error: 'connect ETIMEDOUT' });
  expect(still).toMatchObject({ state: 'FAILING', since: failing.since, error: 'connect ECONNREFUSED' });
  expect(early).toBe(0);
  const { workspaceId } = desk.ours;
  expect(alarms.mock.calls).toEqual([
    [
      // And not what the connector said, which may hold addresses.
      {
        workspaceId,
        channelId: mailboxId,
        state: 'FAILING',
        since: failing.since,
        lastSeenAt: still.lastSeenAt,
      },
      'a connector does not do its work',
    ],
  ]);

  await report(mailboxId, null);
  await report(mailboxId, 'again');
  await tellAfter(6);

  expect(alarms).toHaveBeenCalledTimes(2);
  await report(mailboxId, null);
  expect(await connectorOf(mailboxId)).toMatchObject({ state: 'OK', error: null });
});

test('scenario 2: a connector that has gone silent is an outage after a quarter of an hour, unless its channel is switched off', async () => {
  const { salesId, chatId } = desk.ours;
  const before = await countOutages(desk.system);
  await report(salesId, null, 14);
  expect(await connectorOf(salesId)).toMatchObject({ state: 'OK' });
  await report(salesId, null, 16);
  await report(chatId, null, 16);
  await desk.system.query('update channel set enabled = false where id = $1', [chatId]);

  const { lastSeenAt, ...silent } = await connectorOf(salesId);
  await tellAfter(0);

  expect(silent).toEqual({ state: 'SILENT', since: lastSeenAt, error: null });
  expect(alarms.mock.calls.map(([facts]) => facts)).toMatchObject([{ channelId: salesId, state: 'SILENT' }]);
  expect(await countOutages(desk.system)).toBe(before + 1);
});

test('only the channel’s own connector reports, with words that are cut to what is kept', async () => {
  const { mailboxId } = desk.ours;
  const asAdmin = await desk.ask('mutation { reportConnector(input: {}) { userErrors { code } } }');
  const replaced = await desk.ask(
    'mutation { reportConnector(input: {}) { userErrors { code } } }',
    {},
    { role: 'CONNECTOR', subject: mailboxId, generation: 2 },
  );

  await report(mailboxId, `\u0000${'x'.repeat(3_000)}`);
  const long = await connectorOf(mailboxId);
  await report(mailboxId, ' ');

  expect([asAdmin, replaced].map(({ errors }) => errors?.[0]?.extensions.code)).toEqual([
    'FORBIDDEN',
    'FORBIDDEN',
  ]);
  expect(long.error).toHaveLength(2_000);
  expect((await connectorOf(mailboxId)).error).toBe('It does not say why.');
});
