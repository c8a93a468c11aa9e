import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import fc from 'fast-check';
import { replay } from '../../test/replay.ts';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { sampleMessage } from '../../test/ticket-desk.ts';
import { mergeTickets } from './merge-tickets.ts';
import { receiveMessage } from './receive-message.ts';
import { splitTicket } from './split-ticket.ts';
import { unmergeTicket } from './unmerge-ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

const place = fc.nat(9);
const step = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      does: fc.constant('merge' as const),
      into: place,
      from: fc.uniqueArray(place, { minLength: 1, maxLength: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('unmerge' as const), ticket: place }) },
  { weight: 3, arbitrary: fc.record({ does: fc.constant('write' as const), ticket: place }) },
  { weight: 1, arbitrary: fc.record({ does: fc.constant('split' as const), ticket: place }) },
);
type Step = typeof step extends fc.Arbitrary<infer S> ? S : never;

/** Tickets with the key of their first message, and how many messages they were sent altogether. */
class Bunch {
  readonly tickets: { id: string; key: string }[] = [];
  sent = 0;

  async open(): Promise<void> {
    const key = `mid:${newId()}`;
    const thread = { own: key, inReplyTo: [], references: [], conversation: null };
    this.tickets.push({ id: (await desk.receive({ thread })).id, key });
    this.sent += 1;
  }

  at(index: number): { id: string; key: string } {
    return this.tickets[index % this.tickets.length]!;
  }

  /** Does one step; gives back why it was refused, if it was. */
  async do(one: Step): Promise<string | null> {
    const { deps, ours } = desk;
    switch (one.does) {
      case 'merge': {
        const from = [...new Set(one.from.map((index) => this.at(index).id))];
        const merged = await mergeTickets(deps, ours.caller, { into: this.at(one.into).id, from });
        return merged.ok ? null : merged.error.code;
      }
      case 'unmerge': {
        const out = await unmergeTicket(deps, ours.caller, { id: this.at(one.ticket).id });
        return out.ok ? null : out.error.code;
      }
      case 'write': {
        const thread = {
          own: `mid:${newId()}`,
          inReplyTo: [this.at(one.ticket).key],
          references: [],
          conversation: null,
        };
        this.sent += 1;
        await receiveMessage(deps, desk.job(sampleMessage({ thread })));
        return null;
      }
      case 'split': {
        const { id } = this.at(one.ticket);
        const { rows } = await desk.system.query<{ id: string }>(
          `select id from timeline_entry where ticket_id = $1 and type = 'MESSAGE' order by seq desc limit 1`,
          [id],
        );
        const split = await splitTicket(deps, ours.caller, {
          ticketId: id,
          fromMessageId: rows[0]?.id ?? '',
          subject: null,
        });
        if (split.ok) this.tickets.push({ id: split.value.id, key: await keyOf(rows[0]?.id) });
        return split.ok ? null : split.error.code;
      }
    }
  }
}

/** The key that a message has left. */
async function keyOf(messageId: string | undefined): Promise<string> {
  const { rows } = await desk.system.query<{ key: string }>(
    `select key from thread_key where message_id = $1 and kind = 'OWN'`,
    [messageId],
  );
  return rows[0]?.key ?? '';
}

interface Row {
  readonly id: string;
  readonly into: string | null;
  readonly heir: string | null;
  readonly status: string;
  readonly before: string | null;
  readonly counted: number;
  readonly own: number;
  readonly last: string | null;
}

async function rowsOf(ids: readonly string[]): Promise<Map<string, Row>> {
  const { rows } = await desk.system.query<Row>(
    `select t.id, merged_into as into, heir_id as heir, status, status_before_merge as before, message_count as counted,
            (select count(*)::int from timeline_entry e where e.ticket_id = t.id and type = 'MESSAGE') as own,
            to_json((select at from timeline_entry e where e.id = t.last_message_id)) as last
       from ticket t where id = any($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

/** The end of a ticket's chain of merges; fails when there is none. */
function endOf(rows: ReadonlyMap<string, Row>, id: string): string {
  const passed = new Set<string>();
  for (let at = rows.get(id); at !== undefined; at = rows.get(at.into ?? '')) {
    expect(passed.has(at.id)).toBe(false);
    passed.add(at.id);
    if (at.into === null) return at.id;
  }
  throw new Error('a chain of merges leads to a ticket that is not there');
}

async function newestOf(ids: readonly string[]): Promise<string | null> {
  const { rows } = await desk.system.query<{ last: string | null }>(
    `select to_json(max(at)) as last from timeline_entry where ticket_id = any($1) and type = 'MESSAGE'`,
    [ids],
  );
  return rows[0]?.last ?? null;
}

async function expectWhole(bunch: Bunch): Promise<void> {
  const rows = await rowsOf(bunch.tickets.map(({ id }) => id));
  const families = Map.groupBy(rows.values(), ({ id }) => endOf(rows, id));
  for (const row of rows.values()) {
    const end = endOf(rows, row.id);
    expect(row.heir).toBe(end === row.id ? null : end);
    const stands = row.heir === null ? (families.get(row.id) ?? []) : [row];
    expect(row.counted).toBe(stands.reduce((sum, { own }) => sum + own, 0));
    expect(row.last).toBe(await newestOf(stands.map(({ id }) => id)));
    if (row.heir !== null) expect([row.status, row.before === null]).toEqual(['CLOSED', false]);
    else expect(row.before).toBeNull();
    const ticket = await desk.ticket(row.id);
    const events = await desk.eventsOf(row.id);
    expect(replay(events)).toEqual(ticket);
  }
  expect([...rows.values()].reduce((sum, { own }) => sum + own, 0)).toBe(bunch.sent);
}

test('scenario 18: whatever is merged, taken out, split and written at the same time, nothing goes in circles or is lost', async () => {
  const refusals = new Set<string>();
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.array(step, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 6 }),
      async (rounds) => {
        const bunch = new Bunch();
        for (let index = 0; index < 6; index += 1) await bunch.open();
        for (const round of rounds) {
          const refused = await Promise.all(round.map((one) => bunch.do(one)));
          for (const code of refused) if (code !== null) refusals.add(code);
          await expectWhole(bunch);
        }
      },
    ),
    { numRuns: 20, interruptAfterTimeLimit: 90_000 },
  );

  const expected = ['CONFLICT', 'INVALID', 'NOT_ALLOWED_IN_STATUS', 'NOT_FOUND'];
  expect([...refusals].filter((code) => !expected.includes(code))).toEqual([]);
}, 120_000);
