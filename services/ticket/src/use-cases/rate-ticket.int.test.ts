import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { RatingTokens, ratingLinkSeconds, type RatingSubject } from '@smart-tickets/kit/link-token';
import { TicketDesk } from '../../test/ticket-desk.ts';
import type { Ticket } from '../domain/ticket.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(async () => {
  await desk.close();
});

const mutation = `mutation ($token: String!, $score: RatingScore!, $comment: String) {
  rateTicket(token: $token, score: $score, comment: $comment) { ticket { id } userErrors { code field } } }`;
interface Answer {
  readonly ticket: null;
  readonly userErrors: readonly { readonly code: string; readonly field: string[] }[];
}

const subjectOf = (ticket: Ticket, parts: Partial<RatingSubject> = {}): RatingSubject => ({
  workspaceId: desk.ours.workspaceId,
  ticketId: ticket.id,
  customerId: ticket.customerId ?? '',
  ...parts,
});

/** Rates as the gateway would let the owner of a link do. */
async function rate(
  subject: RatingSubject,
  input: { score: 'GOOD' | 'BAD'; comment?: string },
  token = new RatingTokens(desk.key).sign(subject, Date.now()),
): Promise<Answer> {
  const { rateTicket } = await desk.data<{ rateTicket: Answer }>(
    mutation,
    { token, ...input },
    { role: 'CUSTOMER', subject: subject.customerId, workspaceId: subject.workspaceId },
  );
  return rateTicket;
}

const taken: Answer = { ticket: null, userErrors: [] };
const invalid: Answer = { ticket: null, userErrors: [{ code: 'INVALID', field: ['token'] }] };

describe('a rating', () => {
  test('is on the ticket, in its timeline and in one event', async () => {
    const ticket = await desk.receive();

    expect(await rate(subjectOf(ticket), { score: 'BAD', comment: 'Too\0 late' })).toEqual(taken);

    const rated = await desk.ticket(ticket.id);
    expect(rated).toEqual({
      ...ticket,
      rating: { score: 'BAD', comment: 'Too late', ratedAt: rated.updatedAt },
      version: ticket.version + 1,
      updatedAt: rated.updatedAt,
    });
    const events = await desk.eventsOf(ticket.id);
    expect(events.slice(1)).toMatchObject([
      {
        kind: 'TICKET_CHANGED',
        changed: ['rating'],
        before: { rating: null },
        entry: { type: 'CHANGE', kind: 'RATED' },
        actor: { type: 'CUSTOMER', id: ticket.customerId },
      },
    ]);
    const shown = await desk.data(
      `query ($id: ID!) { ticket(id: $id) { rating { score comment ratedAt } } }`,
      { id: ticket.id },
    );
    expect(shown).toEqual({ ticket: { rating: rated.rating } });
  });

  test('given again writes nothing, and another takes its place', async () => {
    const ticket = await desk.receive();
    await rate(subjectOf(ticket), { score: 'BAD', comment: 'No' });
    const first = await desk.ticket(ticket.id);

    const again = await rate(subjectOf(ticket), { score: 'BAD', comment: 'No' });
    const same = await desk.ticket(ticket.id);
    const other = await rate(subjectOf(ticket), { score: 'GOOD', comment: '  ' });
    const changed = await desk.ticket(ticket.id);

    expect([again, other]).toEqual([taken, taken]);
    expect(same).toEqual(first);
    expect(changed.rating).toMatchObject({ score: 'GOOD', comment: null });
    expect(changed.version).toBe(first.version + 1);
  });

  test('that comes many times at once is written once', async () => {
    const ticket = await desk.receive();

    await Promise.all(Array.from({ length: 10 }, () => rate(subjectOf(ticket), { score: 'GOOD' })));

    expect((await desk.ticket(ticket.id)).version).toBe(ticket.version + 1);
  });

  test.each(['NEW', 'OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED', 'CLOSED'])(
    'may be of a ticket that is %s',
    async (status) => {
      const ticket = await desk.receive();
      await desk.system.query('update ticket set status = $2 where id = $1', [ticket.id, status]);

      expect(await rate(subjectOf(ticket), { score: 'GOOD' })).toEqual(taken);
      expect((await desk.ticket(ticket.id)).status).toBe(status);
    },
  );

  test('has a comment of at most 2,000 characters', async () => {
    const ticket = await desk.receive();

    const longest = await rate(subjectOf(ticket), { score: 'GOOD', comment: 'x'.repeat(2_000) });
    const longer = await rate(subjectOf(ticket), { score: 'GOOD', comment: 'x'.repeat(2_001) });

    expect([longest, longer]).toEqual([
      taken,
      { ticket: null, userErrors: [{ code: 'LIMIT_EXCEEDED', field: ['comment'] }] },
    ]);
  });
});

describe('after a merge', () => {
  test('the rating of a ticket goes to the one in which it lives on', async () => {
    const [gone, middle, heir] = [await desk.receive(), await desk.receive(), await desk.receive()];
    await desk.system.query('update ticket set merged_into = $2, heir_id = $3 where id = $1', [
      gone.id,
      middle.id,
      heir.id,
    ]);

    expect(await rate(subjectOf(gone), { score: 'GOOD' })).toEqual(taken);

    expect((await desk.ticket(heir.id)).rating).toMatchObject({ score: 'GOOD' });
    expect((await desk.ticket(gone.id)).rating).toBeNull();
  });

  test("a customer's link counts for the tickets of whom the customer was merged into", async () => {
    const from = (value: string) => ({
      name: null,
      identities: [{ kind: 'EMAIL' as const, value, verified: true }],
    });
    const mine = await desk.receive({ from: from('old@example.org') });
    const theirs = await desk.receive({ from: from('new@example.org') });
    await desk.system.query('update customer set merged_into = $2, heir_id = $2 where id = $1', [
      mine.customerId,
      theirs.customerId,
    ]);
    await desk.system.query('update ticket set customer_id = $2 where id = $1', [mine.id, theirs.customerId]);

    expect(await rate(subjectOf(mine), { score: 'GOOD' })).toEqual(taken);
    const [, event] = await desk.eventsOf(mine.id);
    expect(event?.actor).toMatchObject({ type: 'CUSTOMER', id: theirs.customerId });
  });
});

describe('nothing is rated', () => {
  test('by a link to what is spam, somebody else’s now, of an erased customer, or not there', async () => {
    const spam = await desk.receive();
    await desk.system.query(`update ticket set status = 'SPAM' where id = $1`, [spam.id]);
    const moved = await desk.receive({
      from: { name: null, identities: [{ kind: 'EMAIL', value: 'm@example.org', verified: true }] },
    });
    await desk.system.query('update ticket set customer_id = $2 where id = $1', [moved.id, spam.customerId]);
    const erased = await desk.receive({
      from: { name: null, identities: [{ kind: 'EMAIL', value: 'e@example.org', verified: true }] },
    });
    await desk.system.query('update customer set erased_at = now() where id = $1', [erased.customerId]);
    const foreign = await desk.receive({}, desk.theirs);

    expect(await rate(subjectOf(spam), { score: 'GOOD' })).toEqual(invalid);
    expect(await rate(subjectOf(moved), { score: 'GOOD' })).toEqual(invalid);
    expect(await rate(subjectOf(erased), { score: 'GOOD' })).toEqual(invalid);
    expect(await rate(subjectOf(spam, { ticketId: newId() }), { score: 'GOOD' })).toEqual(invalid);
    expect(await rate(subjectOf(foreign), { score: 'GOOD' })).toEqual(invalid);
    for (const { id } of [spam, moved, erased]) expect((await desk.ticket(id)).rating).toBeNull();
  });

  test('by a token that is forged, has ended, or is of another customer or workspace', async () => {
    const ticket = await desk.receive();
    const subject = subjectOf(ticket);
    const tokens = new RatingTokens(desk.key);
    const ended = tokens.sign(subject, Date.now() - ratingLinkSeconds * 1_000);
    const other = tokens.sign({ ...subject, customerId: newId() }, Date.now());
    const elsewhere = tokens.sign({ ...subject, workspaceId: desk.theirs.workspaceId }, Date.now());

    for (const token of ['', 'forged', `${tokens.sign(subject, Date.now())}x`, ended, other, elsewhere]) {
      expect(await rate(subject, { score: 'GOOD' }, token)).toEqual(invalid);
    }
    expect((await desk.ticket(ticket.id)).version).toBe(ticket.version);
  });

  test('by anybody but a customer', async () => {
    const ticket = await desk.receive();
    const token = new RatingTokens(desk.key).sign(subjectOf(ticket), Date.now());

    for (const role of ['ADMIN', 'AGENT', 'VIEWER', 'CONNECTOR'] as const) {
      const answer = await desk.ask(mutation, { token, score: 'GOOD' }, { role });
      expect(answer.errors?.[0]?.extensions.code).toBe('FORBIDDEN');
    }
  });
});

test('a customer may do and see nothing else', async () => {
  const ticket = await desk.receive();
  const viewer = { role: 'CUSTOMER' as const, subject: ticket.customerId ?? '' };

  for (const query of [
    `{ ticket(id: "${ticket.id}") { subject } }`,
    '{ tickets { nodes { subject } } }',
    '{ workspace { name } }',
    '{ customFields { key } }',
    `{ customer(id: "${ticket.customerId ?? ''}") { name } }`,
    `mutation { viewTicket(id: "${ticket.id}") { viewers { since } } }`,
  ]) {
    const answer = await desk.ask(query, {}, viewer);
    expect([query, answer.errors?.[0]?.extensions.code]).toEqual([query, 'FORBIDDEN']);
  }
  const entities = await desk.data(
    `{ _entities(representations: [{ __typename: "Ticket", id: "${ticket.id}" }]) { ... on Ticket { subject } } }`,
    {},
    viewer,
  );
  expect(entities).toEqual({ _entities: [null] });
});
