import type { Client } from './client.ts';
import { ingestFloor } from './ingest-floor.ts';
import { ingest, untilSettled } from './messages.ts';
import type { Figure } from './report.ts';
import { secondsOf } from './statistics.ts';

const inFlight = 16;
/** A slow machine hands fewer in: the bench must end in time there too. */
const handInLimitMs = 45_000;
const settleLimitMs = 150_000;

/**
 * Messages per second from the connector's hand to the ticket, each of a customer of its own, against the rate at
 * which the cluster takes the same rows bare. `handed in` stops the clock at the last acknowledgement, `on tickets`
 * when the intake has been told of the last ticket.
 */
export async function benchIngest(connector: Client, ticketUrl: string, count: number): Promise<Figure[]> {
  await secondsOf(inFlight * 4, inFlight, async (nth) => {
    await ingest(connector, `warm-${nth}`);
  });
  await untilSettled(connector, 30_000);

  const startedAt = performance.now();
  let handedIn = 0;
  const handingInSeconds = await secondsOf(count, inFlight, async (nth) => {
    if (performance.now() - startedAt > handInLimitMs) return;
    await ingest(connector, `load-${nth}`);
    handedIn += 1;
  });
  await untilSettled(connector, settleLimitMs);
  const settledSeconds = (performance.now() - startedAt) / 1_000;

  const floor = await ingestFloor(ticketUrl, handedIn, inFlight);
  const shared = {
    bench: 'ingest',
    unit: 'messages/s',
    floor,
    floorWhat: `the same ticket rows by one prepared statement, ${inFlight} connections`,
    moreIsBetter: true,
  } as const;
  return [
    {
      ...shared,
      what: `handed in, ${count} messages, ${inFlight} in flight`,
      value: count / handingInSeconds,
    },
    { ...shared, what: 'on tickets', value: handedIn / settledSeconds },
  ];
}
