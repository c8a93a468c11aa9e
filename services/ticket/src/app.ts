import { openBlobs } from '@smart-tickets/kit/blobs';
import { EventFeed } from '@smart-tickets/kit/event-feed';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import {
  closeParts,
  createMetrics,
  readiness,
  startWorkers,
  type openParts,
  type Running,
} from '@smart-tickets/kit/service';
import { RatingTokens } from '@smart-tickets/kit/link-token';
import { createSubgraphServer } from '@smart-tickets/kit/subgraph-server';
import { startSweep } from '@smart-tickets/kit/sweep';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { ticketHandlers, ticketJobs } from './jobs/handlers.ts';
import { startErasureSweep } from './jobs/erasure-sweep.ts';
import { startTimers } from './jobs/timers.ts';
import { startWebhooks } from './jobs/webhooks.ts';
import { trimErasedIdentities } from './persistence/erasure-queries.ts';
import { trimIdempotency } from './persistence/idempotency-store.ts';
import { trimSeen } from './persistence/seen-store.ts';
import { trimEventLog } from './persistence/trim-event-log.ts';
import { trimUploads } from './persistence/upload-store.ts';
import { sweepViewers } from './persistence/viewers.ts';
import {
  trimRemovedDeliveries,
  trimRemovedWebhooks,
  trimWebhookDeliveries,
} from './persistence/webhook-queries.ts';
import { seedTickets } from './seed.ts';
import { CountFeed } from './use-cases/count-feed.ts';
import type { Deps } from './use-cases/deps.ts';
import { SeenRecorder } from './use-cases/record-seen.ts';
import { ViewerFeed } from './use-cases/viewer-feed.ts';

/** Builds and starts the ticket service from opened parts: its server, its workers, its sequencer, by configured role. */
export async function startTicket(parts: ReturnType<typeof openParts>, seed: unknown): Promise<Running> {
  const { config, log, pool, systemPool, queues, hints } = parts;
  if (seed !== null) await seedTickets(systemPool, seed);
  const deps: Deps = {
    pool,
    blobs: openBlobs(config),
    links: new FileLinks(config.INTERNAL_TOKEN_KEY, config.PUBLIC_URL),
    allowInsecureWebhooks: config.WEBHOOK_ALLOW_INSECURE,
    eventsWritten: parts.eventsWritten,
    now: () => new Date(),
    newId,
  };
  const feed = new EventFeed(systemPool, hints, log);
  const viewers = new ViewerFeed(pool, hints, log);
  const counts = new CountFeed(pool, feed, log);
  const ratingTokens = new RatingTokens(config.INTERNAL_TOKEN_KEY);
  const seen = new SeenRecorder(pool, log);
  const server = await createSubgraphServer<Context>({
    name: 'ticket',
    sdlFile: new URL('./graphql/ticket.graphql', import.meta.url),
    resolvers,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    context: (base) => ({
      ...base,
      deps,
      feed,
      viewers,
      counts,
      ratingTokens,
      seen,
      loaders: createLoaders(pool, base.viewer.workspaceId),
    }),
    log,
    ready: () => readiness(parts),
    metrics: createMetrics(parts),
  });
  const sequencer = config.ROLES.includes('sequencer') ? parts.sequencer() : undefined;
  const sweep =
    sequencer === undefined
      ? undefined
      : startSweep(
          systemPool,
          log,
          [
            trimIdempotency,
            trimSeen,
            trimUploads,
            trimErasedIdentities,
            sweepViewers,
            trimWebhookDeliveries,
            trimRemovedDeliveries,
            trimRemovedWebhooks,
          ],
          trimEventLog,
        );
  const timers = sequencer === undefined ? undefined : startTimers(deps, systemPool, log);
  const erasures = sequencer === undefined ? undefined : startErasureSweep(deps, systemPool, log);
  const webhooks = sequencer === undefined ? undefined : startWebhooks(deps, systemPool, log);
  if (config.ROLES.includes('worker')) startWorkers(queues, ticketJobs, ticketHandlers(deps));
  const port = await server.listen(config.HOST, config.PORT);
  return {
    port,
    async stop() {
      // Open subscriptions would wait for events that no longer come.
      await Promise.all([feed.close(), viewers.close(), counts.close(), server.close()]);
      await seen.settled();
      await Promise.all([sweep?.stop(), timers?.stop(), erasures?.stop(), webhooks?.stop()]);
      await sequencer?.stop();
      await queues.close();
      await closeParts(parts);
    },
  };
}
