import { setPassword as set } from '../../../use-cases/change-password.ts';
import { demandAdmin, type RoutingContext } from '../../context.ts';
import { passwordPayload, type PasswordPayload } from '../../password-payload.ts';

/** Mutation.setPassword: an admin sets another agent's, or takes it away. FORBIDDEN to all others. */
export async function setPassword(
  _parent: unknown,
  { input }: { input: { agentId: string; newPassword?: string | null } },
  context: RoutingContext,
): Promise<PasswordPayload> {
  demandAdmin(context);
  const { workspaceId, subject: agentId } = context.viewer;
  const newPassword = input.newPassword ?? null;
  return passwordPayload(
    await set(context.signIn, { workspaceId, agentId }, { agentId: input.agentId, newPassword }),
  );
}
