import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { newDataDir, startSystem, type PartName, type RunningSystem } from '@smart-tickets/testing/processes';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { choosePorts } from './ports.ts';
import { isAlive } from './process-identity.ts';

const entry = fileURLToPath(new URL('./main.ts', import.meta.url));
const parts: PartName[] = [
  'gateway',
  'ticket',
  'channel-ingest',
  'routing',
  'search',
  'postgres',
  'postgres-guard',
];
const startLimitMs = 180_000;

const dataDir = newDataDir();
let system: RunningSystem;

beforeAll(async () => {
  system = await startSystem({ dataDir });
}, startLimitMs);

afterAll(async () => {
  await system.stop();
  rmSync(dataDir, { recursive: true, force: true });
}, startLimitMs);

function startAnother(
  args: string[],
  env: Record<string, string>,
): { status: number | null; stderr: string } {
  const { status, stderr } = spawnSync(process.execPath, [entry, ...args], {
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  return { status, stderr };
}

function portOf(running: RunningSystem): string {
  return new URL(running.url).port;
}

async function isReady(running: RunningSystem): Promise<boolean> {
  return (await fetch(new URL('/readyz', running.url))).ok;
}

async function typenameOf(running: RunningSystem, token: string): Promise<unknown> {
  const response = await fetch(running.url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: '{ __typename }' }),
  });
  return response.json();
}

describe('a running system', () => {
  test('has said where it is and where its data and tokens are', () => {
    const port = portOf(system);

    expect(system.output.slice(-4)).toEqual([
      `Data:   ${dataDir}`,
      `Tokens: ${path.join(dataDir, 'tokens.json')}`,
      `Try it: http://127.0.0.1:${port}/graphiql`,
      `Smart Tickets is ready: http://127.0.0.1:${port}/graphql`,
    ]);
  });

  test('takes each of its tokens', async () => {
    const { admin, agent, viewer, channels } = system.tokens;

    for (const token of [admin, agent, viewer, ...Object.values(channels)]) {
      expect(await typenameOf(system, token)).toMatchObject({ data: { __typename: 'Query' } });
    }
  });

  test('signs its people in with the passwords beside the tokens, and serves GraphiQL', async () => {
    const signedIn = await Promise.all(
      Object.entries(system.tokens.passwords).map(async ([email, password]) => {
        const response = await fetch(new URL('/sign-in', system.url), {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ email, password }),
        });
        return (await response.json()) as { token: string };
      }),
    );

    expect(signedIn).toHaveLength(3);
    for (const { token } of signedIn) {
      expect(await typenameOf(system, token)).toMatchObject({ data: { __typename: 'Query' } });
    }
    expect((await fetch(new URL('/graphiql', system.url))).status).toBe(200);
  });

  test('keeps a second start off its data', async () => {
    const [port] = await choosePorts(1);

    for (const args of [[], ['--fresh']]) {
      const { status, stderr } = startAnother(args, { DATA_DIR: dataDir, PORT: String(port) });

      expect(status).toBe(1);
      expect(stderr).toMatch(
        `Smart Tickets is already running on ${dataDir} (pid ${system.pid('supervisor')}): ${system.url}`,
      );
    }
    expect(await isReady(system)).toBe(true);
  });

  test('keeps its port, and the other one starts nothing', () => {
    const other = newDataDir();

    const { status, stderr } = startAnother([], { DATA_DIR: other, PORT: portOf(system) });

    expect(status).toBe(1);
    expect(stderr).toMatch(
      new RegExp(
        `^Port ${portOf(system)} is taken by pid ${system.pid('gateway')}\\. Choose another: PORT=\\d+ npm start\\n$`,
      ),
    );
    expect(existsSync(path.join(other, 'postgres'))).toBe(false);
    expect(existsSync(path.join(other, 'supervisor.lock'))).toBe(false);
    rmSync(other, { recursive: true });
  });

  test.each<PartName>(['ticket', 'gateway', 'postgres', 'postgres-guard'])(
    'brings %s back when it is killed',
    async (part) => {
      const killed = system.kill(part, 'SIGKILL');

      await eventually(() => {
        const pid = system.pid(part);
        return pid !== null && pid !== killed;
      }, 60_000);

      await eventually(() => typenameOf(system, system.tokens.admin), 60_000);
      for (const name of ['ticket', 'channel-ingest', 'routing', 'search'] as const) {
        await eventually(
          async () => (await fetch(`http://127.0.0.1:${system.port(name)}/readyz`)).ok,
          60_000,
        );
      }
    },
    startLimitMs,
  );
});

test(
  'a system whose supervisor is killed leaves nothing running, and starts again with its data',
  async () => {
    const pids = parts.map((part) => system.pid(part) ?? 0);
    const seed = readFileSync(path.join(dataDir, 'seed.json'), 'utf8');

    system.kill('supervisor', 'SIGKILL');
    await eventually(() => !pids.some(isAlive), 60_000);
    system = await startSystem({ dataDir });

    expect(readFileSync(path.join(dataDir, 'seed.json'), 'utf8')).toBe(seed);
    expect(await isReady(system)).toBe(true);
  },
  startLimitMs,
);

test(
  'a stop ends every process, with status 0, and lets the data go',
  async () => {
    const pids = parts.map((part) => system.pid(part) ?? 0);

    const status = await system.stop();

    expect(status).toBe(0);
    expect(pids.filter(isAlive)).toEqual([]);
    expect(existsSync(path.join(dataDir, 'supervisor.lock'))).toBe(false);
  },
  startLimitMs,
);
