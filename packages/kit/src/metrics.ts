import type pg from 'pg';
import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import { withLimit } from './limits.ts';
import type { Logger } from './logger.ts';

/** A number of the service's own, read from its database whenever it is asked for. */
export interface ServiceGauge {
  readonly name: string;
  readonly help: string;
  readonly read: (systemPool: pg.Pool) => Promise<number>;
}

const outboxBacklog: ServiceGauge = {
  name: 'smart_tickets_outbox_events',
  help: 'Events that wait to be sequenced.',
  read: async (systemPool) => {
    const { rows } = await systemPool.query<{ waiting: number }>('select count(*) as waiting from outbox');
    return rows[0]?.waiting ?? 0;
  },
};

/**
 * Prometheus text of the process, of the outbox's backlog, and of what the service counts itself. A number that cannot be read
 * within `limitMs`, by default half of what Prometheus waits, is left out, counted and logged; the others are told.
 */
export function createMetrics(
  { systemPool, log }: { readonly systemPool: pg.Pool; readonly log: Logger },
  further: readonly ServiceGauge[] = [],
  limitMs = 5_000,
): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const failures = new Counter({
    name: 'smart_tickets_gauge_failures_total',
    help: 'How often a number of the service could not be read.',
    labelNames: ['gauge'],
    registers: [registry],
  });
  const gauges = [outboxBacklog, ...further].map(({ name, help, read }) => ({
    name,
    gauge: new Gauge({ name, help, registers: [registry] }),
    read,
  }));
  const update = async ({ name, gauge, read }: (typeof gauges)[number]): Promise<void> => {
    try {
      gauge.set(await withLimit(read(systemPool), limitMs, `reading ${name}`));
    } catch (error) {
      // What it was before is not what it is.
      gauge.remove();
      failures.inc({ gauge: name });
      log.warn({ err: error, gauge: name }, 'a number of the metrics could not be read');
    }
  };
  return async () => {
    await Promise.all(gauges.map(update));
    return registry.metrics();
  };
}
