/**
 * Compares the API that clients see with the last released one, docs/released-api.graphql. Every breaking change has to be
 * named in CHANGELOG.md under "Unreleased" by its coordinate, such as `Ticket.subject`. With --release the API as it is
 * becomes the released one.
 */
import { Supergraph } from '@apollo/federation-internals';
import {
  BreakingChangeType,
  buildSchema,
  findBreakingChanges,
  lexicographicSortSchema,
  printSchema,
  type BreakingChange,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync, writeFileSync } from 'node:fs';

const root = new URL('../', import.meta.url);
const released = new URL('docs/released-api.graphql', root);
const read = (file: string): string => readFileSync(new URL(file, root), 'utf8');

/** The schema that clients of a supergraph see, sorted so that its text changes only with its meaning. */
export function apiSchema(supergraphSdl: string): GraphQLSchema {
  return lexicographicSortSchema(Supergraph.build(supergraphSdl).apiSchema().toGraphQLJSSchema());
}

/** How graphql-js says what changed, and the schema coordinate of it. Source: graphql-js 16, findBreakingChanges.ts. */
const sayings: readonly (readonly [RegExp, string])[] = [
  [/^A required arg (\S+) on directive (\S+) was added\.$/, '@$2($1:)'],
  [/^A required arg (\S+) on (\S+) was added\.$/, '$2($1:)'],
  [/^A required field (\S+) on input type (\S+) was added\.$/, '$2.$1'],
  [/^(\S+) was removed from enum type (\S+)\.$/, '$2.$1'],
  [/^\S+ was removed from union type (\S+)\.$/, '$1'],
  [/^Repeatable flag was removed from (\S+)\.$/, '@$1'],
  [/^(\S+\.\S+) arg (\S+) .*$/, '$1($2:)'],
  [/^(\S+) .*$/, '$1'],
];

/** The coordinate of what a change breaks. Source: the GraphQL specification's schema coordinates. */
export function coordinateOf({ type, description }: BreakingChange): string {
  const directive = /^DIRECTIVE_(?!REMOVED)/.test(type)
    ? /^(\S+) was removed from (\S+)\.$/.exec(description)
    : null;
  if (directive !== null) {
    const [, part = '', name = ''] = directive;
    return type === BreakingChangeType.DIRECTIVE_ARG_REMOVED ? `@${name}(${part}:)` : `@${name}`;
  }
  const saying = sayings.find(([pattern]) => pattern.test(description));
  const coordinate = saying === undefined ? description : description.replace(...saying);
  return type === BreakingChangeType.DIRECTIVE_REMOVED ? `@${coordinate}` : coordinate;
}

/** What stands in a changelog between the heading "Unreleased" and that of the last version. */
export function unreleased(changelog: string): string {
  return /^## \[?Unreleased\]?.*$([\s\S]*?)(?=^## |(?![\s\S]))/m.exec(changelog)?.[1] ?? '';
}

/** The breaking changes between two schemas that the changelog does not name, one line each. */
export function unnamedChanges(before: GraphQLSchema, after: GraphQLSchema, changelog: string): string[] {
  const text = unreleased(changelog);
  return findBreakingChanges(before, after)
    .map((change) => ({ change, coordinate: coordinateOf(change) }))
    .filter(({ coordinate }) => !text.includes(`\`${coordinate}\``))
    .map(({ change, coordinate }) => `\`${coordinate}\`  ${change.description}`);
}

if (import.meta.main) {
  const current = apiSchema(read('supergraph.graphql'));
  if (process.argv.includes('--release')) {
    writeFileSync(released, `${printSchema(current)}\n`);
  } else {
    const before = buildSchema(readFileSync(released, 'utf8'));
    const unnamed = unnamedChanges(before, current, read('CHANGELOG.md'));
    if (unnamed.length > 0) {
      process.stderr.write(
        `The API breaks clients of the last release, and CHANGELOG.md does not say so under "Unreleased". ` +
          `Take the change back, or name it there by its coordinate:\n${unnamed.map((line) => `  ${line}\n`).join('')}`,
      );
      process.exitCode = 1;
    }
  }
}
