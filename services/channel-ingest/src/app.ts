import { openBlobs } from '@smart-tickets/kit/blobs';
import { ChannelTokens } from '@smart-tickets/kit/channel-token';
import { FileLinks } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { RatingTokens } from '@smart-tickets/kit/link-token';
import type { Logger } from '@smart-tickets/kit/logger';
import {
  closeParts,
  createMetrics,
  readiness,
  startWorkers,
  type openParts,
  type Running,
  type ServiceGauge,
} from '@smart-tickets/kit/service';
import { createSubgraphServer } from '@smart-tickets/kit/subgraph-server';
import { startSweep } from '@smart-tickets/kit/sweep';
import type { Context } from './graphql/context.ts';
import { createLoaders } from './graphql/loaders.ts';
import { resolvers } from './graphql/resolvers/index.ts';
import { channelIngestHandlers, channelIngestJobs } from './jobs/handlers.ts';
import { trimErasedMessages, trimErasedSenders } from './persistence/erasure-store.ts';
import { countOutages } from './persistence/connector-reports.ts';
import { countMissing } from './persistence/ledger.ts';
import { seedChannels } from './seed.ts';
import { AnswerIds } from './use-cases/answer-ids.ts';
import { DeliveryFeed } from './use-cases/delivery-feed.ts';
import type { Deps } from './use-cases/deps.ts';
import { startRawRetention } from './use-cases/forget-raw.ts';
import type { CheckSender } from './use-cases/mail/sender-checks.ts';
import { startReconciliation } from './use-cases/reconcile-inbound.ts';
import { startStalledSweep } from './use-cases/sweep-stalled.ts';
import { startUploadSweep } from './use-cases/sweep-uploads.ts';
import { startConnectorWatch, startListening } from './use-cases/watch-connectors.ts';

/** A mail of 35 MiB in base64 with what GraphQL puts around it. */
const bodyLimit = 49 * 1024 * 1024;

const gauges: readonly ServiceGauge[] = [
  {
    name: 'smart_tickets_inbound_missing',
    help: 'Received messages that are not there any more, as far as the reconciliation has found.',
    read: countMissing,
  },
  {
    name: 'smart_tickets_connectors_out',
    help: 'Channels whose connector fails or is silent.',
    read: countOutages,
  },
];

/** What it needs is loaded only where it is wanted. */
async function dnsChecks(log: Logger): Promise<CheckSender> {
  const { senderChecks } = await import('./use-cases/mail/sender-checks.ts');
  return senderChecks({ log });
}

/** Builds and starts the intake from opened parts: its server, its workers, its sequencer, by configured role. */
export async function startChannelIngest(
  parts: ReturnType<typeof openParts>,
  seed: unknown,
): Promise<Running> {
  const { config, log, pool, systemPool, queues, hints } = parts;
  if (seed !== null) await seedChannels(systemPool, seed);
  const deliveries = new DeliveryFeed(pool, hints, log, () => new Date());
  const deps: Deps = {
    pool,
    systemPool,
    blobs: openBlobs(config),
    links: new FileLinks(config.INTERNAL_TOKEN_KEY, config.PUBLIC_URL),
    answerIds: new AnswerIds(config.INTERNAL_TOKEN_KEY),
    channelTokens: new ChannelTokens(config.INTERNAL_TOKEN_KEY),
    ratingLink: ratingLinks(config.INTERNAL_TOKEN_KEY, config.PUBLIC_URL),
    ...(config.MAIL_DNS ? { checkSender: await dnsChecks(log) } : {}),
    log,
    eventsWritten: parts.eventsWritten,
    deliveriesChanged: (workspaceId, channelId) => {
      deliveries.announce(workspaceId, channelId);
    },
    now: () => new Date(),
    newId,
  };
  const server = await createSubgraphServer<Context>({
    name: 'channel-ingest',
    sdlFile: new URL('./graphql/channel-ingest.graphql', import.meta.url),
    resolvers,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    context: (base) => ({
      ...base,
      deps,
      deliveries,
      loaders: createLoaders(pool, base.viewer.workspaceId),
    }),
    log,
    bodyLimit,
    ready: () => readiness(parts),
    metrics: createMetrics(parts, gauges),
  });
  const sequencer = config.ROLES.includes('sequencer') ? parts.sequencer() : undefined;
  const sweeps =
    sequencer === undefined
      ? []
      : [
          startSweep(systemPool, log, [trimErasedSenders, trimErasedMessages]),
          startStalledSweep(deps, log),
          startReconciliation(deps, log),
          startRawRetention(deps, log),
          startConnectorWatch(deps, log),
          startUploadSweep(deps, log),
        ];
  if (config.ROLES.includes('worker')) startWorkers(queues, channelIngestJobs, channelIngestHandlers(deps));
  const port = await server.listen(config.HOST, config.PORT);
  if (config.ROLES.includes('api')) sweeps.push(startListening(deps, log));
  return {
    port,
    async stop() {
      // Open subscriptions would wait for answers that are no longer looked for.
      await Promise.all([deliveries.close(), server.close()]);
      await Promise.all(sweeps.map((sweep) => sweep.stop()));
      await sequencer?.stop();
      await queues.close();
      await closeParts(parts);
    },
  };
}

function ratingLinks(internalTokenKey: string, publicUrl: string | undefined): Deps['ratingLink'] {
  const tokens = new RatingTokens(internalTokenKey);
  return (subject, nowMs) => (publicUrl === undefined ? null : tokens.link(subject, publicUrl, nowMs));
}
