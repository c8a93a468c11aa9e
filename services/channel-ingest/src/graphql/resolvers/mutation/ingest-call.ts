import { ingestCall as takeCall } from '../../../use-cases/ingest-call.ts';
import { demandConnector } from '../../authorise.ts';
import type { MutationResolvers } from '../../resolver-types.generated.ts';
import { ingestPayload } from './ingest.ts';

export const ingestCall: NonNullable<MutationResolvers['ingestCall']> = async (_parent, { input }, context) =>
  ingestPayload(
    await takeCall(context.deps, demandConnector(context), {
      externalId: input.externalId,
      from: input.from,
      to: input.to,
      event: input.event,
      agentId: input.agentId ?? null,
      durationSeconds: input.durationSeconds ?? null,
      recordingUrl: input.recordingUrl ?? null,
      transcript: input.transcript ?? null,
      at: input.at,
    }),
  );
