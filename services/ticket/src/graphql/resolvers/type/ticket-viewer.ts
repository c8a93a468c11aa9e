import type { TicketViewerResolvers } from '../../resolver-types.generated.ts';

export const TicketViewer: TicketViewerResolvers = {
  agent: ({ agentId }) => ({ id: agentId }),
};
