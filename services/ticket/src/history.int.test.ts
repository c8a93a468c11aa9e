import {
  ratingScores,
  ticketPriorities,
  ticketStatuses,
  type Actor,
  type TicketEvent,
} from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { TicketDesk } from '../test/ticket-desk.ts';
import { isSettled, mayMove, type LifecycleActor } from './domain/lifecycle.ts';
import type { Ticket } from './domain/ticket.ts';
import type { TimelineEntry } from './domain/timeline.ts';
import { closeTimer, ringTimer, wakeTimer } from './jobs/timers.ts';
import { replay } from '../test/replay.ts';
import { readTimeline } from '../test/timeline.ts';
import { addNote } from './use-cases/add-note.ts';
import { rateTicket } from './use-cases/rate-ticket.ts';
import { recordDelivery } from './use-cases/record-delivery.ts';
import { replyToTicket } from './use-cases/reply-to-ticket.ts';
import { snoozeTicket } from './use-cases/snooze-ticket.ts';
import { updateTicket } from './use-cases/update-ticket.ts';
import { upsertCustomField } from './use-cases/upsert-custom-field.ts';

const log = createLogger('test', 'silent');
const hourMs = 3_600_000;
let desk: TicketDesk;
let clockMs = Date.now();

beforeAll(async () => {
  desk = await TicketDesk.open();
  desk.now = () => new Date(clockMs);
  const plan = { key: 'plan', appliesTo: 'TICKET', label: 'Plan', type: 'TEXT' } as const;
  expect(await upsertCustomField(desk.deps, desk.ours.caller, plan)).toMatchObject({ ok: true });
});
afterAll(() => desk.close());

/** Something that somebody does to one of the conversation's tickets; refusals are part of it. */
const command = fc.oneof(
  fc.record({ do: fc.constant('receive' as const), automatic: fc.boolean() }),
  fc.record({
    do: fc.constant('reply' as const),
    status: fc.constantFrom(...ticketStatuses),
    fresh: fc.boolean(),
  }),
  fc.record({
    do: fc.constant('update' as const),
    status: fc.option(fc.constantFrom(...ticketStatuses), { nil: undefined }),
    priority: fc.option(fc.constantFrom(...ticketPriorities), { nil: undefined }),
    addTags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    removeTags: fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 2 }),
    assign: fc.constantFrom('ours', 'nobody', 'keep'),
    plan: fc.constantFrom('small', 'large', null, undefined),
    fresh: fc.boolean(),
  }),
  fc.record({ do: fc.constant('note' as const) }),
  fc.record({
    do: fc.constant('rate' as const),
    score: fc.constantFrom(...ratingScores),
    comment: fc.constantFrom(null, 'Thanks'),
  }),
  fc.record({
    do: fc.constant('lose' as const),
    status: fc.constantFrom('FAILED' as const, 'BOUNCED' as const),
  }),
  fc.record({ do: fc.constant('snooze' as const), hours: fc.integer({ min: -1, max: 60 }) }),
  // Clocks of other machines may be behind.
  fc.record({ do: fc.constant('pass' as const), hours: fc.integer({ min: -1, max: 60 }) }),
  fc.record({
    do: fc.constant('ring' as const),
    timer: fc.constantFrom(wakeTimer, closeTimer),
    hours: fc.integer({ min: 0, max: 120 }),
  }),
);
type Command = typeof command extends fc.Arbitrary<infer T> ? T : never;

class Conversation {
  readonly #root = `mid:${newId()}`;
  readonly #from = {
    name: 'Kim',
    identities: [{ kind: 'EMAIL' as const, value: `${newId()}@example.org`, verified: true }],
  };
  readonly ticketIds: string[] = [];

  async begin(): Promise<void> {
    await this.#receive(false, { own: this.#root, inReplyTo: [] });
  }

  async #receive(automatic: boolean, thread: { own: string; inReplyTo: string[] }): Promise<void> {
    const ticket = await desk.receive({
      from: this.#from,
      automatic,
      thread: { ...thread, references: [], conversation: null },
    });
    if (!this.ticketIds.includes(ticket.id)) this.ticketIds.push(ticket.id);
  }

  /** Tells of the last answer on a ticket that it did not arrive; a follow-up of a closed one goes on from there. */
  async #loseAnswer(ticketId: string, status: 'FAILED' | 'BOUNCED'): Promise<void> {
    const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, ticketId, 0, 1_000);
    const answer = entries.findLast((entry) => entry.type === 'MESSAGE' && entry.direction === 'OUTBOUND');
    if (answer === undefined) return;
    const recipients = [{ address: 'ada@example.org', dead: false, error: null }];
    const lost = { messageId: answer.id, ticketId, status, error: 'Refused', recipients };
    await recordDelivery(desk.deps, desk.job({ ...lost, at: new Date(clockMs).toISOString() }));
    const { rows } = await desk.system.query<{ id: string }>(
      `select ticket_id as id from ticket_link where kind = 'FOLLOW_UP_OF' and other_id = $1`,
      [ticketId],
    );
    for (const { id } of rows) if (!this.ticketIds.includes(id)) this.ticketIds.push(id);
  }

  /** Does it to the newest ticket: a closed one has a follow-up where the customer wrote again. */
  async do(command: Command): Promise<void> {
    const { caller, agentId } = desk.ours;
    const ticket = await desk.ticket(this.ticketIds.at(-1) ?? '');
    const { id } = ticket;
    switch (command.do) {
      case 'receive':
        await this.#receive(command.automatic, { own: `mid:${newId()}`, inReplyTo: [this.#root] });
        return;
      case 'reply':
        await replyToTicket(desk.deps, caller, {
          ticketId: id,
          text: 'An answer.',
          html: null,
          attachmentIds: [],
          cc: [],
          idempotencyKey: null,
          expectedLastMessageId: command.fresh ? ticket.lastMessageId : null,
          status: command.status,
        });
        return;
      case 'update': {
        const { status, priority, addTags, removeTags, assign, plan } = command;
        const assigneeId = { ours: agentId, nobody: null, keep: undefined }[assign];
        const expectedVersion = command.fresh ? ticket.version : undefined;
        const fields = plan === undefined ? undefined : [{ key: 'plan', value: plan }];
        const asked = { status, priority, addTags, removeTags, assigneeId, fields };
        await updateTicket(desk.deps, caller, { id, expectedVersion, ...asked });
        return;
      }
      case 'note': {
        const note = { ticketId: id, text: 'A remark.', mentionAgentIds: [], idempotencyKey: null };
        await addNote(desk.deps, caller, note);
        return;
      }
      case 'rate': {
        const { score, comment } = command;
        const subject = {
          workspaceId: caller.workspaceId,
          ticketId: id,
          customerId: ticket.customerId ?? '',
        };
        await rateTicket(desk.deps, subject, { score, comment, requestId: newId() });
        return;
      }
      case 'lose':
        await this.#loseAnswer(id, command.status);
        return;
      case 'snooze':
        await snoozeTicket(desk.deps, caller, {
          id,
          until: new Date(clockMs + command.hours * hourMs).toISOString(),
        });
        return;
      case 'pass':
        clockMs += command.hours * hourMs;
        return;
      case 'ring':
        clockMs += command.hours * hourMs;
        await ringTimer(command.timer, desk.deps, desk.system, log);
    }
  }
}

/** What must hold of any ticket at any time. */
function illegalities({ status, resolvedAt, snoozedUntil, awaitingReplySince }: Ticket): string[] {
  const solved = status === 'RESOLVED' || status === 'CLOSED';
  return [
    solved === (resolvedAt === null) ? `${status}, resolved at ${resolvedAt}` : '',
    isSettled(status) && snoozedUntil !== null ? `asleep though ${status}` : '',
    isSettled(status) && awaitingReplySince !== null ? `waited for though ${status}` : '',
  ].filter((fault) => fault !== '');
}

function lifecycleActorOf(actor: Actor): LifecycleActor {
  if (actor.type === 'CONNECTOR') throw new Error('connectors move no tickets');
  return actor.type;
}

/** A machine's mail moves nothing; a person's waits for an answer, on a ticket that is awake and not settled. */
function checkInbound(before: Ticket, after: Ticket, automatic: boolean): void {
  const { status, snoozedUntil, awaitingReplySince } = before;
  if (automatic || status === 'SPAM')
    expect(after).toMatchObject({ status, snoozedUntil, awaitingReplySince });
  else
    expect([after.snoozedUntil, after.awaitingReplySince === null, isSettled(after.status)]).toEqual([
      null,
      false,
      false,
    ]);
}

/** No timer rings before its time. */
function checkTimer(before: Ticket, after: Ticket): void {
  const closes = before.status !== after.status;
  const due = closes
    ? Date.parse(before.resolvedAt ?? '') + 4 * 24 * hourMs
    : Date.parse(before.snoozedUntil ?? '');
  expect(due).toBeLessThanOrEqual(Date.parse(after.updatedAt));
}

/** What must hold of each thing that is done to a ticket. */
function checkStep(before: Ticket, { ticket: after, changed, actor, entry }: TicketEvent): void {
  expect(changed.length > 0 || entry !== null).toBe(true);
  const move = { from: before.status, to: after.status, by: lifecycleActorOf(actor) };
  expect([move, mayMove(move.from, move.to, move.by)]).toEqual([move, true]);
  expect(illegalities(after)).toEqual([]);
  if (entry?.type === 'MESSAGE' && entry.direction === 'INBOUND') {
    checkInbound(before, after, entry.automatic);
  }
  if (actor.type === 'SYSTEM' && actor.name !== 'Delivery') checkTimer(before, after);
}

/** Gapless, in the order of time, and its changes lead from the first state to the row. */
function checkTimeline(entries: readonly TimelineEntry[], opened: Ticket, row: Ticket): void {
  expect(entries.map(({ seq }) => seq)).toEqual(entries.map((_, index) => index + 1));
  const instants = entries.map(({ at }) => at);
  expect(instants).toEqual(instants.toSorted());
  expect(entries.filter(({ type }) => type === 'MESSAGE')).toHaveLength(row.messageCount);
  const told = { ...opened } as Record<string, unknown>;
  for (const entry of entries) {
    // What became of an answer is told by the same entries, with a status of its own.
    if (entry.type !== 'CHANGE' || entry.kind === 'DELIVERY') continue;
    expect(told).toMatchObject(entry.before);
    Object.assign(told, entry.after);
  }
  const { status, priority, tags, assigneeId, snoozedUntil, fields, rating } = row;
  expect(told).toMatchObject({ status, priority, tags, assigneeId, snoozedUntil, fields, rating });
}

async function checkTicket(id: string): Promise<void> {
  const [row, events] = await Promise.all([desk.ticket(id), desk.eventsOf(id)]);
  const entries = await readTimeline(desk.deps.pool, desk.ours.workspaceId, id, 0, 1_000);
  const opened = events[0]?.ticket;
  if (opened === undefined) throw new Error('a ticket without events');
  expect(replay(events, checkStep)).toEqual(row);
  checkTimeline(entries, opened, row);
  const { rows } = await desk.system.query<{ entryCount: number }>(
    'select entry_count as "entryCount" from ticket where id = $1',
    [id],
  );
  expect(rows).toEqual([{ entryCount: entries.length }]);
}

async function run(steps: readonly (readonly Command[])[]): Promise<void> {
  const conversation = new Conversation();
  await conversation.begin();
  for (const atOnce of steps) await Promise.all(atOnce.map((one) => conversation.do(one)));
  for (const id of conversation.ticketIds) await checkTicket(id);
}

/** One whole life, so that every run of the tests meets what chance seldom brings about. */
const wholeLife: Command[] = [
  { do: 'snooze', hours: 2 },
  { do: 'ring', timer: wakeTimer, hours: 3 },
  { do: 'snooze', hours: 2 },
  { do: 'receive', automatic: false },
  { do: 'reply', status: 'RESOLVED', fresh: true },
  { do: 'lose', status: 'BOUNCED' },
  { do: 'note' },
  { do: 'reply', status: 'RESOLVED', fresh: true },
  { do: 'rate', score: ratingScores[0], comment: 'Thanks' },
  { do: 'pass', hours: -1 },
  { do: 'receive', automatic: true },
  { do: 'receive', automatic: false },
  { do: 'reply', status: 'RESOLVED', fresh: false },
  { do: 'ring', timer: closeTimer, hours: 120 },
  { do: 'receive', automatic: false },
];

test('whatever is done to a ticket, one thing after the other, its log replays to its row', async () => {
  const steps = fc.array(
    command.map((one) => [one]),
    { minLength: 5, maxLength: 30, size: 'max' },
  );

  const property = fc.assert(fc.asyncProperty(steps, run), {
    includeErrorInReport: true,
    numRuns: 25,
    examples: [[wholeLife.map((one) => [one])]],
  });

  await expect(property).resolves.toBeUndefined();
}, 120_000);

test('whatever is done to a ticket at the same time, its log replays to its row', async () => {
  const steps = fc.array(fc.array(command, { minLength: 2, maxLength: 8, size: 'max' }), {
    minLength: 1,
    maxLength: 8,
    size: 'max',
  });

  const property = fc.assert(fc.asyncProperty(steps, run), {
    includeErrorInReport: true,
    numRuns: 15,
    examples: [[[wholeLife, wholeLife]]],
  });

  await expect(property).resolves.toBeUndefined();
}, 120_000);
