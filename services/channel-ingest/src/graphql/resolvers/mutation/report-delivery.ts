import { GraphQLError } from 'graphql';
import { reportedStatuses } from '../../../domain/delivery.ts';
import { reportDelivery as report, type ReportFault } from '../../../use-cases/report-delivery.ts';
import { demandConnector, onlyChannel } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf(fault: ReportFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return { code: fault.code, message: 'There is no such delivery.', field: ['input', 'deliveryId'] };
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: ['input', fault.field] };
    case 'NOT_ALLOWED_IN_STATUS':
      return { code: fault.code, message: fault.message, field: ['input', 'status'] };
  }
}

export const reportDelivery: NonNullable<MutationResolvers['reportDelivery']> = async (
  _parent,
  { input },
  context,
) => {
  const connector = demandConnector(context);
  await onlyChannel(context);
  const status = reportedStatuses.find((reported) => reported === input.status);
  if (status === undefined) {
    throw new GraphQLError(`status must be one of ${reportedStatuses.join(', ')}.`, {
      extensions: { code: 'BAD_USER_INPUT' },
    });
  }
  const result = await report(context.deps, connector, {
    deliveryId: input.deliveryId,
    status,
    externalId: input.externalId ?? null,
    error: input.error ?? null,
    permanent: input.permanent ?? false,
  });
  return result.ok
    ? { delivery: result.value, userErrors: [] }
    : { delivery: null, userErrors: [userErrorOf(result.error)] };
};
