import { jobs } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { afterAll, beforeAll, beforeEach, expect, jest, test } from '@jest/globals';
import { MailDesk } from '../test/mail-desk.ts';
import { readInbound } from './persistence/inbound-queries.ts';
import { countMissing, readLedger } from './persistence/ledger.ts';
import type { Deps } from './use-cases/deps.ts';
import { noteMissed, reconcileInbound } from './use-cases/reconcile-inbound.ts';
import { eraseCustomer } from './use-cases/erase-customer.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { ingestMessage, ingestMessages, type MessageInput } from './use-cases/ingest-message.ts';
import { retryInbound } from './use-cases/retry-inbound.ts';

const hourMs = 3_600_000;
let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());

const alarms = jest.fn<(facts: unknown, what?: string) => void>();
beforeEach(() => {
  alarms.mockClear();
  jest.spyOn(desk.deps.log, 'error').mockImplementation(alarms);
});

let hours = 0;
/** The intake at an hour that no round has reached yet. */
function later(byHours = 2): Deps {
  hours += byHours;
  const at = new Date(Date.now() + hours * hourMs);
  return { ...desk.deps, now: () => at };
}

const question = (text: string) => mail({ messageId: `${newId()}@example.org`, text });
const ledger = () => readLedger(desk.deps.pool, desk.workspaceId, null);
const gone = (id: string) =>
  desk.deps.systemPool
    .query('delete from inbound_raw where id = $1', [id])
    .then(() => desk.deps.systemPool.query('delete from inbound_message where id = $1', [id]));

const message = (externalId: string, email = 'ada@example.org'): MessageInput => ({
  externalId,
  threadId: null,
  from: { email },
  subject: null,
  text: 'Lost',
  html: null,
  attachmentIds: [],
  sentAt: null,
});

async function audited(): Promise<string[]> {
  const { rows } = await desk.deps.systemPool.query<{ payload: unknown }>(
    `select payload from outbox where topic = 'inbound.audited'`,
  );
  return rows.flatMap(({ payload }) => jobs.confirmMessages.payload.parse(payload).messageIds);
}

test('scenario 6: of what was received nothing is missing, and nobody is alarmed', async () => {
  await desk.receive(question('One'));
  await desk.receive('no header here\n\nat all');

  await reconcileInbound(later(), desk.workspaceId);

  const { received, counts } = await ledger();
  expect(received).toBe(2);
  expect(counts).toMatchObject({ ON_TICKET: 1, HELD: 1 });
  expect(await countMissing(desk.deps.systemPool)).toBe(0);
  expect(alarms).not.toHaveBeenCalled();
});

test('scenario 6: a row that is lost is missing in the count, raises an alarm in each round, and is stored when it comes again', async () => {
  const raw = question('Lost');
  const { item } = await desk.receive(raw);
  const before = await ledger();

  await gone(item.id);
  await reconcileInbound(later(), desk.workspaceId);
  await reconcileInbound(later(), desk.workspaceId);

  const after = await ledger();
  expect(after.received).toBe(before.received);
  expect(after.counts.ON_TICKET).toBe(before.counts.ON_TICKET - 1);
  expect(await countMissing(desk.deps.systemPool)).toBe(1);
  const lost = [{ messageId: item.id, channelId: desk.mailboxId }];
  const alarm = [{ workspaceId: desk.workspaceId, many: 1, lost }, 'received messages are missing'];
  expect(alarms.mock.calls).toEqual([alarm, alarm]);

  const again = await desk.receive(raw);
  await reconcileInbound(later(), desk.workspaceId);

  expect(again.normalised).toMatchObject({ text: 'Lost' });
  expect(await ledger()).toEqual(before);
  expect(await countMissing(desk.deps.systemPool)).toBe(0);
});

test('a lost mail that is handed in by many at once is stored once', async () => {
  const raw = question('Raced');
  const { item } = await desk.receive(raw);
  await gone(item.id);
  await desk.deps.systemPool.query('delete from mail_seen where message_id = $1', [item.id]);

  const input = { raw: raw.toString('base64'), receivedAt: null };
  const taken = await Promise.all(
    Array.from({ length: 8 }, () => ingestEmail(desk.deps, desk.connector(), input)),
  );

  const stored = taken.flatMap((one) => (one.ok ? [one.value] : []));
  expect(stored).toHaveLength(8);
  expect(stored.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
  expect(new Set(stored.map(({ message }) => message.id)).size).toBe(1);
  await desk.read(stored[0]?.message.id ?? '');
});

test('a lost message that is no mail is stored under the id that it had, by which its ticket knows it, also twice at once', async () => {
  const lost = message(newId());
  const first = await ingestMessage(desk.deps, desk.connector(), lost);
  const id = first.ok ? first.value.message.id : '';
  await gone(id);

  const taken = await Promise.all([
    ingestMessages(desk.deps, desk.connector(), [message(newId()), lost, lost]),
    ingestMessages(desk.deps, desk.connector(), [lost]),
  ]);

  const ofLost = taken
    .flat()
    .flatMap((one) => (one.ok && one.value.message.externalId === lost.externalId ? [one.value] : []));
  expect(ofLost.map(({ message: { id: stored } }) => stored)).toEqual([id, id, id]);
  expect(ofLost.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
});

test('an erased message whose row is lost stays a repeat when it is handed in again, and holds up none that comes with it', async () => {
  const erased = message(newId(), 'erased@example.org');
  const first = await ingestMessage(desk.deps, desk.connector(), erased);
  const id = first.ok ? first.value.message.id : '';
  const erasure = {
    erasureId: newId(),
    part: 1,
    requestedAt: new Date(Date.now() + 1_000).toISOString(),
    customerId: newId(),
    identities: [{ kind: 'EMAIL' as const, value: 'erased@example.org', verified: true }],
    ticketIds: [],
    guestTicketIds: [],
    messageIds: [id],
  };
  await eraseCustomer(desk.deps, desk.job(erasure));
  await gone(id);

  const again = await ingestMessages(desk.deps, desk.connector(), [erased, message(newId())]);

  expect(again).toMatchObject([
    { ok: true, value: { duplicate: true, message: { id, status: 'HELD' } } },
    { ok: true, value: { duplicate: false } },
  ]);
});

test('within an hour the keys are gone through once', async () => {
  const { item } = await desk.receive(question('Twice'));
  const deps = later();
  await reconcileInbound(deps, desk.workspaceId);
  await gone(item.id);

  await reconcileInbound(deps, desk.workspaceId);

  expect(alarms).not.toHaveBeenCalled();
  await reconcileInbound(later(), desk.workspaceId);
  expect(alarms).toHaveBeenCalledTimes(1);
  await desk.deps.systemPool.query('delete from inbound_key where message_id = $1', [item.id]);
});

test('a key that is lost is put back, with an alarm: the same mail stays a repeat', async () => {
  const raw = question('Keyless');
  const { item } = await desk.receive(raw);
  const before = await ledger();

  await desk.deps.systemPool.query('delete from inbound_key where message_id = $1', [item.id]);
  await reconcileInbound(later(7 * 24), desk.workspaceId);

  expect(alarms.mock.calls).toEqual([
    [
      { workspaceId: desk.workspaceId, many: 1, messageIds: [item.id] },
      'keys of received messages were missing and are put back',
    ],
  ]);
  expect(await ledger()).toEqual(before);
});

test('the ticket service is asked for what is on tickets, once it is an hour old', async () => {
  const { item } = await desk.receive(question('On a ticket'));
  const held = await desk.receive('nothing\n\nto read');
  const present = { ...desk.deps, now: () => new Date(0) };

  await reconcileInbound(present, desk.workspaceId);
  expect(await audited()).not.toContain(item.id);
  await reconcileInbound(later(), desk.workspaceId);
  await reconcileInbound(later(), desk.workspaceId);

  expect((await audited()).filter((id) => [item.id, held.item.id].includes(id))).toEqual([item.id]);
});

test('what its ticket has lost is a dead letter, raises an alarm, and can be tried again', async () => {
  const { item } = await desk.receive(question('Gone from its ticket'));
  const held = await desk.receive('nothing\n\nat all to read');
  const [onTicket] = await readInbound(desk.deps.pool, desk.workspaceId, [item.id]);
  const job = desk.job({ messageIds: [item.id, held.item.id, newId()] });

  await noteMissed(desk.deps, job);
  await noteMissed(desk.deps, job);

  const items = await readInbound(desk.deps.pool, desk.workspaceId, [item.id, held.item.id]);
  expect(items.map(({ id, status, reason }) => ({ id, status, reason }))).toEqual(
    expect.arrayContaining([
      {
        id: item.id,
        status: 'DEAD_LETTER',
        reason: `It was on the ticket ${onTicket?.ticketId ?? ''}, which has lost it.`,
      },
      expect.objectContaining({ id: held.item.id, status: 'HELD' }),
    ]),
  );
  const lost = [{ messageId: item.id, channelId: desk.mailboxId }];
  expect(alarms.mock.calls).toEqual([
    [{ workspaceId: desk.workspaceId, many: 1, lost }, 'messages are missing on their tickets'],
  ]);
  const caller = { workspaceId: desk.workspaceId, requestId: 'test' };
  expect(await retryInbound(desk.deps, caller, item.id)).toMatchObject({ ok: true });
});

test('what its ticket had lost before its sender was erased is erased as soon as that is known', async () => {
  const mailOf = (who: string) =>
    mail({ messageId: `${newId()}@example.org`, from: `${who}@example.org`, text: `${who} was here` });
  const lost = await desk.receive(mailOf('forgotten'));
  const other = await desk.receive(mailOf('remembered'));
  // The ticket service names what is on the customer's tickets, and this one is on none.
  await eraseCustomer(
    desk.deps,
    desk.job({
      erasureId: newId(),
      part: 1,
      requestedAt: new Date().toISOString(),
      customerId: newId(),
      identities: [{ kind: 'EMAIL', value: 'forgotten@example.org', verified: true }],
      ticketIds: [],
      guestTicketIds: [],
      messageIds: [],
    }),
  );
  const later = await desk.receive(mailOf('forgotten'));
  const ids = [lost, other, later].map(({ item }) => item.id);
  const job = desk.job({ messageIds: ids });

  await noteMissed(desk.deps, job);
  await noteMissed(desk.deps, job);

  const { rows } = await desk.deps.systemPool.query<{ id: string }>(
    `select id from inbound_raw where id = any($1) and convert_from(raw, 'UTF8') like '%was here%'`,
    [ids],
  );
  expect(rows.map(({ id }) => id).sort()).toEqual([other.item.id, later.item.id].sort());
  expect(await readInbound(desk.deps.pool, desk.workspaceId, [lost.item.id])).toMatchObject([
    {
      status: 'DEAD_LETTER',
      reason: expect.stringContaining('The data of its sender were erased.') as unknown,
    },
  ]);
});
