import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { IntakeDesk } from '../test/intake-desk.ts';
import type { Delivery } from './domain/delivery.ts';
import { claimDeliveries } from './use-cases/claim-deliveries.ts';
import { reportDelivery, type ReportInput } from './use-cases/report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

/** The same numbers between 0 and 1 each time. Source: Mulberry32, T. Ettinger. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const tickets = 12;
const answersOfEach = 5;
const connectors = 8;

/** A mail server that keeps what it has taken, and connectors that die before or after they hand it over. */
class World {
  readonly taken: string[] = [];
  clockMs = Date.now();
  readonly #lastMs = this.clockMs + 86_400_000;
  #random = seeded(20_26);
  #told = new Set<string>();

  async work(): Promise<void> {
    while (this.#told.size < tickets * answersOfEach && this.clockMs < this.#lastMs) {
      const claimed = await claimDeliveries(desk.deps, desk.ours.connector(), { max: 3, leaseSeconds: 60 });
      // Whoever finds nothing lets time go by: leases and pauses end.
      if (claimed.length === 0) this.clockMs += 2_000;
      for (const delivery of claimed) await this.#send(delivery);
    }
  }

  async #send({ id, inDoubt, claimableAt }: Delivery): Promise<void> {
    const luck = this.#random();
    // Whoever comes too late to send what it has claimed leaves it to others.
    if (luck < 0.1 || Date.parse(claimableAt ?? '') <= this.clockMs) return;
    if (luck < 0.2) return this.#report(id, 'FAILED');
    if (!inDoubt || !this.taken.includes(id)) this.taken.push(id);
    if (luck < 0.35) return;
    await this.#report(id, 'SENT');
    this.#told.add(id);
  }

  async #report(deliveryId: string, status: ReportInput['status']): Promise<void> {
    const said = { deliveryId, status, externalId: null, error: null, permanent: false };
    const reported = await reportDelivery(desk.deps, desk.ours.connector(), said);
    // Time may have gone by: another has sent it since.
    if (!reported.ok && status === 'SENT') throw new Error(reported.error.code);
  }
}

test('scenario 25: whichever connectors die before or after sending, each answer is sent once, and those of a ticket in order', async () => {
  const world = new World();
  desk.now = () => new Date(world.clockMs);
  const threads: string[][] = [];
  for (let nth = 0; nth < tickets; nth += 1) {
    const ticketId = newId();
    const thread: string[] = [];
    for (let many = 0; many < answersOfEach; many += 1)
      thread.push((await desk.carry({ ticketId })).messageId);
    threads.push(thread);
  }

  await Promise.all(Array.from({ length: connectors }, () => world.work()));

  const sentOf = (thread: string[]) => world.taken.filter((id) => thread.includes(id));
  expect(threads.map(sentOf)).toEqual(threads);
  const { rows } = await desk.system.query<{ status: string; many: number }>(
    'select status, count(*) as many from delivery group by status',
  );
  expect(rows).toEqual([{ status: 'SENT', many: tickets * answersOfEach }]);
});
