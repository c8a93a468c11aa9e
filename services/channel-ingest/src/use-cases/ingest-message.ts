import { attachmentSchema, type Attachment } from '@smart-tickets/contracts';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { z } from 'zod';
import type { Author } from '../domain/author.ts';
import { identitiesOf } from '../domain/author.ts';
import type { Connector, Deps } from './deps.ts';
import { firstResult, storeInbound, type Ingested, type IngestFault } from './store-inbound.ts';
import { takeUploads } from './take-uploads.ts';

/** Longest text or HTML of one message, in characters. */
export const maxMessageLength = 1_000_000;
const maxKeyLength = 512;
const maxSubjectLength = 1_000;

export interface MessageInput {
  readonly externalId: string;
  readonly threadId: string | null;
  readonly from: Author;
  readonly subject: string | null;
  readonly text: string | null;
  readonly html: string | null;
  readonly attachmentIds: readonly string[];
  readonly sentAt: string | null;
}

const authorField = z.string().nullish();

/** The stored form of what `ingestMessage` was given; read back when it is processed. */
export const storedMessageSchema = z.object({
  threadId: z.string().nullable(),
  from: z.object({
    name: authorField,
    email: authorField,
    phone: authorField,
    facebookId: authorField,
    twitterId: authorField,
    chatVisitorId: authorField,
    externalId: authorField,
  }),
  subject: z.string().nullable(),
  text: z.string().nullable(),
  html: z.string().nullable(),
  sentAt: z.string().nullable(),
  attachments: z.array(attachmentSchema).default([]),
});

/**
 * Takes one message of a channel that is not raw mail; it is kept as given, and processed later. A repeat is given the
 * first result, also when the uploads that it names are long forgotten.
 */
export async function ingestMessage(
  deps: Deps,
  connector: Connector,
  input: MessageInput,
): Promise<Result<Ingested, IngestFault>> {
  const fault = faultOf(input);
  if (fault !== null) return err(fault);
  const taken = await takeUploads(deps, connector, input.attachmentIds);
  const { externalId: rawKey, attachmentIds: _taken, ...content } = input;
  const externalId = storable(rawKey);
  if (!taken.ok) {
    const first = await firstResult(deps, connector, externalId);
    if (!first.ok) return first;
    return first.value === null ? taken : ok(first.value);
  }
  const receivedAt = deps.now().toISOString();
  const attachments: readonly Attachment[] = taken.value;
  return storeInbound(deps, connector, {
    externalId,
    format: 'JSON',
    raw: Buffer.from(JSON.stringify({ ...content, attachments })),
    receivedAt,
    ownKey: null,
    uploads: attachments,
  });
}

function faultOf(input: MessageInput): IngestFault | null {
  const lengths: [string, string | null, number][] = [
    ['externalId', input.externalId, maxKeyLength],
    ['threadId', input.threadId, maxKeyLength],
    ['subject', input.subject, maxSubjectLength],
    ['text', input.text, maxMessageLength],
    ['html', input.html, maxMessageLength],
  ];
  for (const [name, value, max] of lengths) {
    if (value !== null && value.length > max) {
      return {
        code: 'LIMIT_EXCEEDED',
        field: ['input', name],
        message: `${name} has at most ${max} characters.`,
      };
    }
  }
  if (storable(input.externalId).trim() === '') {
    return { code: 'INVALID', field: ['input', 'externalId'], message: 'externalId must not be empty.' };
  }
  const empty = (input.text ?? '').trim() === '' && (input.html ?? '').trim() === '';
  if (empty && input.attachmentIds.length === 0) {
    return { code: 'INVALID', field: ['input', 'text'], message: 'A message needs text, html or a file.' };
  }
  const author = identitiesOf(input.from, 'API');
  if (!author.ok)
    return { code: 'INVALID', field: ['input', 'from', author.error.field], message: author.error.message };
  if ((input.from.name ?? '').length > maxSubjectLength) {
    return {
      code: 'LIMIT_EXCEEDED',
      field: ['input', 'from', 'name'],
      message: `name has at most ${maxSubjectLength} characters.`,
    };
  }
  return null;
}
