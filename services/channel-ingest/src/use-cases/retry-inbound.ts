import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { InboundMessage } from '../domain/inbound-message.ts';
import { InboundStore } from '../persistence/inbound-store.ts';
import type { Deps } from './deps.ts';

export type RetryFault = { readonly code: 'NOT_FOUND_OR_NOT_HELD' };

/** Sends a held or dead message on its way again. */
export async function retryInbound(
  deps: Deps,
  caller: { readonly workspaceId: string; readonly requestId: string },
  id: string,
): Promise<Result<InboundMessage, RetryFault>> {
  if (!isId(id)) return err({ code: 'NOT_FOUND_OR_NOT_HELD' });
  const result = await inWorkspace<InboundMessage, RetryFault>(deps.pool, caller.workspaceId, async (tx) => {
    const message = await new InboundStore(tx).reopen(id, deps.now().toISOString());
    if (message === null) return err({ code: 'NOT_FOUND_OR_NOT_HELD' });
    appendEvents(tx, [received(deps, id, caller.requestId)]);
    return ok(message);
  });
  deps.eventsWritten();
  return result;
}

function received(deps: Deps, messageId: string, requestId: string) {
  return {
    id: deps.newId(),
    topic: 'inbound.received' as const,
    payload: { messageId },
    cause: { requestId, eventId: null, depth: 0 },
  };
}

/** Starts a message again whose job is lost; harmless when it is not. */
export async function restartInbound(deps: Deps, workspaceId: string, messageId: string): Promise<void> {
  await inWorkspace<undefined, never>(deps.pool, workspaceId, (tx) => {
    appendEvents(tx, [received(deps, messageId, `sweep-${messageId}`)]);
    return Promise.resolve(ok(undefined));
  });
  deps.eventsWritten();
}
