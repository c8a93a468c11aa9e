import { createChannel as create } from '../../../use-cases/create-channel.ts';
import { demandAdmin } from '../../authorise.ts';
import { channelErrorOf } from '../../channel-errors.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';

export const createChannel: NonNullable<MutationResolvers['createChannel']> = async (
  _parent,
  { input },
  context,
) => {
  demandAdmin(context);
  const { kind, name, address, teamId, settings, idempotencyKey } = input;
  const result = await create(context.deps, context.viewer, {
    kind,
    name,
    address: address ?? null,
    teamId: teamId ?? null,
    settings,
    idempotencyKey: idempotencyKey ?? null,
  });
  return result.ok
    ? { ...result.value, userErrors: [] }
    : { channel: null, token: null, userErrors: [channelErrorOf(result.error, ['input'])] };
};
