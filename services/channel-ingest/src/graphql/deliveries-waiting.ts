import { GraphQLError } from 'graphql';
import { TokenEndedError, type WaitingDeliveries } from '../use-cases/delivery-feed.ts';
import { demandConnector, onlyChannel } from './authorise.ts';
import type { Context } from './context.ts';

/**
 * The stream behind `Subscription.deliveriesWaiting`. It ends, and frees what it holds, when the subscriber leaves; with
 * FORBIDDEN when the token is replaced or the channel switched off.
 */
export async function deliveriesWaiting(context: Context): Promise<AsyncIterableIterator<WaitingDeliveries>> {
  const { workspaceId, channelId, generation } = demandConnector(context);
  await onlyChannel(context);
  const waiting = context.deliveries.watch(workspaceId, channelId, generation);
  const stream: AsyncIterableIterator<WaitingDeliveries> = {
    [Symbol.asyncIterator]: () => stream,
    async next() {
      try {
        const given = await waiting.next();
        // What was loaded for an earlier word may have changed.
        context.loaders.channel.clear(channelId);
        return given;
      } catch (error) {
        if (!(error instanceof TokenEndedError)) throw error;
        throw new GraphQLError('This channel token is not valid any more.', {
          extensions: { code: 'FORBIDDEN' },
        });
      }
    },
    async return() {
      await waiting.return?.();
      return { done: true, value: undefined };
    },
  };
  return stream;
}
