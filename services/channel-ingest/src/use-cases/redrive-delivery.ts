import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { requeue, type Delivery } from '../domain/delivery.ts';
import { DeliveryStore } from '../persistence/delivery-store.ts';
import type { Deps } from './deps.ts';

export type RedriveFault =
  { readonly code: 'NOT_FOUND' } | { readonly code: 'NOT_ALLOWED_IN_STATUS'; readonly message: string };

/**
 * Queues an answer again that has failed or bounced. Of two at the same time one does, and the other is told
 * NOT_ALLOWED_IN_STATUS; what was erased counts as not there.
 */
export async function redriveDelivery(
  deps: Deps,
  caller: { readonly workspaceId: string },
  id: string,
): Promise<Result<Delivery, RedriveFault>> {
  const { workspaceId } = caller;
  if (!isId(id)) return err({ code: 'NOT_FOUND' });
  const result = await inWorkspace<Delivery, RedriveFault>(deps.pool, workspaceId, async (tx) => {
    const store = new DeliveryStore(tx);
    const delivery = await store.lock(id, null);
    if (delivery === null || delivery.erased) return err({ code: 'NOT_FOUND' });
    const nowIso = deps.now().toISOString();
    const state = requeue(delivery, nowIso);
    if (state === null) {
      const message = `Only what has failed or bounced is tried again; this one is ${delivery.status}.`;
      return err({ code: 'NOT_ALLOWED_IN_STATUS', message });
    }
    const after = { ...delivery, ...state };
    store.save([after], nowIso);
    return ok(after);
  });
  if (result.ok) deps.deliveriesChanged(workspaceId, result.value.channelId);
  return result;
}
