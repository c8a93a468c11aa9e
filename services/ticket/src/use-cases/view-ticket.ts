import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { TicketViewer } from '../domain/presence.ts';
import { SeenStore } from '../persistence/seen-store.ts';
import { noteViewer, type ViewerSeen } from '../persistence/viewers.ts';
import type { Caller, Deps } from './deps.ts';
import { shownViewers, type ViewerFeed } from './viewer-feed.ts';

/** NOT_FOUND: no such ticket. FORBIDDEN: the caller is nobody who could be shown. */
export interface ViewTicketFault {
  readonly code: 'NOT_FOUND' | 'FORBIDDEN';
}

/**
 * Notes that the caller has a ticket open, and gives who else has. Those who watch are told when there is something to
 * tell; the mere repeat, by which a viewer stays, is passed on to nobody.
 */
export async function viewTicket(
  deps: Deps,
  feed: ViewerFeed,
  caller: Caller,
  input: { readonly id: string; readonly writing: boolean },
): Promise<Result<TicketViewer[], ViewTicketFault>> {
  if (!isId(input.id)) return err({ code: 'NOT_FOUND' });
  if (!isId(caller.agentId)) return err({ code: 'FORBIDDEN' });
  const ticketId = input.id.toLowerCase();
  const seen = await inWorkspace<ViewerSeen, ViewTicketFault>(deps.pool, caller.workspaceId, async (tx) => {
    const noted = await noteViewer(tx, ticketId, caller.agentId, input.writing);
    if (noted === null) return err({ code: 'NOT_FOUND' });
    if (noted.changed) new SeenStore(tx).noteOpened(caller.agentId, ticketId);
    return ok(noted);
  });
  if (!seen.ok) return seen;
  if (seen.value.changed) feed.announce(caller.workspaceId, ticketId);
  return ok(shownViewers(seen.value.viewers));
}
