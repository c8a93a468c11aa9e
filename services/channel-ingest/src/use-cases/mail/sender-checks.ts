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
/** SPF alone may need ten (RFC 7208 §4.6.4). */
const mostQueries = 40;
/** Of them for keys of signatures, and how long those may take: whoever adds signatures is not to keep SPF and DMARC from being asked. */
const mostKeys = 10;
const keysMs = 3_000;
const answersKept = 5_000;
const answerMs = 300_000;
/** After so many mails in a row for which DNS was silent, and if it does not know `com` either, nothing is asked for a while. */
const mostSilent = 3;
const restMs = 60_000;

/** What DNS says when there is nothing, and this machine of what is no name: an answer as good as any. */
const nothing = new Set(['ENOTFOUND', 'ENODATA', 'EBADNAME']);
/** What this machine says when nobody answers it. Other faults are those of somebody's own name server. */
const unheard = new Set(['ETIMEOUT', 'ECONNREFUSED']);
const codeOf = (fault: unknown): string => (fault as { code?: string }).code ?? '';
const noKey = (): Error => Object.assign(new Error('not asked for'), { code: 'ENOTFOUND' });

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
        if (!nothing.has(codeOf(fault))) throw fault;
        answer = { fault: codeOf(fault) === 'EBADNAME' ? noKey() : fault };
      }
      answers.set(key, { answer, until: nowMs() + answerMs });
    }
    if ('fault' in answer) throw answer.fault;
    return answer.records;
  };

  /** Whether DNS answers at all: those silent may have been the name servers of whoever wrote the mails. */
  const isThere = async (): Promise<boolean> => {
    try {
      await withLimit(resolve('com', 'NS'), Math.min(queryMs, limitMs), 'asking DNS for com');
      return true;
    } catch (error) {
      const code = codeOf(error);
      return code !== '' && code.startsWith('E') && !unheard.has(code);
    }
  };

  return async (raw, envelope) => {
    if (nowMs() < restsUntil) return null;
    const begunMs = nowMs();
    let queries = 0;
    let keys = 0;
    let heard = false;
    let unanswered = false;
    const resolver: DNSResolver = async (name, type) => {
      if (name.toLowerCase().includes('._domainkey.')) {
        keys += 1;
        if (keys > mostKeys || nowMs() - begunMs > keysMs) throw noKey();
      }
      queries += 1;
      if (queries > mostQueries) throw new Error(`the mail wants more than ${mostQueries} answers of DNS`);
      try {
        const records = await ask(name, type);
        heard = true;
        return records;
      } catch (error) {
        if (unheard.has(codeOf(error))) unanswered = true;
        else heard = true;
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
    silent = unanswered && !heard ? silent + 1 : 0;
    if (silent >= mostSilent && !(await isThere())) {
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
  // More than one author's domain, or none: whoever is shown, it is not known who vouches for whom.
  if (dmarc === false || dmarc === undefined) return [];
  const author = (dmarc.status.header?.from ?? '').toLowerCase();
  const results: AuthenticationResult[] = [];
  for (const { signingDomain = '', status } of dkim.results) {
    // Whether it speaks for the author is DMARC's to say. A signature that leaves the end of the mail open says nothing of it.
    if (status.result !== 'pass' || status.aligned === false || status.underSized !== undefined) continue;
    results.push({ method: 'dkim', result: 'pass', properties: new Map([['header.d', signingDomain]]) });
  }
  const bySpfToo = bySpf && spf !== false ? spf : null;
  // Without DMARC's word, a domain below the author's may be anybody's.
  const spfAligned = `.${author}`.endsWith(`.${bySpfToo?.domain.toLowerCase() ?? ''}`);
  if (bySpfToo?.status.result === 'pass' && dmarc.status.result !== 'fail' && spfAligned) {
    const properties = new Map([['smtp.mailfrom', bySpfToo.domain]]);
    results.push({ method: 'spf', result: 'pass', properties });
  }
  const inFull = dmarc.alignment?.spf.result !== undefined || dmarc.alignment?.dkim.underSized === undefined;
  if (dmarc.status.result === 'pass' && inFull)
    results.push({ method: 'dmarc', result: 'pass', properties: new Map([['header.from', author]]) });
  if (bySpfToo === null) return results;
  // What would have passed if DNS had answered has not failed.
  const unsure =
    bySpfToo.status.result === 'temperror' ||
    dkim.results.some(({ status }) => status.result === 'temperror' && status.aligned !== false);
  if (unsure) return results;
  if (dmarc.status.result === 'fail')
    results.push({ method: 'dmarc', result: 'fail', properties: new Map([['header.from', author]]) });
  if (bySpfToo.status.result === 'fail')
    results.push({ method: 'spf', result: 'fail', properties: new Map() });
  return results;
}

function systemResolver(): DNSResolver {
  const resolver = new Resolver({ timeout: queryMs, tries: 1 });
  return async (name, type) => (await resolver.resolve(name, type)) as string[][] | string[];
}
