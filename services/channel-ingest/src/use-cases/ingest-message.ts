import { attachmentSchema, type Attachment } from '@smart-tickets/contracts';
import { inParallel } from '@smart-tickets/kit/limits';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { z } from 'zod';
import type { Author } from '../domain/author.ts';
import { identitiesOf } from '../domain/author.ts';
import { readFields } from '../domain/field-values.ts';
import type { Connector, Deps } from './deps.ts';
import { linesOf } from './sender-line.ts';
import { firstResult, storeAll, type Ingested, type IngestFault, type ItemToStore } from './store-inbound.ts';
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
  /** Values of custom fields by key, for the ticket that the message opens. */
  readonly fields?: unknown;
  /** Written by an agent outside. */
  readonly fromAgent?: boolean;
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
  fields: z.record(z.string(), z.unknown()).default({}),
  fromAgent: z.boolean().default(false),
});

/** Most messages that are handed in at once. */
export const maxMessagesAtOnce = 100;
const preparedAtOnce = 8;

/**
 * Takes one message of a channel that is not raw mail; it is kept as given, and processed later. A repeat is given the
 * first result, also when the uploads that it names are long forgotten.
 */
export async function ingestMessage(
  deps: Deps,
  connector: Connector,
  input: MessageInput,
): Promise<Result<Ingested, IngestFault>> {
  const [result] = await ingestMessages(deps, connector, [input]);
  if (result === undefined) throw new Error('a message was neither taken nor refused');
  return result;
}

/**
 * Takes messages in their order, each with its own result: what is refused stops no other. All that are taken are kept in one
 * transaction and, where they name no files, one round trip. At most `maxMessagesAtOnce`.
 */
export async function ingestMessages(
  deps: Deps,
  connector: Connector,
  inputs: readonly MessageInput[],
): Promise<Result<Ingested, IngestFault>[]> {
  if (inputs.length > maxMessagesAtOnce) throw new Error('too many messages at once');
  const prepared = await inParallel(inputs, preparedAtOnce, (input) => prepare(deps, connector, input));
  const items = prepared.flatMap((one) => (one.ok && 'raw' in one.value ? [one.value] : []));
  const stored = items.length === 0 ? [] : await storeAll(deps, connector, items);
  const results = new Map(items.map((item, index) => [item, stored[index]]));
  return prepared.map((one) => {
    if (!one.ok) return one;
    if (!('raw' in one.value)) return ok(one.value);
    const result = results.get(one.value);
    if (result === undefined) throw new Error('a message was neither stored nor refused');
    return result;
  });
}

/** A message that may be stored, or what came of it when it was handed in before. */
async function prepare(
  deps: Deps,
  connector: Connector,
  input: MessageInput,
): Promise<Result<ItemToStore | Ingested, IngestFault>> {
  const fault = faultOf(input);
  if (fault !== null) return err(fault);
  const fields = readFields(input.fields ?? {});
  if (!fields.ok) return err({ code: 'INVALID', field: ['input', 'fields'], message: fields.error });
  const taken = await takeUploads(deps, connector, input.attachmentIds);
  const { externalId: rawKey, attachmentIds: _taken, ...content } = input;
  const externalId = storable(rawKey);
  if (!taken.ok) {
    const first = await firstResult(deps, connector, externalId);
    if (!first.ok) return first;
    return first.value === null ? taken : ok(first.value);
  }
  const attachments: readonly Attachment[] = taken.value;
  return ok({
    externalId,
    format: 'JSON',
    raw: Buffer.from(JSON.stringify({ ...content, fields: fields.value, attachments })),
    receivedAt: deps.now().toISOString(),
    ownKey: null,
    lines: linesOf(input.from),
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
