import {
  addressesIn,
  addressIn,
  statusCode,
  type BouncedRecipient,
  type ReportSigns,
} from './bounced-recipient.ts';

const maxLines = 200;
const maxLineLength = 1_000;
const maxDiagnostic = 500;

/**
 * What a report in words says of its recipients; null when the mail is no such report. Source: QSBMF of qmail
 * (Bernstein, 1997); X-Failed-Recipients of Exim and Gmail; the words of sendmail 8, Postfix and Exchange.
 */
export function textualBounce(signs: ReportSigns): BouncedRecipient[] | null {
  const lines = wordsOf(signs);
  const subject = signs.subject.slice(0, 300).toLowerCase();
  const action = isDelay(subject) ? 'DELAYED' : 'FAILED';
  const named = addressesIn(signs.headers.get('x-failed-recipients') ?? []);
  if (named.length > 0) return named.map((recipient) => described(recipient, action, lines));
  if (lines.some((line) => line.startsWith('Hi. This is the') && line.includes('program')))
    return qmail(lines, action);
  if (!isFailure(subject) || !isServer(signs)) return null;
  const from = lines.findIndex((line) => {
    const address = addressIn(line);
    return address !== null && address !== signs.from && startsWithAddress(line, address);
  });
  if (from === -1) return [described(null, action, lines)];
  return [described(addressIn(lines[from] ?? ''), action, lines.slice(from))];
}

/** The report's own words: what stands above the copy of the mail that was sent. */
function wordsOf({ parts }: ReportSigns): string[] {
  const text = parts.find(({ type }) => type === 'text/plain')?.text ?? '';
  const lines = text
    .slice(0, maxLines * maxLineLength)
    .split('\n', maxLines)
    .map((line) => line.slice(0, maxLineLength).trim());
  const copy = lines.findIndex((line) => copyBegins(line.toLowerCase()));
  return copy === -1 ? lines : lines.slice(0, copy);
}

function copyBegins(line: string): boolean {
  return (
    line.startsWith('--- below this line') ||
    line.includes('this is a copy of the message') ||
    line.includes('----- original message') ||
    line.includes('unsent message follows') ||
    line.includes('message follows -----')
  );
}

function startsWithAddress(line: string, address: string): boolean {
  const at = line.toLowerCase().indexOf(address);
  return at >= 0 && at <= 1;
}

/** One recipient a paragraph, `<ada@example.org>:` with the reason below it. */
function qmail(lines: readonly string[], action: 'FAILED' | 'DELAYED'): BouncedRecipient[] {
  const found: BouncedRecipient[] = [];
  for (const [index, line] of lines.entries()) {
    if (!line.startsWith('<') || !line.endsWith(':')) continue;
    const blank = lines.indexOf('', index);
    found.push(
      described(addressIn(line), action, lines.slice(index + 1, blank === -1 ? lines.length : blank)),
    );
  }
  return found.length > 0 ? found : [described(null, action, lines)];
}

/** A recipient with what the lines say of the reason. */
function described(
  recipient: string | null,
  action: 'FAILED' | 'DELAYED',
  lines: readonly string[],
): BouncedRecipient {
  const reason =
    lines.find((line) => statusCode(line) !== null) ?? lines.find((line) => replyCode(line) !== null);
  const status = reason === undefined ? null : statusCode(reason);
  const kind = status?.[0] ?? replyCode(reason ?? '')?.[0];
  return {
    recipient,
    status,
    action,
    permanent: action === 'FAILED' && kind === '5',
    diagnostic: (reason ?? (recipient === null ? undefined : words(lines)))?.slice(0, maxDiagnostic) ?? null,
  };
}

/** What stands below the line of the address; servers that give no code give a sentence. */
function words(lines: readonly string[]): string | undefined {
  return lines.find((line) => line !== '' && addressIn(line) === null);
}

/** A reply code of SMTP that refuses, such as 550; null when there is none. */
function replyCode(line: string): string | null {
  return /(?<![\d.])[45][0-5]\d(?![\d.])/.exec(line)?.[0] ?? null;
}

const servers = [
  'mailer-daemon',
  'mailerdaemon',
  'postmaster',
  'mail-daemon',
  'microsoftexchange',
  'mailadmin',
];

function isServer({ headers, from }: ReportSigns): boolean {
  return (
    servers.some((name) => from.startsWith(name)) ||
    headers.has('x-ms-exchange-message-is-ndr') ||
    headers.get('return-path')?.[0]?.trim() === '<>'
  );
}

const delays = [
  'delayed',
  'warning: could not send',
  'delivery status notification (delay)',
  'verzögert',
  'retardé',
  'retrasad',
  'ritardat',
  'atrasad',
  'vertraagd',
];

function isDelay(subject: string): boolean {
  return delays.some((word) => subject.includes(word));
}

const failures = [
  ...delays,
  'undeliver',
  'delivery failed',
  'delivery failure',
  'delivery status notification',
  'delivery notification',
  'failure notice',
  'returned mail',
  'returned to sender',
  'mail system error',
  'not delivered',
  'could not be delivered',
  'unzustellbar',
  'non remis',
  'no se puede entregar',
  'no entregado',
  'no se ha podido entregar',
  'non recapitabile',
  'mancato recapito',
  'não entregue',
  'não é possível entregar',
  'onbestelbaar',
  'kan inte levereras',
  'olevererbar',
  'kan ikke leveres',
  'ei voi toimittaa',
  'toimittamaton',
  'nie można dostarczyć',
  'niedostarczaln',
  'nedoručiteln',
  'kézbesíthetetlen',
  'nelivrabil',
  'недоставлен',
  'не удается доставить',
  'не вдалося доставити',
  'teslim edileme',
  '配信不能',
  '配信できません',
  '无法送达',
  '無法傳遞',
  '未送达',
  '배달되지',
];

function isFailure(subject: string): boolean {
  return failures.some((phrase) => subject.includes(phrase));
}
