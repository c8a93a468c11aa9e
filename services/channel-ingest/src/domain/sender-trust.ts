import type { SenderTrust } from '@smart-tickets/contracts';
import { splitOutside, unquoted } from './mail-fields.ts';

/** What one way of checking found. */
export interface AuthenticationResult {
  /** `dkim`, `spf`, `dmarc` and others, in lower case. */
  readonly method: string;
  /** `pass`, `fail`, `none` and others, in lower case. */
  readonly result: string;
  /** What was checked, such as `header.d` and `smtp.mailfrom`, by lower-case name. */
  readonly properties: ReadonlyMap<string, string>;
}

/** What one mail server has found. */
export interface AuthenticationResults {
  /** How the server names itself, in lower case. */
  readonly authservId: string;
  readonly results: readonly AuthenticationResult[];
}

const maxLength = 20_000;
const maxResults = 50;
const maxProperties = 20;

/**
 * Reads the value of an Authentication-Results header; null when it is none. Each character is looked at a fixed number
 * of times. Source: RFC 8601 §2.2.
 */
export function readAuthenticationResults(value: string): AuthenticationResults | null {
  const [head, ...rest] = splitOutside(value.slice(0, maxLength), ';', maxResults + 1);
  // The server's name may be followed by the version of the form.
  const [authservId = '', version = '1'] = unquoted(head ?? '').split(/[ \t]+/);
  if (authservId === '' || authservId.includes('=') || version !== '1') return null;
  return { authservId: authservId.toLowerCase(), results: rest.flatMap((text) => resultIn(text) ?? []) };
}

function resultIn(text: string): AuthenticationResult | null {
  const [first, ...others] = words(text);
  if (first === undefined || first.value === '') return null;
  const properties = others
    .filter(({ name }) => name.includes('.'))
    .map(({ name, value }): [string, string] => [name, value]);
  // A method may bear its version, `dkim/1`.
  const method = first.name.split('/', 1)[0] ?? '';
  return { method, result: first.value.toLowerCase(), properties: new Map(properties) };
}

/** The `name=value` pieces of a result, comments left out. */
function words(text: string): { name: string; value: string }[] {
  const pairs: { name: string; value: string }[] = [];
  const plain = splitOutside(text, ' \t', maxProperties * 4).filter((piece) => !isComment(piece));
  // Blanks may stand around the equals sign and the slash of a version.
  const pieces = plain.join(' ').replaceAll(/ ?([=/]) ?/g, '$1');
  for (const piece of splitOutside(pieces, ' ', maxProperties)) {
    const bare = unquoted(piece);
    const equals = bare.indexOf('=');
    if (equals > 0) pairs.push({ name: bare.slice(0, equals).toLowerCase(), value: bare.slice(equals + 1) });
  }
  return pairs;
}

function isComment(piece: string): boolean {
  return piece.startsWith('(') && unquoted(piece) === '';
}

/**
 * Whether the sender is who the mail says, by what the channel's own mail server found: DMARC's result; without it, a
 * signature or an envelope of the sender's own domain that passed. Anybody can write such a header, so only the topmost
 * one counts, and only if it bears the name that the channel has given for its server; else nothing is known.
 * Source: RFC 8601 §5 and §7.1, RFC 7489 §3.1.
 * @param headers values of Authentication-Results, the topmost first
 * @param from the address of the sender
 * @param authservId how the channel's mail server names itself; null where the channel does not say
 */
export function senderTrust(
  headers: readonly string[],
  from: string,
  authservId: string | null,
): SenderTrust {
  const found = readAuthenticationResults(headers[0] ?? '');
  if (found === null || authservId === null || found.authservId !== authservId.trim().toLowerCase())
    return 'NONE';
  return trustBy(found, from);
}

/** The same by results that are believed. */
export function trustBy(found: AuthenticationResults, from: string): SenderTrust {
  const domain = from.slice(from.lastIndexOf('@') + 1).toLowerCase();
  const dmarc = found.results.find(
    ({ method, properties }) =>
      method === 'dmarc' && (properties.get('header.from') ?? domain).toLowerCase() === domain,
  )?.result;
  if (dmarc === 'pass') return 'PASS';
  if (dmarc === 'fail') return 'FAIL';
  const passed = (method: string, property: string): boolean =>
    found.results.some(
      (one) =>
        one.method === method &&
        one.result === 'pass' &&
        isAligned(one.properties.get(property) ?? '', domain),
    );
  if (passed('dkim', 'header.d') || passed('dkim', 'header.i') || passed('spf', 'smtp.mailfrom'))
    return 'PASS';
  const refused = found.results.some(
    ({ method, result }) => method === 'spf' && (result === 'fail' || result === 'hardfail'),
  );
  return refused ? 'FAIL' : 'NONE';
}

/** Whether a checked domain is the sender's or one above or below it. */
function isAligned(checked: string, domain: string): boolean {
  const bare = checked
    .slice(checked.lastIndexOf('@') + 1)
    .replace(/^<|>$/g, '')
    .toLowerCase();
  if (!bare.includes('.') || !domain.includes('.')) return false;
  return bare === domain || bare.endsWith(`.${domain}`) || domain.endsWith(`.${bare}`);
}
