import ipaddr from 'ipaddr.js';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { maxWebhookUrlLength } from '../domain/webhook.ts';

/** Gives the addresses of a host name. */
export type Resolve = (hostName: string) => Promise<readonly string[]>;

/** The addresses by which this machine would reach a host, its hosts file included. */
export const resolveHere: Resolve = async (hostName) =>
  (await lookup(hostName, { all: true })).map(({ address }) => address);

/** Azure's own services answer there, to virtual machines only. Source: Microsoft Learn, "What is IP address 168.63.129.16?". */
const azureServices = '168.63.129.16';

/**
 * Whether an address is on the public internet: not private, loopback, link-local (where clouds keep their metadata),
 * carrier-grade NAT, multicast or reserved, nor such a one inside an IPv6 address. Source: the IANA special-purpose
 * address registries.
 */
export function isPublicAddress(address: string): boolean {
  if (!ipaddr.isValid(address) || address.includes('%')) return false;
  const ip = ipaddr.process(address);
  if (ip.kind() === 'ipv4') return ip.range() === 'unicast' && ip.toString() !== azureServices;
  const bytes = ip.toByteArray();
  // Behind NAT64 the rest of the internet has addresses of 64:ff9b::/96, with its IPv4 address at the end.
  const nat64 = [0, 0x64, 0xff, 0x9b, 0, 0, 0, 0, 0, 0, 0, 0];
  if (nat64.every((byte, index) => bytes[index] === byte)) return isPublicAddress(bytes.slice(12).join('.'));
  const isGlobalUnicast = ((bytes[0] ?? 0) & 0xe0) === 0x20;
  return isGlobalUnicast && ip.range() === 'unicast';
}

/** The host of a URL as an address, when it is none by name; else null. */
export function literalAddress(url: URL): string | null {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? null : host;
}

/**
 * What is wrong with the URL of a webhook, as a sentence; null when nothing is. A name's addresses are checked whenever
 * something is sent, since they may change. `allowInsecure` allows http and addresses that are not public.
 */
export function webhookUrlFault(text: string, allowInsecure: boolean): string | null {
  if (text.length > maxWebhookUrlLength) return `A URL has at most ${maxWebhookUrlLength} characters.`;
  const url = URL.parse(text);
  if (url === null || text !== text.trim()) return 'That is no URL.';
  if (url.username !== '' || url.password !== '') return 'The URL must not hold a name or password.';
  if (url.protocol !== 'https:' && !(allowInsecure && url.protocol === 'http:')) {
    return 'The URL must begin with https://.';
  }
  const address = literalAddress(url);
  const isLocalName = /(^|\.)localhost\.?$/.test(url.hostname);
  if (!allowInsecure && (isLocalName || (address !== null && !isPublicAddress(address)))) {
    return 'The URL must lead to a public address.';
  }
  return null;
}

/** The addresses to which a URL leads, all of them allowed. Throws when there is none, or one that is not. */
export async function allowedAddresses(
  url: URL,
  resolve: Resolve,
  allowInsecure: boolean,
): Promise<readonly string[]> {
  const literal = literalAddress(url);
  const addresses = literal === null ? await resolve(url.hostname) : [literal];
  if (addresses.length === 0) throw new Error('the host has no address');
  // One that is not public among others is no mistake: somebody tries to get in.
  if (!allowInsecure && !addresses.every(isPublicAddress)) {
    throw new Error('the host has an address that is not public');
  }
  return addresses;
}
