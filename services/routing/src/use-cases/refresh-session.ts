import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { refreshGraceMs, sessionDays, sessionIdleDays } from '../domain/sign-in-limits.ts';
import { signInStatements as sql, type SessionRow } from '../persistence/sign-in-repository.ts';
import type { SignedIn, SignInParts } from './sign-in.ts';

const dayMs = 86_400_000;

function hasEnded({ createdAt, usedAt, hasPassword }: SessionRow, now: number): boolean {
  return (
    !hasPassword ||
    Date.parse(createdAt) + sessionDays * dayMs <= now ||
    Date.parse(usedAt) + sessionIdleDays * dayMs <= now
  );
}

/**
 * Takes a refresh token for the next one, with the agent's role as it is now. The one before is taken again within a
 * minute, for an answer that was lost, and gives the same. A token that is older than that has been copied: its session
 * ends. REFUSED for that, and for sessions that have ended or never were.
 */
export async function refreshSession(
  { pool, tokens, now }: SignInParts,
  refreshToken: string,
): Promise<Result<SignedIn, { readonly code: 'REFUSED' }>> {
  const token = tokens.read(refreshToken);
  if (token === null) return err({ code: 'REFUSED' });
  const { workspaceId, sessionId } = token;
  const at = now();
  const outcome = await inWorkspace<SignedIn | null, never>(pool, workspaceId, async (tx) => {
    const { rows } = await tx.query<SessionRow>(sql.session(workspaceId, sessionId));
    const [session] = rows;
    if (session === undefined) return ok(null);
    const { agentId, role } = session;
    const repeated =
      token.turn === session.turn - 1 && at.getTime() - Date.parse(session.usedAt) <= refreshGraceMs;
    if (hasEnded(session, at.getTime()) || (token.turn !== session.turn && !repeated)) {
      tx.send(sql.endSession(workspaceId, sessionId));
      return ok(null);
    }
    const turn = repeated ? session.turn : session.turn + 1;
    if (!repeated) tx.send(sql.useSession(workspaceId, sessionId, turn, at));
    const next = tokens.sign({ workspaceId, sessionId, turn });
    return ok({ workspaceId, agentId, role, sessionId, refreshToken: next });
  });
  return outcome.ok && outcome.value !== null ? ok(outcome.value) : err({ code: 'REFUSED' });
}

/** Ends the session of a refresh token, whichever of its turns; one that is none or has ended is as good. */
export async function signOut({ pool, tokens }: SignInParts, refreshToken: string): Promise<void> {
  const token = tokens.read(refreshToken);
  if (token === null) return;
  const { workspaceId, sessionId } = token;
  await inWorkspace<undefined, never>(pool, workspaceId, (tx) => {
    tx.send(sql.endSession(workspaceId, sessionId));
    return Promise.resolve(ok(undefined));
  });
}
