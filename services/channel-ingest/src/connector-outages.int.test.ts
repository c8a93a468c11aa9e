import { eventually } from '@smart-tickets/testing/eventually';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import { countOutages, noteListening, readReports } from './persistence/connector-reports.ts';
import { connectorHealth } from './domain/connector.ts';
import { reportConnector } from './use-cases/report-connector.ts';
import { rotateChannelToken } from './use-cases/rotate-channel-token.ts';
import { updateChannel } from './use-cases/update-channel.ts';
import { tellOutages } from './use-cases/watch-connectors.ts';

const minuteMs = 60_000;
let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

type Line = (facts: unknown, what?: string) => void;
const alarms = jest.fn<Line>();
const news = jest.fn<Line>();
beforeEach(async () => {
  alarms.mockReset();
  news.mockReset();
  jest.spyOn(desk.deps.log, 'error').mockImplementation(alarms);
  jest.spyOn(desk.deps.log, 'info').mockImplementation(news);
  desk.now = () => new Date();
  await desk.system.query('delete from connector_report');
  await desk.hearConnectors();
});

const say = (error: string | null, channelId = desk.ours.mailboxId) =>
  reportConnector(desk.deps, desk.ours.connector(channelId), error);

async function health(channelId = desk.ours.mailboxId) {
  const now = desk.now();
  const [report] = await readReports(desk.deps.pool, desk.ours.workspaceId, [channelId], now);
  return connectorHealth(report ?? null, now.getTime());
}

/** What the alarms so far tell. */
const alarmed = () => alarms.mock.calls.map(([facts]) => facts);

/** Lets the time go on to so many minutes from now. */
function moveOn(minutes: number): void {
  const at = new Date(Date.now() + minutes * minuteMs);
  desk.now = () => at;
}

test.each([
  ['works', null, 'OK', ['a connector works again']],
  ['has a fault', 'refused', 'FAILING', []],
])(
  'a connector that was told to be silent and now %s is so from now on',
  async (_name, error, state, lines) => {
    await say(null);
    moveOn(16);
    await tellOutages(desk.deps);
    expect(await health()).toMatchObject({ state: 'SILENT' });
    moveOn(20);

    await say(error);

    const now = desk.now().toISOString();
    expect(await health()).toEqual({ state, since: now, lastSeenAt: now, error });
    expect(news.mock.calls.map(([, what]) => what)).toEqual(lines);
    moveOn(26);
    await tellOutages(desk.deps);
    // Silence that goes over into a fault is one outage.
    expect(alarms).toHaveBeenCalledTimes(1);

    await say(null);
    await say(null);
    const { mailboxId: channelId, workspaceId } = desk.ours;
    expect(news.mock.calls).toEqual([[{ workspaceId, channelId }, 'a connector works again']]);
  },
);

test('a channel that is switched on again is not out for what was said, or not said, before; but for what comes then', async () => {
  const { workspaceId, mailboxId, salesId } = desk.ours;
  await say(null);
  await say('refused', salesId);
  moveOn(6);
  await tellOutages(desk.deps);
  expect(alarmed()).toMatchObject([{ channelId: salesId, state: 'FAILING' }]);
  for (const id of [mailboxId, salesId])
    await updateChannel(desk.deps, { workspaceId }, id, { enabled: false });
  await desk.system.query(
    `update connector_report set seen_at = seen_at - interval '1 day', since = since - interval '1 day',
            alarmed_at = alarmed_at - interval '1 day'`,
  );
  desk.now = () => new Date();
  expect([await health(), await health(salesId)]).toMatchObject([{ state: 'OK' }, { state: 'FAILING' }]);
  for (const id of [mailboxId, salesId]) {
    await updateChannel(desk.deps, { workspaceId }, id, { enabled: true });
    await updateChannel(desk.deps, { workspaceId }, id, { name: 'Still on', enabled: true });
  }
  alarms.mockClear();

  moveOn(4);
  await tellOutages(desk.deps);
  const early = alarms.mock.calls.length;
  moveOn(6);
  await tellOutages(desk.deps);
  const failing = alarmed();
  moveOn(16);
  await tellOutages(desk.deps);

  expect(early).toBe(0);
  expect(failing).toMatchObject([{ channelId: salesId, state: 'FAILING' }]);
  expect(alarmed().slice(1)).toMatchObject([{ channelId: mailboxId, state: 'SILENT' }]);
});

test('after a time in which the intake took no reports silence counts anew; what was told before goes on', async () => {
  const { mailboxId, salesId } = desk.ours;
  await say(null, salesId);
  moveOn(16);
  await tellOutages(desk.deps);
  expect(alarms).toHaveBeenCalledTimes(1);
  await say(null);
  // The last note that the intake takes reports; another process of it may go on looking for outages.
  await desk.system.query('update intake_listening set since = $1, until = $1', [desk.now().toISOString()]);
  moveOn(60);
  await tellOutages(desk.deps);

  await noteListening(desk.system, desk.now().toISOString());
  await tellOutages(desk.deps);
  const after = [await health(), await health(salesId)];
  const counted = await countOutages(desk.system);
  for (let minute = 61; minute <= 76; minute += 1) {
    moveOn(minute);
    await noteListening(desk.system, desk.now().toISOString());
  }
  const early = alarms.mock.calls.length;
  await tellOutages(desk.deps);

  expect(after).toMatchObject([{ state: 'OK' }, { state: 'SILENT' }]);
  expect([counted, early]).toEqual([1, 1]);
  expect(alarmed().slice(1)).toMatchObject([{ channelId: mailboxId, state: 'SILENT' }]);
});

test('an alarm is raised again when its process ends before it is noted, and otherwise by one process only', async () => {
  await say(null);
  moveOn(16);
  alarms.mockImplementationOnce(() => {
    throw new Error('the process ends');
  });
  await expect(tellOutages(desk.deps)).rejects.toThrow('the process ends');

  await Promise.all([tellOutages(desk.deps), tellOutages(desk.deps), tellOutages(desk.deps)]);

  expect(alarms).toHaveBeenCalledTimes(2);
});

test('a word that comes while the token is being replaced waits for that, and is refused', async () => {
  const { mailboxId } = desk.ours;
  const rotation = await desk.system.connect();
  try {
    await rotation.query('begin');
    await rotation.query('select from channel where id = $1 for update', [mailboxId]);
    await rotation.query('update channel set token_generation = token_generation + 1 where id = $1', [
      mailboxId,
    ]);
    const word = say(null);
    await eventually(async () => {
      const { rows } = await desk.system.query(
        `select from pg_locks join pg_stat_activity using (pid) where datname = current_database() and not granted`,
      );
      return rows.length === 1;
    });
    await rotation.query('commit');

    expect(await word).toMatchObject({ error: { code: 'FORBIDDEN' } });
  } finally {
    rotation.release();
    await desk.system.query('update channel set token_generation = 1 where id = $1', [mailboxId]);
  }
  expect(await health()).toMatchObject({ state: 'UNKNOWN' });
});

test('a connector whose token is replaced, or whose channel is switched off, reports nothing more', async () => {
  const { workspaceId, chatId, salesId } = desk.ours;
  expect(await say(null, chatId)).toEqual({ ok: true, value: null });
  await rotateChannelToken(desk.deps, { workspaceId }, chatId);
  await updateChannel(desk.deps, { workspaceId }, salesId, { enabled: false });

  const refused = [await say('refused', chatId), await say('refused', salesId)];

  expect(refused).toMatchObject([{ error: { code: 'FORBIDDEN' } }, { error: { code: 'FORBIDDEN' } }]);
  expect([(await health(chatId)).error, (await health(salesId)).state]).toEqual([null, 'UNKNOWN']);
  await updateChannel(desk.deps, { workspaceId }, salesId, { enabled: true });
});
