import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { updateTickets } from './update-tickets.ts';

let desk: TicketDesk;

beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

interface Payload {
  readonly ticket: { readonly id: string; readonly version: number; readonly status: string } | null;
  readonly userErrors: readonly { code: string; message: string; field: string[] | null }[];
}
const payload = 'ticket { id version status } userErrors { code message field }';

function stranger() {
  const value = `${newId()}@example.org`;
  return { name: null, identities: [{ kind: 'EMAIL' as const, value, verified: true }] };
}

describe('updateTickets', () => {
  async function bulk(input: object): Promise<readonly Payload[]> {
    const answer = await desk.data<{ updateTickets: { results: readonly Payload[] } }>(
      `mutation ($input: UpdateTicketsInput!) { updateTickets(input: $input) { results { ${payload} } } }`,
      { input },
    );
    return answer.updateTickets.results;
  }

  test('of two hundred each stands for itself, in the order of the ids; a repeat changes nothing', async () => {
    const tickets = await Promise.all(Array.from({ length: 195 }, () => desk.receive({ from: stranger() })));
    const closed = tickets.filter((_, index) => index % 10 === 3);
    await updateTickets(
      desk.deps,
      desk.ours.caller,
      closed.map(({ id }) => id),
      { status: 'CLOSED' },
    );
    const foreign = await desk.receive({}, desk.theirs);
    const first = tickets[0]?.id ?? '';
    const ids = [first, foreign.id, 'x', newId(), ...tickets.map(({ id }) => id), first.toUpperCase()];

    const results = await bulk({ ids, status: 'OPEN', addTags: ['bulk'] });
    const again = await bulk({ ids, status: 'OPEN', addTags: ['bulk'] });

    expect(ids).toHaveLength(200);
    const isClosed = new Set(closed.map(({ id }) => id));
    const known = new Set(tickets.map(({ id }) => id));
    const expected = ids.map((id) => {
      const key = id.toLowerCase();
      if (!known.has(key)) return 'NOT_FOUND';
      return isClosed.has(key) ? 'NOT_ALLOWED_IN_STATUS' : `${key} OPEN 2`;
    });
    const told = (all: readonly Payload[]) =>
      all.map(({ ticket, userErrors }) =>
        ticket === null ? userErrors[0]?.code : `${ticket.id} ${ticket.status} ${ticket.version}`,
      );
    expect(told(results)).toEqual(expected);
    expect(told(again)).toEqual(expected);
    expect(results[1]?.userErrors[0]?.field).toEqual(['input', 'ids', '1']);
    const { rows } = await desk.system.query<{ tagged: number }>(
      `select count(*)::int as tagged from ticket where tags @> '{bulk}'`,
    );
    expect(rows[0]?.tagged).toBe(tickets.length - closed.length);
    expect(await desk.eventsOf(first)).toHaveLength(2);
  });

  test('takes two hundred ids and none, but not one more', async () => {
    const ids = Array.from({ length: 201 }, () => newId());
    const ask = (some: string[]) =>
      desk.ask(
        'mutation ($input: UpdateTicketsInput!) { updateTickets(input: $input) { results { ticket { id } } } }',
        {
          input: { ids: some, priority: 'LOW' },
        },
      );

    const [most, none, tooMany] = await Promise.all([ask(ids.slice(1)), ask([]), ask(ids)]);

    expect(most.data).toMatchObject({ updateTickets: { results: { length: 200 } } });
    expect(none.data).toEqual({ updateTickets: { results: [] } });
    expect(tooMany.errors?.map(({ extensions }) => extensions.code)).toEqual(['BAD_USER_INPUT']);
  });

  test('two agents who change the same tickets in opposite orders both come through', async () => {
    const tickets = await Promise.all(Array.from({ length: 40 }, () => desk.receive({ from: stranger() })));
    const ids = tickets.map(({ id }) => id);

    await Promise.all([
      updateTickets(desk.deps, desk.ours.caller, ids, { addTags: ['one'] }),
      updateTickets(desk.deps, desk.ours.otherCaller, ids.toReversed(), { addTags: ['two'] }),
    ]);

    const now = await Promise.all(ids.map((id) => desk.ticket(id)));
    expect(now.every(({ tags, version }) => tags.join() === 'one,two' && version === 3)).toBe(true);
  });
});
