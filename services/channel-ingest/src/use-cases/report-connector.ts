import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { clip, storable } from '@smart-tickets/kit/text';
import { nextReport } from '../domain/connector.ts';
import { lockReport, saveReport } from '../persistence/connector-reports.ts';
import type { Connector, Deps } from './deps.ts';

const maxErrorLength = 2_000;

/** The token is not the channel's any more: replaced by a newer one, or the channel switched off or gone. */
export interface ConnectorFault {
  readonly code: 'FORBIDDEN';
  readonly message: string;
}

const tokenGone: ConnectorFault = {
  code: 'FORBIDDEN',
  message: 'This channel token is not valid any more.',
};

/**
 * Notes that a connector is alive, and why it cannot do its work; null means that it can. Repeating it changes but the
 * time. FORBIDDEN when its token does not count any more.
 */
export function reportConnector(
  deps: Deps,
  { workspaceId, channelId, generation }: Connector,
  error: string | null,
): Promise<Result<null, ConnectorFault>> {
  const words =
    error === null ? null : clip(storable(error).trim(), maxErrorLength) || 'It does not say why.';
  return inWorkspace<null, ConnectorFault>(deps.pool, workspaceId, async (tx) => {
    const now = deps.now();
    const { channel, report } = await lockReport(tx, channelId, now.toISOString());
    if (channel?.tokenGeneration !== generation || !channel.enabled) return err(tokenGone);
    const next = nextReport(report, words, now.getTime());
    saveReport(tx, channelId, next);
    if (next.recovers) deps.log.info({ workspaceId, channelId }, 'a connector works again');
    return ok(null);
  });
}
