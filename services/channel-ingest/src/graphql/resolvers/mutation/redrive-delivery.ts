import { redriveDelivery as redrive, type RedriveFault } from '../../../use-cases/redrive-delivery.ts';
import { demandWorker } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf(fault: RedriveFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return { code: fault.code, message: 'There is no such delivery.', field: ['id'] };
    case 'NOT_ALLOWED_IN_STATUS':
      return { code: fault.code, message: fault.message, field: ['id'] };
  }
}

export const redriveDelivery: NonNullable<MutationResolvers['redriveDelivery']> = async (
  _parent,
  { id },
  context,
) => {
  demandWorker(context);
  const result = await redrive(context.deps, { workspaceId: context.viewer.workspaceId }, id);
  return result.ok
    ? { delivery: result.value, userErrors: [] }
    : { delivery: null, userErrors: [userErrorOf(result.error)] };
};
