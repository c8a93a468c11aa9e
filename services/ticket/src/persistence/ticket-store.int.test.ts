import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { TicketDesk } from '../../test/ticket-desk.ts';
import { nextVersion } from '../domain/ticket.ts';
import { TicketStore } from './ticket-store.ts';

let desk: TicketDesk;
beforeAll(async () => {
  desk = await TicketDesk.open();
});
afterAll(() => desk.close());

test.each([
  ['one that is there already', -1],
  ['one that leaves out another', 1],
])('a version that is not the next, %s, fails the transaction with all that is in it', async (_name, off) => {
  const [ticket, other] = [await desk.receive(), await desk.receive()];
  const next = nextVersion(ticket, { subject: 'Other' }, new Date().toISOString());

  const saving = inWorkspace(desk.deps.pool, desk.ours.workspaceId, async (tx) => {
    const store = new TicketStore(tx);
    await store.lock(ticket.id);
    await store.lock(other.id);
    store.save(nextVersion(other, { subject: 'Other' }, new Date().toISOString()), 1);
    store.save({ ...next, version: next.version + off }, 1);
    return ok(null);
  });

  await expect(saving).rejects.toThrow('division by zero');
  expect([await desk.ticket(ticket.id), await desk.ticket(other.id)]).toEqual([ticket, other]);
});

test('the next version is saved', async () => {
  const ticket = await desk.receive();
  const next = nextVersion(ticket, { subject: 'Other' }, new Date().toISOString());

  await inWorkspace(desk.deps.pool, desk.ours.workspaceId, async (tx) => {
    const store = new TicketStore(tx);
    await store.lock(ticket.id);
    store.save(next, 1);
    return ok(null);
  });

  expect(await desk.ticket(ticket.id)).toEqual(next);
});
