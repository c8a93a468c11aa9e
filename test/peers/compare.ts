import { startSystem, type RunningSystem } from '@smart-tickets/testing/processes';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { startOwnGateway } from '../support/own-gateway.ts';
import { differences, type Said } from './differences.ts';
import { installPeers, startHive } from './hive.ts';
import { operations, operationsWithoutRouting, type Operation } from './operations.ts';
import { makeWorld, type World } from './world.ts';

/*
 * `npm run peers`: the same supergraph, subgraphs and operations on our gateway and on Hive Gateway. The last line is
 * `N operations equal`, with `, N differ` when any do; then the status is 1.
 */

/** The installation apart, nothing here takes longer; what does has hung. */
const limitMs = 100_000;
const subgraphNames = ['ticket', 'channel-ingest', 'routing', 'search'] as const;
/** Nothing listens there: the discard port. */
const nowhere = 'http://127.0.0.1:9/graphql';

interface Parts {
  readonly system: RunningSystem;
  readonly world: World;
  readonly subgraphs: Readonly<Record<string, string>>;
  readonly internalTokenKey: string;
}
interface Round {
  readonly ours: string;
  readonly theirs: string;
  /** Whether the places and codes of errors are compared. */
  readonly placed: boolean;
}
interface Count {
  equal: number;
  different: number;
}

async function ask(url: string, operation: Operation, { system, world }: Parts): Promise<Said> {
  const { tokens } = system;
  const { as = 'agent', query, variables, operationName } = operation;
  const token = as === 'API' || as === 'EMAIL' ? tokens.channels[as] : tokens[as];
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/json',
      authorization: `Bearer ${token}`,
    },
    body: JSON.stringify({ query, variables: variables?.(world) ?? {}, operationName }),
    signal: AbortSignal.timeout(20_000),
  });
  const answer = (await response.json()) as {
    data?: unknown;
    errors?: Parameters<typeof errorsOf>[0];
  };
  return { data: answer.data ?? null, errors: errorsOf(answer.errors ?? []) };
}

/**
 * What both must say: where something went wrong and by which code. A request that is refused as a whole has no place, and
 * what others call that is theirs.
 */
function errorsOf(
  errors: readonly { path?: readonly unknown[]; extensions?: { code?: string } }[],
): readonly string[] {
  const lines = errors.map(({ path: place, extensions }) =>
    place === undefined ? 'refused' : `${extensions?.code} at ${place.join('.')}`,
  );
  return [...new Set(lines)].toSorted();
}

/** Asks ours before and after the peer: what changes by itself meanwhile is asked again. */
async function compare(operation: Operation, { ours, theirs, placed }: Round, parts: Parts): Promise<string> {
  const said = async (url: string): Promise<Said> => {
    const { data, errors } = await ask(url, operation, parts);
    return placed || errors.length === 0 ? { data, errors } : { data, errors: ['some'] };
  };
  for (let tries = 0; ; tries += 1) {
    const before = await said(ours);
    const difference = differences(before, await said(theirs));
    if (difference === '' || tries === 3) return difference;
    if (differences(before, await said(ours)) === '') return difference;
  }
}

async function compareAll(table: readonly Operation[], round: Round, parts: Parts): Promise<Count> {
  const count: Count = { equal: 0, different: 0 };
  for (const operation of table) {
    const difference = await compare(operation, round, parts);
    if (difference === '') {
      count.equal += 1;
      continue;
    }
    count.different += 1;
    const { name, query } = operation;
    process.stdout.write(`\n${name}\n${query}\n- our gateway\n+ Hive Gateway\n${difference}\n`);
  }
  return count;
}

async function run(parts: Parts): Promise<Count> {
  const { system, subgraphs } = parts;
  const whole = await besideHive(subgraphs, parts, (theirs) =>
    compareAll(operations, { ours: system.url, theirs, placed: true }, parts),
  );
  const withoutRouting = { ...subgraphs, routing: nowhere };
  const { dataDir } = system;
  const ours = await startOwnGateway({
    dataDir,
    internalTokenKey: parts.internalTokenKey,
    subgraphs: withoutRouting,
  });
  try {
    const broken = await besideHive(withoutRouting, parts, (theirs) =>
      compareAll(operationsWithoutRouting, { ours: ours.url, theirs, placed: false }, parts),
    );
    return { equal: whole.equal + broken.equal, different: whole.different + broken.different };
  } finally {
    await ours.stop();
  }
}

/** With the planner of Hive Router: the other one, by stitching, sends subgraphs queries that are not valid. */
async function besideHive(
  subgraphs: Parts['subgraphs'],
  { internalTokenKey }: Parts,
  work: (url: string) => Promise<Count>,
): Promise<Count> {
  const hive = await startHive({ subgraphs, internalTokenKey, planner: 'rust' });
  try {
    return await work(hive.url);
  } finally {
    hive.stop();
  }
}

async function partsOf(system: RunningSystem): Promise<Parts> {
  const secrets = JSON.parse(readFileSync(path.join(system.dataDir, 'secrets.json'), 'utf8')) as {
    internalTokenKey: string;
  };
  const subgraphs = Object.fromEntries(
    subgraphNames.map((name) => [name, `http://127.0.0.1:${system.port(name)}/graphql`]),
  );
  return { system, world: await makeWorld(system), subgraphs, internalTokenKey: secrets.internalTokenKey };
}

process.stderr.write('installing peers, starting the system …\n');
await installPeers();
const timer = setTimeout(() => {
  process.stderr.write(`the comparison did not end within ${limitMs / 1_000} s\n`);
  void system?.stop().finally(() => process.exit(1));
}, limitMs);
let system: RunningSystem | undefined;
try {
  system = await startSystem({ env: { LOG_LEVEL: 'warn' } });
  const { equal, different } = await run(await partsOf(system));
  process.stdout.write(`${equal} operations equal${different === 0 ? '' : `, ${different} differ`}\n`);
  process.exitCode = different === 0 ? 0 : 1;
} finally {
  clearTimeout(timer);
  await system?.stop();
}
