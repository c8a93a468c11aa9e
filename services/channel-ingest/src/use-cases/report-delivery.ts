import { isId } from '@smart-tickets/kit/ids';
import { appendEvents } from '@smart-tickets/kit/outbox';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { applyReport, type Delivery, type ReportedStatus } from '../domain/delivery.ts';
import { DeliveryStore } from '../persistence/delivery-store.ts';
import { failureEvents } from './delivery-events.ts';
import type { Connector, Deps } from './deps.ts';

export interface ReportInput {
  readonly deliveryId: string;
  readonly status: ReportedStatus;
  readonly externalId: string | null;
  readonly error: string | null;
  readonly permanent: boolean;
}

export type ReportFault =
  | { readonly code: 'NOT_FOUND' }
  | { readonly code: 'LIMIT_EXCEEDED'; readonly field: 'externalId'; readonly message: string }
  | { readonly code: 'NOT_ALLOWED_IN_STATUS'; readonly message: string };

const maxExternalId = 512;
const maxError = 2_000;

/** What the platform calls a message; a Message-ID without its brackets. Null when nothing is said. */
function externalIdOf(given: string | null): string | null {
  const text = storable(given ?? '').trim();
  return (/^<([^<>\s]+)>$/.exec(text)?.[1] ?? text) || null;
}

function isLost({ status }: Delivery): boolean {
  return status === 'FAILED' || status === 'BOUNCED';
}

function errorOf(given: string | null): string | null {
  return clip(storable(given ?? '').trim(), maxError) || null;
}

/**
 * Takes over what a connector says became of an answer of its channel. A repeat, and what is older than what is known, gives
 * the answer as it is; so does any word of one that was erased. NOT_ALLOWED_IN_STATUS when it contradicts what is settled.
 */
export async function reportDelivery(
  deps: Deps,
  connector: Connector,
  input: ReportInput,
): Promise<Result<Delivery, ReportFault>> {
  const { workspaceId, channelId, requestId } = connector;
  if (!isId(input.deliveryId)) return err({ code: 'NOT_FOUND' });
  const externalId = externalIdOf(input.externalId);
  if (externalId !== null && externalId.length > maxExternalId) {
    const message = `An external id has at most ${maxExternalId} characters.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'externalId', message });
  }
  const report = { ...input, externalId, error: errorOf(input.error) };
  const result = await inWorkspace<Delivery, ReportFault>(deps.pool, workspaceId, async (tx) => {
    const store = new DeliveryStore(tx);
    const delivery = await store.lock(input.deliveryId, channelId);
    if (delivery === null) return err({ code: 'NOT_FOUND' });
    if (delivery.erased) return ok(delivery);
    const now = deps.now();
    const applied = applyReport(delivery, report, now.getTime());
    if (!applied.ok) {
      const message = `A delivery that is ${delivery.status} does not become ${input.status}.`;
      return err({ code: applied.error, message });
    }
    const change = applied.value;
    if (change === null) return ok(delivery);
    const after = { ...delivery, ...change.state };
    store.save([after], now.toISOString());
    appendEvents(tx, failureEvents(deps, delivery, change, { requestId, eventId: null, depth: 0 }));
    return ok(after);
  });
  if (!result.ok) return result;
  if (isLost(result.value)) deps.eventsWritten();
  // The next answer of its ticket may be claimable now.
  deps.deliveriesChanged(workspaceId, channelId);
  return result;
}
