import { inWorkspace, type Tx } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { createHash } from 'node:crypto';
import type { InputFault } from '../domain/input-fault.ts';
import { IdempotencyStore } from '../persistence/idempotency-store.ts';
import type { Caller, Deps } from './deps.ts';

/** A call that may be repeated blindly: under the same key it is carried out once. */
export interface KeyedCall {
  /** Name of the mutation: a key belongs to one of them. */
  readonly mutation: string;
  /** Null: the call is carried out every time. */
  readonly key: string | null;
  /** All that was asked for, without the key; a repeat must ask for the same. */
  readonly input: object;
}

const keyPattern = /^[\x20-\x7e]{1,200}$/;

/**
 * Carries out `work` in one transaction, once for each key of an agent. `work` is given the id that its result shall
 * have. A repeat with the same input, also at the same time, does nothing and gives what `firstResult` reads under that
 * id; one with other input, or of another mutation, is refused with DUPLICATE. A call that was refused or failed leaves
 * its key free. Keys are remembered for at least 24 hours.
 */
export async function doOnce<T, F>(
  deps: Deps,
  caller: Caller,
  call: KeyedCall,
  work: (tx: Tx, resultId: string) => Promise<Result<T, F>>,
  firstResult: (resultId: string) => Promise<T>,
): Promise<Result<T, F | InputFault>> {
  if (call.key !== null && !keyPattern.test(call.key)) {
    return refused('INVALID', 'A key is 1 to 200 printable ASCII characters.');
  }
  const resultId = deps.newId();
  const done = await inWorkspace<{ readonly made: T } | { readonly repeatOf: string }, F | InputFault>(
    deps.pool,
    caller.workspaceId,
    async (tx) => {
      if (call.key !== null) {
        const keys = new IdempotencyStore(tx);
        const claim = await keys.claim(caller.agentId, call.key, hashOf(call), resultId);
        if (claim.state === 'REPEAT') return ok({ repeatOf: claim.resultId });
        if (claim.state === 'OTHER_INPUT') {
          return refused('DUPLICATE', 'This idempotency key belongs to another call; take a new one.');
        }
      }
      const result = await work(tx, resultId);
      return result.ok ? ok({ made: result.value }) : result;
    },
  );
  deps.eventsWritten();
  if (!done.ok) return done;
  return ok('made' in done.value ? done.value.made : await firstResult(done.value.repeatOf));
}

function refused(code: InputFault['code'], message: string): Result<never, InputFault> {
  return err({ code, field: 'idempotencyKey', message });
}

function hashOf({ mutation, input }: KeyedCall): string {
  const named = Object.entries(input).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash('sha256')
    .update(JSON.stringify([mutation, named]))
    .digest('base64url');
}
