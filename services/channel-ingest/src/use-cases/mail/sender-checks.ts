import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import { withLimit } from '@smart-tickets/kit/limits';
import type { Logger } from '@smart-tickets/kit/logger';
import { authenticate, type DNSResolver } from 'mailauth';
import { Resolver } from 'node:dns/promises';
import type { Envelope } from '../../domain/inbound-message.ts';
import type { AuthenticationResult, AuthenticationResults } from '../../domain/sender-trust.ts';

/** What DKIM, SPF and DMARC say of a mail; null when that cannot be found out now. */
export type CheckSender = (raw: Buffer, envelope: Envelope | null) => Promise<AuthenticationResults | null>;

export interface SenderCheckOptions {
  /** Asks DNS; in place of this machine's resolver. */
  readonly resolve?: DNSResolver;
  readonly log: Logger;
  readonly nowMs?: () => number;
  /** For one mail. */
  readonly limitMs?: number;
}

const usualLimitMs = 8_000;
const queryMs = 2_000;
/** A mail that wants more of DNS is not checked. SPF alone may need ten (RFC 7208 §4.6.4). */
const mostQueries = 40;
const answersKept = 5_000;
const answerMs = 300_000;
/** After so many mails in a row for which DNS was silent nothing is asked for a while. */
const mostSilent = 3;
const restMs = 60_000;

/** What DNS says when there is nothing: an answer as good as any. */
const nothing = new Set(['ENOTFOUND', 'ENODATA']);

type Answer = { readonly records: string[][] | string[] } | { readonly fault: unknown };

/**
 * Makes what checks senders by DNS. DKIM is checked of the mail itself; SPF only when the connector has told whose connection
 * brought it, and DMARC counts as failed only then, as it needs one of both. No fault and no silence of DNS holds a mail up for
 * longer than the limit: then nothing is known of it. Source: RFC 6376, RFC 7208, RFC 9989.
 */
export function senderChecks(options: SenderCheckOptions): CheckSender {
  const { log, limitMs = usualLimitMs, nowMs = Date.now } = options;
  const resolve = options.resolve ?? systemResolver();
  const answers = new BoundedMap<string, { readonly answer: Answer; readonly until: number }>(answersKept);
  let silent = 0;
  let restsUntil = 0;

  const ask = async (name: string, type: string): Promise<string[][] | string[]> => {
    const key = `${type} ${name.toLowerCase()}`;
    const kept = answers.get(key);
    let answer = kept !== undefined && kept.until > nowMs() ? kept.answer : undefined;
    if (answer === undefined) {
      try {
        answer = { records: await resolve(name, type) };
      } catch (fault) {
        if (!nothing.has((fault as { code?: string }).code ?? '')) throw fault;
        answer = { fault };
      }
      answers.set(key, { answer, until: nowMs() + answerMs });
    }
    if ('fault' in answer) throw answer.fault;
    return answer.records;
  };

  return async (raw, envelope) => {
    if (nowMs() < restsUntil) return null;
    let queries = 0;
    let unanswered = false;
    const resolver: DNSResolver = async (name, type) => {
      queries += 1;
      if (queries > mostQueries) throw new Error(`the mail wants more than ${mostQueries} answers of DNS`);
      try {
        return await ask(name, type);
      } catch (error) {
        unanswered ||= !nothing.has((error as { code?: string }).code ?? '');
        throw error;
      }
    };
    let results: AuthenticationResult[] | null;
    try {
      results = await withLimit(checked(raw, envelope, resolver), limitMs, 'checking a sender');
    } catch (error) {
      log.warn({ err: error }, 'a sender could not be checked');
      results = null;
      unanswered = true;
    }
    silent = unanswered ? silent + 1 : 0;
    if (silent >= mostSilent) {
      log.warn({ restMs }, 'DNS does not answer: senders are not checked for a while');
      silent = 0;
      restsUntil = nowMs() + restMs;
    }
    return results === null ? null : { authservId: 'dns', results };
  };
}

async function checked(
  raw: Buffer,
  envelope: Envelope | null,
  resolver: DNSResolver,
): Promise<AuthenticationResult[]> {
  const ip = envelope?.clientIp;
  const bySpf = ip !== undefined && envelope?.from != null;
  const { dkim, spf, dmarc } = await authenticate(raw, {
    resolver,
    ...(bySpf ? { ip, helo: envelope.helo ?? ip, sender: envelope.from ?? '' } : {}),
    // Its name stands in texts that nobody reads.
    mta: 'smart-tickets',
    rejectRsaSha1: true,
    disableArc: true,
    disableBimi: true,
  });
  const results: AuthenticationResult[] = dkim.results.map(({ signingDomain = '', status }) => ({
    method: 'dkim',
    // A signature that leaves the end of the mail open says nothing of it.
    result: status.result === 'pass' && status.underSized !== undefined ? 'neutral' : status.result,
    properties: new Map([['header.d', signingDomain]]),
  }));
  if (bySpf && spf !== false) {
    const properties = new Map([['smtp.mailfrom', spf.domain]]);
    results.push({ method: 'spf', result: spf.status.result, properties });
  }
  if (dmarc !== false && dmarc !== undefined) {
    const { result } = dmarc.status;
    if (result === 'pass' || bySpf) results.push({ method: 'dmarc', result, properties: new Map() });
  }
  return results;
}

function systemResolver(): DNSResolver {
  const resolver = new Resolver({ timeout: queryMs, tries: 1 });
  return async (name, type) => (await resolver.resolve(name, type)) as string[][] | string[];
}
