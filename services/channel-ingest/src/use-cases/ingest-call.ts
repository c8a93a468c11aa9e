import { isId } from '@smart-tickets/kit/ids';
import { err, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import { z } from 'zod';
import { callerNumber, callEvents, type CallReport } from '../domain/call.ts';
import type { Connector, Deps } from './deps.ts';
import { maxMessageLength } from './ingest-message.ts';
import { lineOf } from './sender-line.ts';
import { storeInbound, type Ingested, type IngestFault } from './store-inbound.ts';

const maxCallIdLength = 400;
const maxNumberLength = 320;
const maxUrlLength = 2_000;
const maxDurationSeconds = 7 * 86_400;

/** The stored form of what `ingestCall` was given; read back when it is processed. */
export const storedCallSchema = z.object({
  callId: z.string(),
  event: z.enum(callEvents),
  from: z.string(),
  to: z.string(),
  agentId: z.string().nullable(),
  durationSeconds: z.int().min(0).nullable(),
  recordingUrl: z.string().nullable(),
  transcript: z.string().nullable(),
  at: z.string(),
});

export interface CallInput extends CallReport {
  /** The call's own id: all its events share it. */
  readonly externalId: string;
  readonly agentId: string | null;
  readonly at: string;
}

/** Under which external id an event of a call is kept: a call has one of each. */
export function callEventKey(callId: string, event: string): string {
  return `call:${callId}:${event}`;
}

/**
 * Takes an event of a call, on a phone line only; it is kept as given, and processed later. A call has one event of each
 * kind: a repeat is given the first result. Events of one caller are processed in the order in which they were handed in.
 */
export async function ingestCall(
  deps: Deps,
  connector: Connector,
  input: CallInput,
): Promise<Result<Ingested, IngestFault>> {
  const fault = faultOf(input);
  if (fault !== null) return err(fault);
  const { externalId, ...told } = input;
  const callId = storable(externalId).trim();
  const number = callerNumber(input.from);
  const line = lineOf(
    number === null ? { kind: 'EXTERNAL', value: `call:${callId}` } : { kind: 'PHONE', value: number },
  );
  const stored: z.infer<typeof storedCallSchema> = {
    ...told,
    callId,
    agentId: input.agentId?.toLowerCase() ?? null,
  };
  const item = {
    externalId: callEventKey(callId, input.event),
    format: 'CALL' as const,
    raw: Buffer.from(JSON.stringify(stored)),
    receivedAt: deps.now().toISOString(),
    ownKey: null,
    lines: { '*': line },
    uploads: [],
  };
  return storeInbound(deps, connector, item, 'PHONE');
}

function faultOf(input: CallInput): IngestFault | null {
  const lengths: [string, string | null, number][] = [
    ['externalId', input.externalId, maxCallIdLength],
    ['from', input.from, maxNumberLength],
    ['to', input.to, maxNumberLength],
    ['recordingUrl', input.recordingUrl, maxUrlLength],
    ['transcript', input.transcript, maxMessageLength],
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
  const invalid = (name: string, message: string): IngestFault => ({
    code: 'INVALID',
    field: ['input', name],
    message,
  });
  if (storable(input.externalId).trim() === '') return invalid('externalId', 'externalId must not be empty.');
  if (input.agentId !== null && !isId(input.agentId))
    return invalid('agentId', 'agentId is no id of an agent.');
  const { durationSeconds, recordingUrl } = input;
  if (durationSeconds !== null && (durationSeconds < 0 || durationSeconds > maxDurationSeconds)) {
    return invalid('durationSeconds', `durationSeconds must be between 0 and ${maxDurationSeconds}.`);
  }
  if (recordingUrl !== null && !isHttps(recordingUrl)) {
    return invalid('recordingUrl', 'recordingUrl must be an https address.');
  }
  return null;
}

function isHttps(text: string): boolean {
  const url = URL.canParse(text) ? new URL(text) : null;
  return url?.protocol === 'https:' && url.username === '' && url.password === '';
}
