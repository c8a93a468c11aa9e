import { err, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { z } from 'zod';
import type { Author } from '../domain/author.ts';
import { identitiesOf } from '../domain/author.ts';
import type { Connector, Deps } from './deps.ts';
import { storeInbound, type Ingested, type IngestFault } from './store-inbound.ts';

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
});

/** Takes one message of a channel that is not raw mail; it is kept as given, and processed later. */
export async function ingestMessage(
  deps: Deps,
  connector: Connector,
  input: MessageInput,
): Promise<Result<Ingested, IngestFault>> {
  const fault = faultOf(input);
  if (fault !== null) return err(fault);
  const receivedAt = deps.now().toISOString();
  const { externalId, ...content } = input;
  return storeInbound(deps, connector, {
    externalId: storable(externalId),
    format: 'JSON',
    raw: Buffer.from(JSON.stringify(content)),
    receivedAt,
    ownKey: null,
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
  if ((input.text ?? '').trim() === '' && (input.html ?? '').trim() === '') {
    return { code: 'INVALID', field: ['input', 'text'], message: 'A message needs text or html.' };
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
