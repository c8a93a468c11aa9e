import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { appRole, createPool, systemRole } from '@smart-tickets/kit/postgres';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import type pg from 'pg';
import { migrations } from '../persistence/migrations/index.ts';
import { signInTrims } from '../persistence/sign-in-repository.ts';
import { changePassword, setPassword } from './change-password.ts';
import { PasswordHasher } from './password-hashing.ts';
import { plantSeed } from './plant-seed.ts';
import { refreshSession, signOut } from './refresh-session.ts';
import { SessionTokens } from './session-tokens.ts';
import { signIn, type SignInParts, type SignInTry } from './sign-in.ts';

const password = 'correct horse battery';
const refused = { ok: false, error: { code: 'REFUSED' } };
const minute = 60_000;
const day = 86_400_000;

let database: TestDatabase;
let pool: pg.Pool;
let systemPool: pg.Pool;
let nowMs: number;
let parts: SignInParts;
/** A workspace of each test's own. */
let ours: Awaited<ReturnType<typeof makeWorkspace>>;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  const log = createLogger('routing-test', 'silent');
  pool = createPool(database.url, appRole, 'routing', 4, log);
  systemPool = createPool(database.url, systemRole, 'routing-system', 2, log);
  parts = {
    pool,
    hasher: new PasswordHasher({ memory: 64, passes: 1, parallelism: 1 }),
    tokens: new SessionTokens('k'.repeat(40)),
    newId,
    now: () => new Date(nowMs),
  };
});
afterAll(async () => {
  await pool.end();
  await systemPool.end();
  await database.drop();
});
beforeEach(async () => {
  nowMs = Date.now();
  ours = await makeWorkspace();
});

async function makeWorkspace() {
  const id = newId();
  const agent = (name: string, role: string) => ({
    id: newId(),
    name,
    email: `${name}@Example.org`,
    role,
    teamIds: [],
  });
  const [ada, bob] = [agent('Ada', 'ADMIN'), agent('Bob', 'AGENT')];
  const seed = { workspace: { id }, teams: [], agents: [ada, bob] };
  await plantSeed(systemPool, {
    ...seed,
    agents: [{ ...ada, passwordHash: await parts.hasher.hash(password) }, bob],
  });
  return { id, ada, bob, seed };
}

function attempt(change: Partial<SignInTry> = {}) {
  return signIn(parts, {
    workspaceId: ours.id,
    email: 'ada@example.org',
    password,
    source: '192.0.2.1',
    ...change,
  });
}

async function signedIn(change: Partial<SignInTry> = {}) {
  const result = await attempt(change);
  if (!result.ok) throw new Error(result.error.code);
  return result.value;
}

async function limited(change: Partial<SignInTry> = {}): Promise<number> {
  const result = await attempt(change);
  return !result.ok && result.error.code === 'LIMITED' ? result.error.retryAfterSeconds : 0;
}

async function count(table: string): Promise<number> {
  const { rows } = await systemPool.query<{ count: number }>(
    `select count(*) from ${table} where workspace_id = $1`,
    [ours.id],
  );
  return rows[0]?.count ?? 0;
}

describe('signing in', () => {
  test('opens a session for the right password, in whatever letters the address is written', async () => {
    const result = await attempt({ email: ' ADA@example.ORG ' });

    expect(result).toEqual({
      ok: true,
      value: {
        workspaceId: ours.id,
        agentId: ours.ada.id,
        role: 'ADMIN',
        sessionId: expect.any(String),
        refreshToken: expect.any(String),
      },
    });
    expect(await count('agent_session')).toBe(1);
  });

  test.each<[string, () => Partial<SignInTry>]>([
    ['a wrong password', () => ({ password: 'correct horse batterz' })],
    ['an address that nobody has', () => ({ email: 'eve@example.org' })],
    ['an agent without a password', () => ({ email: 'bob@example.org' })],
    ['a workspace that is none', () => ({ workspaceId: newId() })],
    ['a workspace that cannot be one', () => ({ workspaceId: 'no id' })],
    ['an address longer than any', () => ({ email: `${'a'.repeat(310)}@example.org` })],
    ['characters that Postgres cannot hold', () => ({ email: 'eve\0\ud800@example.org' })],
    ['nothing', () => ({ email: '', password: '' })],
  ])('answers %s by the same words and leaves no session', async (_what, change) => {
    expect(await attempt(change())).toEqual(refused);
    expect(await count('agent_session')).toBe(0);
  });

  test('knows an agent in their own workspace only', async () => {
    const theirs = await makeWorkspace();
    await setPassword(
      parts,
      { workspaceId: theirs.id, agentId: theirs.bob.id },
      { agentId: theirs.ada.id, newPassword: 'their own password' },
    );

    expect(await attempt({ workspaceId: theirs.id })).toEqual(refused);
    expect(await attempt({ password: 'their own password' })).toEqual(refused);
    expect(await attempt({ workspaceId: theirs.id, password: 'their own password' })).toMatchObject({
      ok: true,
      value: { workspaceId: theirs.id, agentId: theirs.ada.id },
    });
  });

  test('keeps the twenty sessions that were used last', async () => {
    const first = await signedIn();
    for (let made = 1; made <= 20; made += 1) {
      nowMs += 1;
      await signedIn();
    }

    expect(await count('agent_session')).toBe(20);
    expect(await refreshSession(parts, first.refreshToken)).toEqual(refused);
  }, 120_000);
});

describe('tries', () => {
  const wrong = { password: 'not the password' };

  test.each(['ada@example.org', 'nobody@example.org'])(
    'of %s from one address: five at once, then one a minute',
    async (email) => {
      for (let made = 0; made < 5; made += 1) expect(await attempt({ ...wrong, email })).toEqual(refused);

      expect(await limited({ email })).toBe(60);
      nowMs += minute - 1;
      expect(await limited({ email })).toBe(1);
      nowMs += 1;
      expect(await attempt({ ...wrong, email })).toEqual(refused);
      expect(await limited({ ...wrong, email })).toBe(60);
    },
  );

  test('many at once are as many as one after the other', async () => {
    const answers = await Promise.all(Array.from({ length: 12 }, () => attempt(wrong)));

    const codes = answers.map((answer) => (answer.ok ? 'OK' : answer.error.code));
    expect(codes.filter((code) => code === 'REFUSED')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LIMITED')).toHaveLength(7);
  });

  test('success gives them back', async () => {
    for (let made = 0; made < 4; made += 1) await attempt(wrong);
    await signedIn();

    for (let made = 0; made < 5; made += 1) expect(await attempt(wrong)).toEqual(refused);
  });

  test('from many addresses they are thirty, then one each two minutes; whoever was here before still gets in', async () => {
    await signedIn({ source: '192.0.2.9' });
    for (let made = 0; made < 30; made += 1)
      expect(await attempt({ ...wrong, source: `198.51.100.${made}` })).toEqual(refused);

    expect(await limited({ source: '203.0.113.1' })).toBe(120);
    expect((await attempt({ source: '192.0.2.9' })).ok).toBe(true);
    nowMs += 2 * minute;
    expect((await attempt({ source: '203.0.113.1' })).ok).toBe(true);
  }, 120_000);

  test('one account’s are not another’s', async () => {
    for (let made = 0; made < 6; made += 1) await attempt({ ...wrong, email: 'bob@example.org' });

    expect((await attempt()).ok).toBe(true);
  });

  test('leave rows that name nobody, none for workspaces that are none, and are swept', async () => {
    const unknown = newId();
    await attempt({ ...wrong, workspaceId: unknown });
    nowMs -= day;
    await attempt(wrong);

    const { rows } = await systemPool.query<{ workspace_id: string }>('select * from sign_in_budget');
    expect(JSON.stringify(rows)).not.toMatch(/ada@|192\.0\.2/);
    expect(rows.filter((row) => row.workspace_id === unknown)).toEqual([]);
    for (const text of signInTrims) await systemPool.query(text, [7, 5_000]);
    expect(await count('sign_in_budget')).toBe(0);
  });
});

describe('a session', () => {
  test('goes on by refresh tokens, each of which is good once and, for a lost answer, a minute longer', async () => {
    const first = await signedIn();
    const second = await refreshSession(parts, first.refreshToken);
    nowMs += minute;
    const again = await refreshSession(parts, first.refreshToken);

    expect(second).toMatchObject({ ok: true, value: { agentId: ours.ada.id, role: 'ADMIN' } });
    expect(again).toEqual(second);
    expect(second.ok && second.value.refreshToken).not.toBe(first.refreshToken);
  });

  test('ends for everybody when a token comes that was used before', async () => {
    const first = await signedIn();
    const second = await refreshSession(parts, first.refreshToken);
    nowMs += minute + 1;

    expect(await refreshSession(parts, first.refreshToken)).toEqual(refused);
    expect(await refreshSession(parts, second.ok ? second.value.refreshToken : '')).toEqual(refused);
    expect(await count('agent_session')).toBe(0);
  });

  test('ends after seven days without use, and after thirty in any case', async () => {
    const idle = await signedIn();
    const used = await signedIn();
    let token = used.refreshToken;
    const use = async (): Promise<boolean> => {
      const next = await refreshSession(parts, token);
      if (next.ok) token = next.value.refreshToken;
      return next.ok;
    };
    nowMs += 7 * day - 1;

    expect(await use()).toBe(true);
    nowMs += 1;
    expect(await refreshSession(parts, idle.refreshToken)).toEqual(refused);
    for (let week = 0; week < 3; week += 1) {
      nowMs += 7 * day - 2;
      expect(await use()).toBe(true);
    }
    nowMs += 2 * day + 6;
    expect(await use()).toBe(false);
  });

  test('ends by signing out, with any of its tokens, also twice', async () => {
    const { refreshToken } = await signedIn();
    const other = await signedIn();

    await signOut(parts, refreshToken);
    await signOut(parts, refreshToken);

    expect(await refreshSession(parts, refreshToken)).toEqual(refused);
    expect((await refreshSession(parts, other.refreshToken)).ok).toBe(true);
  });

  test('has the role that the agent has at its refresh, and ends with the agent', async () => {
    const { refreshToken } = await signedIn();
    await systemPool.query(`update agent set role = 'VIEWER' where id = $1`, [ours.ada.id]);
    const demoted = await refreshSession(parts, refreshToken);
    await systemPool.query('delete from agent where id = $1', [ours.ada.id]);

    expect(demoted).toMatchObject({ ok: true, value: { role: 'VIEWER' } });
    expect(await refreshSession(parts, demoted.ok ? demoted.value.refreshToken : '')).toEqual(refused);
  });

  test.each(['', 'x', 'A'.repeat(100), 'A'.repeat(91), 'é'.repeat(91), 'A'.repeat(100_000)])(
    'is nobody’s by a made-up token (%#)',
    async (token) => {
      expect(await refreshSession(parts, token)).toEqual(refused);
      await expect(signOut(parts, token)).resolves.toBeUndefined();
    },
  );

  test('is nobody’s by a token of another installation', async () => {
    const { sessionId } = await signedIn();
    const foreign = new SessionTokens('l'.repeat(40)).sign({ workspaceId: ours.id, sessionId, turn: 0 });

    expect(await refreshSession(parts, foreign)).toEqual(refused);
    expect(await count('agent_session')).toBe(1);
  });
});

describe('a password', () => {
  const next = 'another good password';
  const byAda = () => ({ workspaceId: ours.id, agentId: ours.ada.id });

  test('is changed by its owner who knows the present one; all sessions end', async () => {
    const { refreshToken } = await signedIn();

    const result = await changePassword(parts, byAda(), { currentPassword: password, newPassword: next });

    expect(result).toEqual({ ok: true, value: null });
    expect(await refreshSession(parts, refreshToken)).toEqual(refused);
    expect(await attempt()).toEqual(refused);
    expect((await attempt({ password: next })).ok).toBe(true);
  });

  test('cannot be guessed by whoever holds a token: five tries, then one a minute', async () => {
    const change = (currentPassword: string) =>
      changePassword(parts, byAda(), { currentPassword, newPassword: next });
    for (let made = 0; made < 5; made += 1)
      expect(await change('some other password')).toMatchObject({
        error: { code: 'FORBIDDEN', field: 'currentPassword' },
      });

    expect(await change(password)).toMatchObject({ error: { code: 'LIMIT_EXCEEDED' } });
    nowMs += minute;
    expect(await change(password)).toEqual({ ok: true, value: null });
  });

  test('is set for another agent by an admin, also twice, and taken away', async () => {
    const set = (newPassword: string | null) =>
      setPassword(parts, byAda(), { agentId: ours.bob.id.toUpperCase(), newPassword });
    const bob = { email: 'bob@example.org', password: next };

    expect(await set(next)).toEqual({ ok: true, value: null });
    expect(await set(next)).toEqual({ ok: true, value: null });
    const { refreshToken } = await signedIn(bob);
    expect(await set(null)).toEqual({ ok: true, value: null });
    expect(await attempt(bob)).toEqual(refused);
    expect(await refreshSession(parts, refreshToken)).toEqual(refused);
  });

  test('that was taken away does not come back with the seed', async () => {
    await setPassword(
      parts,
      { workspaceId: ours.id, agentId: ours.bob.id },
      { agentId: ours.ada.id, newPassword: null },
    );
    const [ada, ...others] = ours.seed.agents;
    const passwordHash = await parts.hasher.hash(password);
    await plantSeed(systemPool, { ...ours.seed, agents: [{ ...ada, passwordHash }, ...others] });

    expect(await attempt()).toEqual(refused);
  });

  test.each<[string, () => { agentId: string; newPassword: string | null }, string]>([
    ['nobody', () => ({ agentId: newId(), newPassword: next }), 'NOT_FOUND'],
    ['what is no id', () => ({ agentId: 'no id', newPassword: next }), 'NOT_FOUND'],
    ['oneself, where there is one', () => ({ agentId: ours.ada.id, newPassword: next }), 'FORBIDDEN'],
    ['another, too short', () => ({ agentId: ours.bob.id, newPassword: 'too short' }), 'INVALID'],
  ])('is not set for %s', async (_whom, input, code) => {
    expect(await setPassword(parts, byAda(), input())).toMatchObject({ ok: false, error: { code } });
  });

  test('is not set for an agent of another workspace', async () => {
    const theirs = await makeWorkspace();

    const result = await setPassword(parts, byAda(), { agentId: theirs.bob.id, newPassword: next });

    expect(result).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
  });

  test('is one agent’s where two have the same address', async () => {
    await systemPool.query('update agent set email = $2 where id = $1', [ours.bob.id, 'ADA@example.org']);

    const result = await setPassword(parts, byAda(), { agentId: ours.bob.id, newPassword: next });

    expect(result).toMatchObject({ ok: false, error: { code: 'CONFLICT', field: 'agentId' } });
  });
});
