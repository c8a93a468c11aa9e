import type { CustomerDataErased, JobEnvelope } from '@smart-tickets/contracts';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { ok } from '@smart-tickets/kit/result';
import { erasingServices } from '../domain/erasure.ts';
import { ErasureStore } from '../persistence/erasure-store.ts';
import type { Deps } from './deps.ts';

/** Notes that another service has erased its share of a part; with the last one the erasure is complete. */
export async function recordErasure(deps: Deps, job: JobEnvelope<CustomerDataErased>): Promise<void> {
  const { erasureId, part, counts } = job.payload;
  const service = erasingServices.find((name) => name === job.payload.service);
  if (service === undefined) throw new Error(`${job.payload.service} has no part in erasures`);
  await inWorkspace<undefined, never>(deps.pool, job.workspaceId, async (tx) => {
    const erasures = new ErasureStore(tx);
    if (!(await erasures.lockById(erasureId))) throw new Error(`there is no erasure ${erasureId}`);
    const nowIso = deps.now().toISOString();
    erasures.addPart(erasureId, service, part, counts, nowIso);
    erasures.completeIfDone(erasureId, nowIso);
    return ok(undefined);
  });
}
