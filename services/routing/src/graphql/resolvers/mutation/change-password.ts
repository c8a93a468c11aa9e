import { changePassword as change } from '../../../use-cases/change-password.ts';
import { demandPeople, type RoutingContext } from '../../context.ts';
import { passwordPayload, type PasswordPayload } from '../../password-payload.ts';

/** Mutation.changePassword: one's own, by the present one. FORBIDDEN to connectors. */
export async function changePassword(
  _parent: unknown,
  { input }: { input: { currentPassword: string; newPassword: string } },
  context: RoutingContext,
): Promise<PasswordPayload> {
  demandPeople(context);
  const { workspaceId, subject: agentId } = context.viewer;
  return passwordPayload(await change(context.signIn, { workspaceId, agentId }, input));
}
