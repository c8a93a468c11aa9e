import { clip, storable } from '@smart-tickets/kit/text';
import { noteReport } from '../persistence/connector-reports.ts';
import type { Connector, Deps } from './deps.ts';
import { inTransaction } from './erase-events.ts';

const maxErrorLength = 2_000;

/**
 * Notes that a connector is alive, and why it cannot do its work; null means that it can. Repeating it changes but the
 * time. The channel's token must have been checked.
 */
export async function reportConnector(
  deps: Deps,
  { workspaceId, channelId }: Connector,
  error: string | null,
): Promise<void> {
  const words =
    error === null ? null : clip(storable(error).trim(), maxErrorLength) || 'It does not say why.';
  const ended = await inTransaction(deps, workspaceId, (tx) =>
    noteReport(tx, channelId, words, deps.now().toISOString()),
  );
  if (ended) deps.log.info({ workspaceId, channelId }, 'a connector works again');
}
