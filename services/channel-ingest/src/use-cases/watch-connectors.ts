import { repeat, type Repeated } from '@smart-tickets/kit/repeat';
import type { Logger } from '@smart-tickets/kit/logger';
import { connectorHealth, listenEveryMs } from '../domain/connector.ts';
import { noteListening, tellUntold } from '../persistence/connector-reports.ts';
import type { Deps } from './deps.ts';

const everyMs = 60_000;
const atOnce = 100;

/**
 * Raises an alarm for connectors that have failed for five minutes or said nothing for a quarter of an hour: an error in the log,
 * one for each outage, and again where this process ends before it is noted. What they did not fetch waits where it is.
 */
export async function tellOutages(deps: Deps): Promise<void> {
  const now = deps.now();
  await tellUntold(deps.systemPool, now.toISOString(), atOnce, (outage) => {
    const { workspaceId, channelId } = outage;
    // Not the connector's own words, which may hold addresses: agents see them at the channel.
    const { state, since, lastSeenAt } = connectorHealth(outage, now.getTime());
    deps.log.error({ workspaceId, channelId, state, since, lastSeenAt }, 'a connector does not do its work');
  });
}

/** Looks for outages of connectors, every minute. */
export function startConnectorWatch(deps: Deps, log: Logger): Repeated {
  return repeat(everyMs, log, 'outages of connectors could not be looked for', () => tellOutages(deps));
}

/** Notes every minute that reports are taken here. To be started in every process that connectors reach, once they can. */
export function startListening(deps: Deps, log: Logger): Repeated {
  return repeat(listenEveryMs, log, 'it could not be noted that connectors are heard', () =>
    noteListening(deps.systemPool, deps.now().toISOString()),
  );
}
