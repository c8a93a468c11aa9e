import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';

/** What the gateway has open at a moment. */
export interface Counts {
  readonly sockets: number;
  /** Subscriptions over plain HTTP. */
  readonly streams: number;
  /** Subscriptions at subgraphs. */
  readonly upstreams: number;
  /** Answers to subscription events in the making. */
  readonly pending: number;
}

/**
 * Prometheus text of the process, its sockets and its upstream subscriptions. `sharedReads` is how many requests to subgraphs
 * were spared since the start.
 */
export function createMetrics(counts: () => Counts, sharedReads: () => number): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const sockets = new Gauge({
    name: 'smart_tickets_gateway_sockets',
    help: 'WebSockets that are open.',
    registers: [registry],
  });
  const streams = new Gauge({
    name: 'smart_tickets_gateway_event_streams',
    help: 'Subscriptions over plain HTTP that are open.',
    registers: [registry],
  });
  const upstreams = new Gauge({
    name: 'smart_tickets_gateway_upstream_subscriptions',
    help: 'Subscriptions that the gateway has open at subgraphs.',
    registers: [registry],
  });
  const pending = new Gauge({
    name: 'smart_tickets_gateway_pending_events',
    help: 'Answers to subscription events in the making.',
    registers: [registry],
  });
  const spared = new Counter({
    name: 'smart_tickets_gateway_shared_reads_total',
    help: 'Requests to subgraphs that were spared because the same was being asked already.',
    registers: [registry],
  });
  return () => {
    const now = counts();
    sockets.set(now.sockets);
    streams.set(now.streams);
    upstreams.set(now.upstreams);
    pending.set(now.pending);
    spared.reset();
    spared.inc(sharedReads());
    return registry.metrics();
  };
}
