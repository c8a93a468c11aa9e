import { isId } from '@smart-tickets/kit/ids';
import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { Channel } from '../domain/channel.ts';
import { ChannelStore } from '../persistence/channel-store.ts';
import type { ChannelAdmin, ChannelChangeFault } from './channel-fault.ts';
import type { ChannelCredentials } from './create-channel.ts';
import type { Deps } from './deps.ts';

/**
 * Gives a channel a new token. All earlier ones, whoever signed them, count no more from the commit on; each call gives
 * another one.
 */
export async function rotateChannelToken(
  deps: Deps,
  { workspaceId }: ChannelAdmin,
  id: string,
): Promise<Result<ChannelCredentials, ChannelChangeFault>> {
  if (!isId(id)) return err({ code: 'NOT_FOUND' });
  const result = await inWorkspace<Channel, ChannelChangeFault>(deps.pool, workspaceId, async (tx) => {
    const store = new ChannelStore(tx);
    const channel = await store.lock(id);
    if (channel === null) return err({ code: 'NOT_FOUND' });
    const written = await store.change({ ...channel, tokenGeneration: channel.tokenGeneration + 1 });
    if (!written.ok) throw new Error('a token stands in nobody’s way');
    return written;
  });
  if (!result.ok) return result;
  deps.deliveriesChanged(workspaceId, id);
  const { tokenGeneration: generation } = result.value;
  const token = deps.channelTokens.sign({ workspaceId, channelId: id, generation }, deps.now().getTime());
  return ok({ channel: result.value, token });
}
