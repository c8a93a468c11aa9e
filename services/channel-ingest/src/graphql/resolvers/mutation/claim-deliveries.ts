import { GraphQLError } from 'graphql';
import { claimDeliveries as claim } from '../../../use-cases/claim-deliveries.ts';
import { demandConnector, onlyChannel } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

function demandBetween(name: string, value: number, least: number, most: number): void {
  if (value >= least && value <= most) return;
  throw new GraphQLError(`${name} must be between ${least} and ${most}.`, {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

export const claimDeliveries: NonNullable<MutationResolvers['claimDeliveries']> = async (
  _parent,
  { max, leaseSeconds },
  context,
) => {
  const connector = demandConnector(context);
  await onlyChannel(context);
  demandBetween('max', max, 1, 100);
  demandBetween('leaseSeconds', leaseSeconds, 5, 3_600);
  return claim(context.deps, connector, { max, leaseSeconds });
};
