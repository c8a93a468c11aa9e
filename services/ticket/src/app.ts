import { EventFeed } from '@smart-tickets/kit/event-feed';
import { newId } from '@smart-tickets/kit/ids';
import {
  closeParts,
  createMetrics,
  readiness,
  startWorkers,
  type openParts,
  type Running,
} from '@smart-tickets/kit/service';
import { createSubgraphServer } from '@smart-tickets/kit/subgraph-server';
import { startSweep } from '@smart-tickets/kit/sweep';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { ticketHandlers, ticketJobs } from './jobs/handlers.ts';
import { seedTickets } from './seed.ts';
import type { Deps } from './use-cases/deps.ts';

// A repeat within a day gives the first result; keys are kept as long as events.
const trimIdempotency = `delete from idempotency where (workspace_id, actor_id, key) in (
  select workspace_id, actor_id, key from idempotency where created_at < now() - make_interval(days => $1) limit $2)`;

/** Builds and starts the ticket service from opened parts: its server, its workers, its sequencer, by configured role. */
export async function startTicket(parts: ReturnType<typeof openParts>, seed: unknown): Promise<Running> {
  const { config, log, pool, systemPool, queues, hints } = parts;
  if (seed !== null) await seedTickets(systemPool, seed);
  const deps: Deps = { pool, eventsWritten: parts.eventsWritten, now: () => new Date(), newId };
  const feed = new EventFeed(systemPool, hints, log);
  const server = await createSubgraphServer<Context>({
    name: 'ticket',
    sdlFile: new URL('./graphql/ticket.graphql', import.meta.url),
    resolvers,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    context: (base) => ({ ...base, deps, feed, loaders: createLoaders(pool, base.viewer.workspaceId) }),
    log,
    ready: () => readiness(parts),
    metrics: createMetrics(parts),
  });
  const sequencer = config.ROLES.includes('sequencer') ? parts.sequencer() : undefined;
  const sweep = sequencer === undefined ? undefined : startSweep(systemPool, log, [trimIdempotency]);
  if (config.ROLES.includes('worker')) startWorkers(queues, ticketJobs, ticketHandlers(deps));
  const port = await server.listen(config.HOST, config.PORT);
  return {
    port,
    async stop() {
      // Open subscriptions would wait for events that no longer come.
      await Promise.all([feed.close(), server.close()]);
      await sweep?.stop();
      await sequencer?.stop();
      await queues.close();
      await closeParts(parts);
    },
  };
}
