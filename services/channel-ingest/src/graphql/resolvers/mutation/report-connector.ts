import { reportConnector as report } from '../../../use-cases/report-connector.ts';
import { demandConnector, onlyChannel } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const reportConnector: NonNullable<MutationResolvers['reportConnector']> = async (
  _parent,
  { input },
  context,
) => {
  const connector = demandConnector(context);
  await onlyChannel(context);
  const result = await report(context.deps, connector, input.error ?? null);
  return result.ok
    ? { channel: await context.loaders.channel.load(connector.channelId), userErrors: [] }
    : { channel: null, userErrors: [{ ...result.error, field: null }] };
};
