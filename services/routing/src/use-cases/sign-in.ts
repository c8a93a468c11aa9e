import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import type pg from 'pg';
import { longestAddress, longestPassword, normalisePassword, signInAddress } from '../domain/password.ts';
import type { AgentRole } from '../domain/people.ts';
import { pairLimit, strangersLimit, type TryLimit } from '../domain/sign-in-limits.ts';
import { signInStatements as sql, type AccountRow } from '../persistence/sign-in-repository.ts';
import { HashingBusy, type PasswordHasher } from './password-hashing.ts';
import type { SessionTokens } from './session-tokens.ts';

/** What the use-cases around signing in are given first. */
export interface SignInParts {
  readonly pool: pg.Pool;
  readonly hasher: PasswordHasher;
  readonly tokens: SessionTokens;
  readonly newId: () => string;
  readonly now: () => Date;
}

/** What somebody signs in with; `source` is the network address that they come from. */
export interface SignInTry {
  readonly workspaceId: string;
  readonly email: string;
  readonly password: string;
  readonly source: string;
}

/** An agent who is signed in. `endsAt` is when the session ends if it is not used. */
export interface SignedIn {
  readonly workspaceId: string;
  readonly agentId: string;
  readonly role: AgentRole;
  readonly sessionId: string;
  readonly refreshToken: string;
}

/**
 * REFUSED says no more than that: no such workspace, address or password. LIMITED: tried too often, of whatever account,
 * there or not. BUSY: too many at once; nothing was looked at.
 */
export type SignInFault =
  | { readonly code: 'REFUSED' }
  | { readonly code: 'LIMITED'; readonly retryAfterSeconds: number }
  | { readonly code: 'BUSY' };

/** Takes one try; gives null, or how long until there is one again. */
export async function takeTry(tx: Tx, key: string, limit: TryLimit, now: Date): Promise<number | null> {
  const { rowCount } = await tx.query(sql.takeTry(tx.workspaceId, key, limit, now));
  if (rowCount === 1) return null;
  const { rows } = await tx.query<{ fullAt: string }>(sql.budget(tx.workspaceId, key));
  const fullAt = Date.parse(rows[0]?.fullAt ?? now.toISOString());
  return Math.max(1, Math.ceil((fullAt + limit.everyMs * (1 - limit.burst) - now.getTime()) / 1_000));
}

interface Keys {
  readonly source: string;
  readonly pair: string;
  readonly strangers: string;
}

async function admit(
  tx: Tx,
  address: string,
  keys: Keys,
  now: Date,
): Promise<Result<AccountRow, SignInFault>> {
  const { rows } = await tx.query<AccountRow>(sql.account(tx.workspaceId, address, keys.source, now));
  const [account] = rows;
  if (account === undefined) throw new Error('the account statement always gives a row');
  // Nothing is written down about workspaces that do not exist: there is no end to them.
  if (!account.inhabited) return ok(account);
  const waits = [await takeTry(tx, keys.pair, pairLimit, now)];
  if (!account.known) waits.push(await takeTry(tx, keys.strangers, strangersLimit, now));
  const retryAfterSeconds = Math.max(...waits.map((seconds) => seconds ?? 0));
  return retryAfterSeconds > 0 ? err({ code: 'LIMITED', retryAfterSeconds }) : ok(account);
}

/**
 * Signs an agent in by mail address and password, and opens a session. A refusal takes as long and says the same
 * whether or not there is such an account. Tries are taken before the password is looked at, so that many at once are
 * many; success gives them back. Repeated after a lost answer it opens another session.
 */
export async function signIn(
  parts: SignInParts,
  { workspaceId, email, password, source }: SignInTry,
): Promise<Result<SignedIn, SignInFault>> {
  const { pool, hasher, tokens } = parts;
  if (!isId(workspaceId) || email.length > longestAddress || password.length > longestPassword * 2)
    return err({ code: 'REFUSED' });
  const workspace = workspaceId.toLowerCase();
  const address = signInAddress(storable(email));
  const keys: Keys = {
    source: tokens.fingerprint('source', workspace, source),
    pair: tokens.fingerprint('pair', workspace, address, source),
    strangers: tokens.fingerprint('strangers', workspace, address),
  };
  const now = parts.now();
  const admitted = await inWorkspace(pool, workspace, (tx) => admit(tx, address, keys, now));
  if (!admitted.ok) return admitted;
  const account = admitted.value;
  try {
    if (!(await hasher.verify(normalisePassword(password), account.hash))) return err({ code: 'REFUSED' });
  } catch (error) {
    if (error instanceof HashingBusy) return err({ code: 'BUSY' });
    throw error;
  }
  return inWorkspace(pool, workspace, (tx) => open(parts, tx, account, keys));
}

async function open(
  { tokens, newId, now }: SignInParts,
  tx: Tx,
  account: AccountRow,
  keys: Keys,
): Promise<Result<SignedIn, SignInFault>> {
  const { workspaceId } = tx;
  const { agentId, role } = account;
  if (agentId === null || role === null) return err({ code: 'REFUSED' });
  // The agent is locked, so that no session comes from a password that is being changed.
  const { rows } = await tx.query<{ hash: string | null }>(sql.password(workspaceId, agentId));
  if (rows[0]?.hash !== account.hash) return err({ code: 'REFUSED' });
  const sessionId = newId();
  const at = now();
  await tx.query(sql.addSession(workspaceId, sessionId, agentId, at));
  await tx.query(sql.rememberSource(workspaceId, agentId, keys.source, at));
  tx.send(sql.clearTries(workspaceId, keys.pair));
  if (!account.known) tx.send(sql.giveTryBack(workspaceId, keys.strangers, strangersLimit));
  tx.send(sql.trimSessions(workspaceId, agentId));
  tx.send(sql.trimSources(workspaceId, agentId));
  const refreshToken = tokens.sign({ workspaceId, sessionId, turn: 0 });
  return ok({ workspaceId, agentId, role, sessionId, refreshToken });
}
