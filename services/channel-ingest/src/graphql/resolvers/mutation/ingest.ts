import type { Result } from '@smart-tickets/kit/result';
import { ingestEmail as takeEmail } from '../../../use-cases/ingest-email.ts';
import { ingestMessage as takeMessage } from '../../../use-cases/ingest-message.ts';
import type { Ingested, IngestFault } from '../../../use-cases/store-inbound.ts';
import { demandConnector } from '../../authorise.ts';
import type { MutationResolvers, UserError } from '../../resolver-types.generated.ts';

function userErrorOf(fault: IngestFault): UserError {
  switch (fault.code) {
    case 'NOT_FOUND':
      return { code: 'NOT_FOUND', message: 'There is no such channel.', field: null };
    case 'FORBIDDEN':
      return { code: 'FORBIDDEN', message: fault.message, field: null };
    case 'INVALID':
    case 'LIMIT_EXCEEDED':
      return { code: fault.code, message: fault.message, field: [...fault.field] };
  }
}

/** The payload that every way of handing something in answers with. */
export function ingestPayload(result: Result<Ingested, IngestFault>) {
  return result.ok
    ? { inboundMessage: result.value.message, duplicate: result.value.duplicate, userErrors: [] }
    : { inboundMessage: null, duplicate: false, userErrors: [userErrorOf(result.error)] };
}

export const ingestEmail: NonNullable<MutationResolvers['ingestEmail']> = async (
  _parent,
  { input },
  context,
) =>
  ingestPayload(
    await takeEmail(context.deps, demandConnector(context), {
      raw: input.raw,
      receivedAt: input.receivedAt ?? null,
    }),
  );

export const ingestMessage: NonNullable<MutationResolvers['ingestMessage']> = async (
  _parent,
  { input },
  context,
) =>
  ingestPayload(
    await takeMessage(context.deps, demandConnector(context), {
      externalId: input.externalId,
      threadId: input.threadId ?? null,
      from: input.from,
      subject: input.subject ?? null,
      text: input.text ?? null,
      html: input.html ?? null,
      attachmentIds: input.attachmentIds ?? [],
      sentAt: input.sentAt ?? null,
    }),
  );
