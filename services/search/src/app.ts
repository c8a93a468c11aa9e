import { newId } from '@smart-tickets/kit/ids';
import {
  closeParts,
  createMetrics,
  readiness,
  startWorkers,
  type openParts,
  type Running,
} from '@smart-tickets/kit/service';
import { startSweep } from '@smart-tickets/kit/sweep';
import { createSubgraphServer } from '@smart-tickets/kit/subgraph-server';
import { resolvers, sdlFile } from './graphql/schema.ts';
import { contracts, createHandlers } from './jobs/handlers.ts';
import { startHousekeeping } from './jobs/housekeeping.ts';
import { AppliedEvents } from './use-cases/await-event.ts';

/**
 * Starts what the process's roles ask for on opened parts: the server always (its health pages tell about workers
 * too), workers with the housekeeping, and sequencer by role. Nothing of the seed is this service's. Stopping lets
 * requests and jobs at work end.
 */
export async function startSearch(parts: ReturnType<typeof openParts>, _seed: unknown): Promise<Running> {
  const { config, log, pool, systemPool, queues, eventsWritten } = parts;
  const applied = new AppliedEvents(pool);
  const server = await createSubgraphServer({
    name: 'search',
    sdlFile,
    resolvers,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    context: (base) => ({ ...base, pool, applied }),
    log,
    ready: () => readiness(parts),
    metrics: createMetrics(parts),
  });
  const sequencer = config.ROLES.includes('sequencer') ? parts.sequencer() : undefined;
  const sweep = sequencer === undefined ? undefined : startSweep(systemPool, log);
  const works = config.ROLES.includes('worker');
  if (works) startWorkers(queues, contracts, createHandlers({ pool, newId, eventsWritten }));
  const housekeeping = works ? startHousekeeping(systemPool, log) : undefined;
  const port = await server.listen(config.HOST, config.PORT);

  return {
    port,
    async stop() {
      await server.close();
      await sweep?.stop();
      await sequencer?.stop();
      await queues.close();
      await housekeeping?.stop();
      await closeParts(parts);
    },
  };
}
