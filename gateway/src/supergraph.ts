import { ApolloGateway, type GraphQLDataSource } from '@apollo/gateway';
import type { Logger } from '@smart-tickets/kit/logger';
import { watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';

export interface SupergraphOptions {
  /** Path of the supergraph SDL. Replacing or rewriting the file puts the new one to work. */
  readonly file: string;
  /** The data source of one subgraph; throws when it is not known where that subgraph is. */
  readonly sourceOf: (name: string) => GraphQLDataSource;
  readonly log: Logger;
}

/**
 * Calls `update` with the file's text whenever it has changed, one change after the other; a text that `update` throws
 * on is logged and the old one stays. Gives back a function that ends the watch.
 */
function watchFile(file: string, first: string, update: (text: string) => void, log: Logger): () => void {
  let current = first;
  let settle: NodeJS.Timeout | undefined;
  let reading: Promise<void> = Promise.resolve();
  const reload = async (): Promise<void> => {
    try {
      const text = await readFile(file, 'utf8');
      if (text === current || text.trim() === '') return;
      update(text);
      current = text;
      log.info({ file }, 'supergraph reloaded');
    } catch (error) {
      log.error({ err: error, file }, 'the changed supergraph is not usable; the old one stays');
    }
  };
  // The directory is watched, not the file: editors and Kubernetes replace files instead of writing into them.
  const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
    if (name !== basename(file) && name !== '..data') return;
    clearTimeout(settle);
    settle = setTimeout(() => {
      reading = reading.then(reload);
    }, 100).unref();
  });
  watcher.on('error', (error) => {
    log.error({ err: error, file }, 'the supergraph file can no longer be watched');
  });
  return () => {
    clearTimeout(settle);
    watcher.close();
  };
}

/** An Apollo gateway on the supergraph file; nothing is loaded before Apollo Server starts it. */
export function createSupergraphGateway(options: SupergraphOptions): ApolloGateway {
  // Read by the constructor: without it the gateway reports to its vendor and probes cloud metadata addresses.
  process.env['APOLLO_TELEMETRY_DISABLED'] = 'true';
  return new ApolloGateway({
    __exposeQueryPlanExperimental: false,
    validateSupergraph: true,
    logger: options.log,
    buildService: ({ name }) => options.sourceOf(name),
    supergraphSdl: async ({ update }) => {
      const supergraphSdl = await readFile(options.file, 'utf8');
      const stop = watchFile(options.file, supergraphSdl, update, options.log);
      return {
        supergraphSdl,
        cleanup: () => {
          stop();
          return Promise.resolve();
        },
      };
    },
  });
}
