import type { Result } from '@smart-tickets/kit/result';
import { ingestEmail as takeEmail } from '../../../use-cases/ingest-email.ts';
import { ingestMessage as takeMessage, type MessageInput } from '../../../use-cases/ingest-message.ts';
import type { Ingested, IngestFault } from '../../../use-cases/store-inbound.ts';
import { demandConnector } from '../../authorise.ts';
import type { IngestMessageInput, MutationResolvers, UserError } from '../../resolver-types.generated.ts';

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

/** The payload that every way of handing something in answers with; `index` is the place in a list of inputs. */
export function ingestPayload(result: Result<Ingested, IngestFault>, index?: number) {
  if (result.ok) {
    return { inboundMessage: result.value.message, duplicate: result.value.duplicate, userErrors: [] };
  }
  const error = userErrorOf(result.error);
  const [input, ...path] = error.field ?? [];
  const field = input === undefined || index === undefined ? error.field : [input, String(index), ...path];
  return { inboundMessage: null, duplicate: false, userErrors: [{ ...error, field: field ?? null }] };
}

/** A message as the use-case takes it. */
export function messageInput(input: IngestMessageInput): MessageInput {
  return {
    externalId: input.externalId,
    threadId: input.threadId ?? null,
    from: input.from,
    subject: input.subject ?? null,
    text: input.text ?? null,
    html: input.html ?? null,
    attachmentIds: input.attachmentIds ?? [],
    sentAt: input.sentAt ?? null,
    fields: input.fields ?? {},
    fromAgent: input.fromAgent ?? false,
  };
}

export const ingestEmail: NonNullable<MutationResolvers['ingestEmail']> = async (
  _parent,
  { input },
  context,
) =>
  ingestPayload(
    await takeEmail(context.deps, demandConnector(context), {
      raw: input.raw,
      sizeBytes: input.sizeBytes ?? null,
      receivedAt: input.receivedAt ?? null,
      envelopeFrom: input.envelopeFrom ?? null,
      envelopeTo: input.envelopeTo ?? null,
      clientIp: input.clientIp ?? null,
      helo: input.helo ?? null,
    }),
  );

export const ingestMessage: NonNullable<MutationResolvers['ingestMessage']> = async (
  _parent,
  { input },
  context,
) => ingestPayload(await takeMessage(context.deps, demandConnector(context), messageInput(input)));
