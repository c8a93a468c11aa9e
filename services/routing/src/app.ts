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
import { createContext } from './graphql/context.ts';
import { resolvers, sdlFile } from './graphql/schema.ts';
import { contracts, createHandlers } from './jobs/handlers.ts';
import { addSignIn } from './sign-in-routes.ts';
import { signInTrims } from './persistence/sign-in-repository.ts';
import { PasswordHasher } from './use-cases/password-hashing.ts';
import { plantSeed } from './use-cases/plant-seed.ts';
import { SessionTokens } from './use-cases/session-tokens.ts';
import type { SignInParts } from './use-cases/sign-in.ts';

/**
 * Starts what the process's roles ask for on opened parts: the server always (its health pages tell about workers
 * too), workers and sequencer by role. Writes the seed first. Stopping lets requests and jobs at work end.
 */
export async function startRouting(parts: ReturnType<typeof openParts>, seed: unknown): Promise<Running> {
  const { config, log, pool, systemPool, queues, eventsWritten } = parts;
  await plantSeed(systemPool, seed);
  const signIn: SignInParts = {
    pool,
    hasher: new PasswordHasher(),
    tokens: new SessionTokens(config.INTERNAL_TOKEN_KEY),
    newId,
    now: () => new Date(),
  };

  const server = await createSubgraphServer({
    name: 'routing',
    sdlFile,
    resolvers,
    internalTokenKey: config.INTERNAL_TOKEN_KEY,
    context: createContext(pool, signIn),
    log,
    routes: (server) => {
      addSignIn(server, signIn, config.INTERNAL_TOKEN_KEY);
    },
    ready: () => readiness(parts),
    metrics: createMetrics(parts),
  });
  const sequencer = config.ROLES.includes('sequencer') ? parts.sequencer() : undefined;
  const sweep = sequencer === undefined ? undefined : startSweep(systemPool, log, signInTrims);
  if (config.ROLES.includes('worker')) {
    startWorkers(queues, contracts, createHandlers({ pool, newId, now: () => new Date(), eventsWritten }));
  }
  const port = await server.listen(config.HOST, config.PORT);

  return {
    port,
    async stop() {
      await server.close();
      await sweep?.stop();
      await sequencer?.stop();
      await queues.close();
      await closeParts(parts);
    },
  };
}
