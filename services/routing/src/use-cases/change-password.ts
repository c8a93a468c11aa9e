import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace, violatedConstraint, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { longestPassword, normalisePassword, passwordFault, signInAddress } from '../domain/password.ts';
import { pairLimit } from '../domain/sign-in-limits.ts';
import { signInStatements as sql, type PasswordRow } from '../persistence/sign-in-repository.ts';
import { HashingBusy } from './password-hashing.ts';
import { takeTry, type SignInParts } from './sign-in.ts';

/** Why a password stays as it is; `message` is for people, `field` the input's. */
export interface PasswordFault {
  readonly code: 'NOT_FOUND' | 'INVALID' | 'CONFLICT' | 'LIMIT_EXCEEDED' | 'FORBIDDEN';
  readonly message: string;
  readonly field: 'agentId' | 'currentPassword' | 'newPassword';
}

/** Who calls. */
export interface PasswordCaller {
  readonly workspaceId: string;
  readonly agentId: string;
}

const notFound: PasswordFault = {
  code: 'NOT_FOUND',
  message: 'There is no such agent here.',
  field: 'agentId',
};
const busy: PasswordFault = {
  code: 'LIMIT_EXCEEDED',
  message: 'Too many passwords are being looked at; try again.',
  field: 'newPassword',
};

async function passwordOf(tx: Tx, agentId: string): Promise<PasswordRow | undefined> {
  const { rows } = await tx.query<PasswordRow>(sql.password(tx.workspaceId, agentId));
  return rows[0];
}

/** Writes a password and ends everything that began with the one before. */
async function put(tx: Tx, owner: PasswordRow, hash: string | null, now: Date): Promise<void> {
  const { workspaceId } = tx;
  await tx.query(sql.putPassword(workspaceId, owner.agentId, signInAddress(owner.email), hash, now));
  tx.send(sql.endSessions(workspaceId, owner.agentId));
  tx.send(sql.forgetSources(workspaceId, owner.agentId));
}

/** Turns what can go wrong on the way into outcomes. */
async function refusing(
  work: () => Promise<Result<null, PasswordFault>>,
): Promise<Result<null, PasswordFault>> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof HashingBusy) return err(busy);
    if (violatedConstraint(error) !== 'agent_password_address_key') throw error;
    return err({
      code: 'CONFLICT',
      message: 'Another agent signs in with the same mail address.',
      field: 'agentId',
    });
  }
}

function read<T>(parts: SignInParts, workspaceId: string, work: (tx: Tx) => Promise<T>): Promise<T> {
  return inWorkspace<T, never>(parts.pool, workspaceId, async (tx) => ok(await work(tx))).then((result) => {
    if (!result.ok) throw new Error('reading cannot be refused');
    return result.value;
  });
}

/**
 * Sets one's own password; the present one is asked for, five times and then once a minute. All sessions end, the
 * caller's too. Done twice, the second is refused, since the present password is another then.
 */
export function changePassword(
  parts: SignInParts,
  { workspaceId, agentId }: PasswordCaller,
  input: { readonly currentPassword: string; readonly newPassword: string },
): Promise<Result<null, PasswordFault>> {
  return refusing(async () => {
    const owner = isId(agentId) ? await read(parts, workspaceId, (tx) => passwordOf(tx, agentId)) : undefined;
    if (owner === undefined)
      return err({ ...notFound, message: 'You are no agent.', field: 'currentPassword' as const });
    const password = normalisePassword(input.newPassword);
    const fault = passwordFault(password, owner);
    if (fault !== null) return err({ code: 'INVALID', message: fault, field: 'newPassword' });
    const key = parts.tokens.fingerprint('change', workspaceId, agentId);
    const wait = await read(parts, workspaceId, (tx) => takeTry(tx, key, pairLimit, parts.now()));
    if (wait !== null)
      return err({
        code: 'LIMIT_EXCEEDED',
        message: `Try again in ${wait} seconds.`,
        field: 'currentPassword',
      });
    const given = normalisePassword(input.currentPassword.slice(0, longestPassword * 2));
    if (!(await parts.hasher.verify(given, owner.hash)))
      return err({
        code: 'FORBIDDEN',
        message: 'The present password is another.',
        field: 'currentPassword',
      });
    const hash = await parts.hasher.hash(password);
    return inWorkspace<null, PasswordFault>(parts.pool, workspaceId, async (tx) => {
      const current = await passwordOf(tx, agentId);
      if (current?.hash !== owner.hash)
        return err({
          code: 'CONFLICT',
          message: 'The password was changed meanwhile.',
          field: 'currentPassword',
        });
      await put(tx, current, hash, parts.now());
      tx.send(sql.clearTries(workspaceId, key));
      return ok(null);
    });
  });
}

/**
 * Sets another agent's password for them, or takes it away by null, after which they cannot sign in with one. All their
 * sessions end. An admin's own needs `changePassword`, unless there is none yet. Safe to repeat.
 */
export function setPassword(
  parts: SignInParts,
  caller: PasswordCaller,
  input: { readonly agentId: string; readonly newPassword: string | null },
): Promise<Result<null, PasswordFault>> {
  const { workspaceId } = caller;
  const agentId = input.agentId.toLowerCase();
  return refusing(async () => {
    if (!isId(agentId)) return err(notFound);
    const owner = await read(parts, workspaceId, (tx) => passwordOf(tx, agentId));
    if (owner === undefined) return err(notFound);
    if (agentId === caller.agentId.toLowerCase() && owner.hash !== null)
      return err({
        code: 'FORBIDDEN',
        message: 'Change your own password by changePassword.',
        field: 'agentId',
      });
    const password = input.newPassword === null ? null : normalisePassword(input.newPassword);
    const fault = password === null ? null : passwordFault(password, owner);
    if (fault !== null) return err({ code: 'INVALID', message: fault, field: 'newPassword' });
    const hash = password === null ? null : await parts.hasher.hash(password);
    return inWorkspace<null, PasswordFault>(parts.pool, workspaceId, async (tx) => {
      const current = await passwordOf(tx, agentId);
      if (current === undefined) return err(notFound);
      await put(tx, current, hash, parts.now());
      return ok(null);
    });
  });
}
