import { createLogger } from '@smart-tickets/kit/logger';
import { eventually } from '@smart-tickets/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { sampleMessage, TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';
import { readTimeline } from '../../test/timeline.ts';
import { receiveMessage } from '../use-cases/receive-message.ts';
import { snoozeTicket } from '../use-cases/snooze-ticket.ts';
import { updateTicket } from '../use-cases/update-ticket.ts';
import { closeTimer, ringTimer, startTimers, wakeTimer, type TicketTimer } from './timers.ts';

const log = createLogger('test', 'silent');
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
let desk: TicketDesk;

beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());
afterEach(() => {
  desk.now = () => new Date();
});

const ring = (timer: TicketTimer) => ringTimer(timer, desk.deps, desk.system, log);
const inMs = (ms: number): string => new Date(desk.now().getTime() + ms).toISOString();
function passTime(ms: number): void {
  const then = desk.now().getTime() + ms;
  desk.now = () => new Date(then);
}

interface Conversation {
  readonly ticket: Ticket;
  /** Hands in a further message of the customer's. */
  readonly answer: (automatic?: boolean) => Promise<Ticket>;
}
async function conversation(): Promise<Conversation> {
  const from = {
    name: 'Kim',
    identities: [{ kind: 'EMAIL' as const, value: `${newId()}@example.org`, verified: true }],
  };
  const own = `mid:${newId()}`;
  const ticket = await desk.receive({
    from,
    thread: { own, inReplyTo: [], references: [], conversation: null },
  });
  return {
    ticket,
    answer: (automatic = false) => {
      const thread = { own: `mid:${newId()}`, inReplyTo: [own], references: [own], conversation: null };
      return desk.receive({ from, thread, automatic });
    },
  };
}

async function sleeping(untilMs: number): Promise<Conversation> {
  const begun = await conversation();
  await snoozeTicket(desk.deps, desk.ours.caller, { id: begun.ticket.id, until: inMs(untilMs) });
  return begun;
}

async function resolved(): Promise<Ticket> {
  const { ticket } = await conversation();
  const result = await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status: 'RESOLVED' });
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

async function lastEntry(ticketId: string) {
  const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticketId, 0, 50);
  const entry = entries.at(-1);
  return entry?.type === 'CHANGE' ? { kind: entry.kind, actor: entry.actor, after: entry.after } : entry;
}

describe('snoozeTicket', () => {
  const mutation = `mutation ($id: ID!, $until: DateTime!, $version: Int) {
    snoozeTicket(id: $id, until: $until, expectedVersion: $version) {
      ticket { id snoozedUntil version } userErrors { code field message } } }`;
  const snooze = async (id: string, until: string, version: number | null = null) => {
    const answer = await desk.data<{ snoozeTicket: { ticket: object | null; userErrors: object[] } }>(
      mutation,
      {
        id,
        until,
        version,
      },
    );
    return answer.snoozeTicket;
  };

  test('puts a ticket to sleep; the same once more changes nothing, another instant replaces it', async () => {
    const ticket = await desk.receive();
    const tomorrow = inMs(dayMs);

    const first = await snooze(ticket.id, tomorrow, 1);
    const again = await snooze(ticket.id, tomorrow);
    const later = await snooze(ticket.id, inMs(2 * dayMs));

    expect(first).toEqual({ ticket: { id: ticket.id, snoozedUntil: tomorrow, version: 2 }, userErrors: [] });
    expect(again).toEqual(first);
    expect(later.ticket).toMatchObject({ version: 3 });
    expect(await lastEntry(ticket.id)).toMatchObject({
      kind: 'SNOOZED',
      actor: { type: 'AGENT', id: desk.ours.agentId },
    });
    expect(await desk.eventsOf(ticket.id)).toHaveLength(3);
  });

  test('is refused with what the client can do', async () => {
    const ticket = await desk.receive();
    const done = await resolved();
    const foreign = await desk.receive({}, desk.theirs);

    const refusals = await Promise.all([
      snooze(ticket.id, inMs(-1)),
      snooze(ticket.id, inMs(dayMs), 7),
      snooze(done.id, inMs(dayMs)),
      snooze(foreign.id, inMs(dayMs)),
      snooze('x', inMs(dayMs)),
    ]);

    expect(refusals.map(({ userErrors }) => userErrors)).toEqual([
      [expect.objectContaining({ code: 'INVALID', field: ['until'] })],
      [expect.objectContaining({ code: 'CONFLICT', field: ['expectedVersion'] })],
      [expect.objectContaining({ code: 'NOT_ALLOWED_IN_STATUS', field: ['id'] })],
      [expect.objectContaining({ code: 'NOT_FOUND', field: ['id'] })],
      [expect.objectContaining({ code: 'NOT_FOUND', field: ['id'] })],
    ]);
    expect(refusals[1]?.ticket).toMatchObject({ id: ticket.id, version: 1 });
  });
});

describe('a sleeping ticket', () => {
  test('wakes at its time, not before, by the system, as one event', async () => {
    const { ticket } = await sleeping(hourMs);
    const before = await ring(wakeTimer);
    passTime(2 * hourMs);

    const woken = await ring(wakeTimer);

    expect([before, woken]).toEqual([0, 1]);
    expect(await desk.ticket(ticket.id)).toMatchObject({ snoozedUntil: null, status: 'NEW', version: 3 });
    expect(await lastEntry(ticket.id)).toMatchObject({
      kind: 'WOKEN',
      actor: { type: 'SYSTEM', id: null, name: 'Snooze' },
    });
    const events = await desk.eventsOf(ticket.id);
    expect(events.map(({ kind, changed }) => [kind, changed])).toEqual([
      ['TICKET_CREATED', []],
      ['TICKET_CHANGED', ['snoozedUntil']],
      ['TICKET_CHANGED', ['snoozedUntil']],
    ]);
  });

  test('of any number of replicas one wakes it', async () => {
    const asleep = await Promise.all(Array.from({ length: 150 }, () => sleeping(hourMs)));
    passTime(2 * hourMs);

    const woken = await Promise.all([ring(wakeTimer), ring(wakeTimer), ring(wakeTimer)]);

    expect(woken.reduce((sum, one) => sum + one, 0)).toBe(150);
    const now = await Promise.all(asleep.map(({ ticket }) => desk.ticket(ticket.id)));
    expect(new Set(now.map(({ snoozedUntil, version }) => `${snoozedUntil} ${version}`))).toEqual(
      new Set(['null 3']),
    );
  });

  test('one that cannot be woken holds up no other, and wakes when it can', async () => {
    const [stuck, other] = [await sleeping(hourMs), await sleeping(hourMs + 1)];
    passTime(2 * hourMs);
    const fails: TicketTimer = {
      ...wakeTimer,
      ring: (deps, due) =>
        due.id === stuck.ticket.id ? Promise.reject(new Error('no')) : wakeTimer.ring(deps, due),
    };

    const first = await ring(fails);
    const second = await ring(wakeTimer);

    expect([first, second]).toEqual([1, 1]);
    expect((await desk.ticket(other.ticket.id)).snoozedUntil).toBeNull();
  });

  test('the customer’s own words wake it; an automatic mail does not', async () => {
    const { ticket, answer } = await sleeping(hourMs);

    const afterMachine = await answer(true);
    const afterPerson = await answer();

    expect(afterMachine.snoozedUntil).not.toBeNull();
    expect([afterPerson.id, afterPerson.snoozedUntil]).toEqual([ticket.id, null]);
    expect(await lastEntry(ticket.id)).toMatchObject({
      kind: 'WOKEN',
      actor: { type: 'CUSTOMER', id: ticket.customerId },
    });
  });

  test('one that was put off, resolved or woken meanwhile is left alone', async () => {
    const all = await Promise.all([sleeping(hourMs), sleeping(hourMs), sleeping(hourMs)]);
    const [putOff, solved, woken] = all.map(({ ticket }) => ticket.id);
    if (putOff === undefined || solved === undefined || woken === undefined) throw new Error('unreachable');
    passTime(2 * hourMs);
    const due = await wakeTimer.page(desk.system, desk.now().toISOString(), null);
    await snoozeTicket(desk.deps, desk.ours.caller, { id: putOff, until: inMs(hourMs) });
    await updateTicket(desk.deps, desk.ours.caller, { id: solved, status: 'RESOLVED' });
    await updateTicket(desk.deps, desk.ours.caller, { id: woken, status: 'OPEN' });

    const rung = await Promise.all(due.map((one) => wakeTimer.ring(desk.deps, one)));

    expect(due.map(({ id }) => id).toSorted()).toEqual([putOff, solved, woken].toSorted());
    expect(rung).toEqual([false, false, false]);
    expect((await desk.ticket(putOff)).snoozedUntil).toBe(inMs(hourMs));
  });

  test('scenario 30: the running service wakes it by itself, and views are told that it belongs to them again', async () => {
    const { ticket } = await sleeping(1_500);
    const awake = async () => {
      const { tickets } = await desk.data<{ tickets: { nodes: { id: string }[] } }>(
        'query ($customer: ID!) { tickets(filter: { snoozed: false, customerId: [$customer] }) { nodes { id } } }',
        { customer: ticket.customerId },
      );
      return tickets.nodes.length === 1;
    };
    expect(await awake()).toBe(false);

    const event = await eventually(async () => (await desk.eventsOf(ticket.id))[2] ?? null);

    expect(event).toMatchObject({
      kind: 'TICKET_CHANGED',
      actor: { name: 'Snooze' },
      changed: ['snoozedUntil'],
      before: { snoozedUntil: expect.any(String) },
      ticket: { snoozedUntil: null },
    });
    expect(await awake()).toBe(true);
  });
});

describe('a resolved ticket', () => {
  const setDays = (days: number) =>
    desk.system.query('update workspace set close_resolved_after_days = $2 where workspace_id = $1', [
      desk.ours.workspaceId,
      days,
    ]);
  beforeEach(async () => {
    await setDays(4);
    // What the tests before have left resolved is not counted.
    await desk.system.query(`update ticket set status = 'CLOSED' where status = 'RESOLVED'`);
  });

  test('closes by itself after the days of its workspace, as one event of the system', async () => {
    const ticket = await resolved();
    passTime(4 * dayMs - 1_000);
    const early = await ring(closeTimer);
    passTime(2_000);

    const closed = await ring(closeTimer);

    expect([early, closed]).toEqual([0, 1]);
    expect(await desk.ticket(ticket.id)).toMatchObject({
      status: 'CLOSED',
      version: 3,
      resolvedAt: ticket.resolvedAt,
    });
    expect(await lastEntry(ticket.id)).toMatchObject({
      kind: 'STATUS',
      actor: { type: 'SYSTEM', name: 'Auto-close' },
      after: { status: 'CLOSED' },
    });
    expect(await desk.eventsOf(ticket.id)).toHaveLength(3);
  });

  test('goes by the setting as it is now, under the lock too; 0 days are never', async () => {
    const ticket = await resolved();
    passTime(2 * dayMs);
    const withFour = await ring(closeTimer);
    await setDays(0);
    const withZero = await ring(closeTimer);
    await setDays(1);
    const due = await closeTimer.page(desk.system, desk.now().toISOString(), null);
    await setDays(3);
    const changedMeanwhile = await Promise.all(due.map((one) => closeTimer.ring(desk.deps, one)));
    await setDays(1);

    const withOne = await ring(closeTimer);

    expect([withFour, withZero, changedMeanwhile, withOne]).toEqual([0, 0, [false], 1]);
    expect((await desk.ticket(ticket.id)).status).toBe('CLOSED');
  });

  test('one that a customer or an agent reopened meanwhile stays open', async () => {
    const [customers, agents] = [await conversation(), await conversation()];
    for (const { ticket } of [customers, agents])
      await updateTicket(desk.deps, desk.ours.caller, { id: ticket.id, status: 'RESOLVED' });
    passTime(5 * dayMs);
    const due = await closeTimer.page(desk.system, desk.now().toISOString(), null);
    await customers.answer();
    await updateTicket(desk.deps, desk.ours.caller, { id: agents.ticket.id, status: 'PENDING' });

    const rung = await Promise.all(due.map((one) => closeTimer.ring(desk.deps, one)));

    expect(rung).toEqual([false, false]);
    const now = await Promise.all([customers, agents].map(({ ticket }) => desk.ticket(ticket.id)));
    expect(now.map(({ status }) => status)).toEqual(['OPEN', 'PENDING']);
  });

  test('each workspace goes by its own setting, and pages lead through all of them', async () => {
    const ours = await Promise.all(Array.from({ length: 130 }, () => resolved()));
    const theirs = await desk.receive({}, desk.theirs);
    await updateTicket(desk.deps, desk.theirs.caller, { id: theirs.id, status: 'RESOLVED' });
    passTime(5 * dayMs);

    const closed = await Promise.all([ring(closeTimer), ring(closeTimer)]);

    expect(closed.reduce((sum, one) => sum + one, 0)).toBe(ours.length + 1);
    expect((await desk.ticket(theirs.id, desk.theirs)).status).toBe('CLOSED');
  });

  test('a customer who comes back before it closes reopens it as it was; afterwards a follow-up begins', async () => {
    const { ticket, answer } = await conversation();
    const { agentId, teamId, caller } = desk.ours;
    await updateTicket(desk.deps, caller, { id: ticket.id, assigneeId: agentId, teamId, addTags: ['vip'] });
    await updateTicket(desk.deps, caller, { id: ticket.id, status: 'RESOLVED' });
    passTime(5 * dayMs);

    const reopened = await answer();
    const rung = await ring(closeTimer);
    await updateTicket(desk.deps, caller, { id: ticket.id, status: 'RESOLVED' });
    passTime(5 * dayMs);
    await ring(closeTimer);
    const followUp = await answer();

    expect(reopened).toMatchObject({
      id: ticket.id,
      number: ticket.number,
      status: 'OPEN',
      resolvedAt: null,
      assigneeId: agentId,
      teamId,
      tags: ['vip'],
      createdAt: ticket.createdAt,
      messageCount: 2,
    });
    expect(reopened.awaitingReplySince).not.toBeNull();
    expect(rung).toBe(0);
    expect(followUp).toMatchObject({ status: 'NEW', customerId: ticket.customerId, messageCount: 1 });
    expect(followUp.id).not.toBe(ticket.id);
    expect(await desk.ticket(ticket.id)).toMatchObject({ status: 'CLOSED', messageCount: 2 });
  });
});

describe('what is due is found by index', () => {
  test.each([
    ['ticket_waking', wakeTimer],
    ['ticket_resolved', closeTimer],
  ])('%s', async (index, timer) => {
    const seen: { text: string; values: unknown[] }[] = [];
    const spy = {
      query(statement: { text: string; values: unknown[] }) {
        seen.push(statement);
        return desk.system.query(statement);
      },
    };
    await timer.page(spy as never, desk.now().toISOString(), null);
    const client = await desk.system.connect();
    try {
      // With few rows the planner would rightly read them all; what matters is that it can do otherwise.
      await client.query('begin');
      await client.query('set local enable_seqscan = off');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(
        `explain ${seen[0]?.text ?? ''}`,
        seen[0]?.values,
      );
      await client.query('rollback');

      expect(rows.map((row) => row['QUERY PLAN']).join('\n')).toMatch(
        new RegExp(`Index.* (using|on) ${index} `),
      );
    } finally {
      client.release();
    }
  });
});

test('the timers stop at once, and outlive a database that does not answer', async () => {
  const timers = startTimers(desk.deps, { query: () => Promise.reject(new Error('away')) } as never, log);

  await timers.stop();

  const message = sampleMessage();
  await receiveMessage(desk.deps, desk.job(message));
  expect((await desk.ticketOf(message.messageId)).status).toBe('NEW');
});
