import type { MailHeaders } from './mail-thread.ts';

const machineNames = new Set([
  'mailer-daemon',
  'postmaster',
  'no-reply',
  'noreply',
  'donotreply',
  'do-not-reply',
]);
const presence = [
  'list-id',
  'list-unsubscribe',
  'x-autoreply',
  'x-autorespond',
  'x-autoresponder',
  'x-auto-response-suppress',
  'x-loop',
];

/**
 * Whether a machine wrote a mail: it is put on a ticket, but changes no status and is never answered by a machine.
 * Source: RFC 3834 §5; the headers that Zammad, FreeScout and LiveAgent look at.
 */
export function isAutomatic(headers: MailHeaders, fromAddress: string): boolean {
  const first = (name: string): string => (headers.get(name)?.[0] ?? '').trim().toLowerCase();
  const autoSubmitted = first('auto-submitted');
  if (autoSubmitted !== '' && !autoSubmitted.startsWith('no')) return true;
  if (
    /^(bulk|list|junk|auto_reply)$/.test(first('precedence')) ||
    /^(bulk|list|junk)$/.test(first('x-precedence'))
  )
    return true;
  if (first('return-path') === '<>') return true;
  if (presence.some((name) => headers.has(name))) return true;
  return machineNames.has(fromAddress.split('@')[0] ?? '');
}

/** Whether a mail is the report of a mail server that could not deliver another. Source: RFC 3464. */
export function isDeliveryReport(headers: MailHeaders): boolean {
  const type = (headers.get('content-type')?.[0] ?? '').toLowerCase();
  return type.startsWith('multipart/report') && type.includes('delivery-status');
}
