import { composeServices } from '@apollo/composition';
import { parse } from 'graphql';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const target = new URL('supergraph.graphql', root);
const subgraphs = ['ticket', 'channel-ingest', 'routing', 'search'] as const;

/**
 * The supergraph SDL of the SDLs as they stand in the tree. Routing urls are placeholders: where a subgraph listens is
 * configuration of the gateway. Throws with every composition error when they do not fit together.
 */
export function composeSupergraph(): string {
  const result = composeServices(
    subgraphs.map((name) => {
      const file = new URL(`services/${name}/src/graphql/${name}.graphql`, root);
      return { name, url: `http://127.0.0.1/${name}`, typeDefs: parse(readFileSync(file, 'utf8')) };
    }),
  );
  if (result.supergraphSdl === undefined) {
    const faults = (result.errors ?? []).map((error) => error.toString());
    throw new Error(`The subgraphs do not compose:\n${faults.join('\n')}`);
  }
  return `${result.supergraphSdl.trim()}\n`;
}

if (import.meta.main) {
  const composed = composeSupergraph();
  if (process.argv.includes('--check')) {
    if (!existsSync(target) || readFileSync(target, 'utf8') !== composed) {
      process.stderr.write(
        'supergraph.graphql is not current: run "npm run compose" and commit the result.\n',
      );
      process.exitCode = 1;
    }
  } else {
    writeFileSync(target, composed);
  }
}
