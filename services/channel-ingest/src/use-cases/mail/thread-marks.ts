import { createHash } from 'node:crypto';
import type { MailHeaders } from '../../domain/mail-thread.ts';
import { bareSubject } from '../../domain/reply-subject.ts';

/** Source: [MS-OXOMSG] §2.2.1.3: one byte, five of the time, a GUID; each answer adds five bytes behind them. */
const conversationBytes = 22;
const maxLength = 1_000;

/**
 * Conversation keys of what mail programs and ticket systems write beside References, for mail that has lost those: Outlook's
 * Thread-Index, the issue that Jira or ServiceNow writes about, the conversation of an eBay member. At most one. They are
 * weaker than any id: of Outlook the subject must be the same, of the others the sender.
 * @param from address of the sender, in lower case
 * @param subject decoded and unfolded
 */
export function threadMarks(headers: MailHeaders, from: string, subject: string): string[] {
  const mark =
    issueOf(headers, subject, from) ?? memberOf(headers, from) ?? outlookConversation(headers, subject);
  return mark === null ? [] : [`mark:${mark}`];
}

function first(headers: MailHeaders, name: string): string {
  return (headers.get(name)?.[0] ?? '').slice(0, maxLength);
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('base64url').slice(0, 22);
}

function outlookConversation(headers: MailHeaders, subject: string): string | null {
  const compact = first(headers, 'thread-index').replaceAll(/\s+/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact)) return null;
  const index = Buffer.from(compact, 'base64');
  if (index.length < conversationBytes) return null;
  const topic = hashOf(bareSubject(subject).toLowerCase());
  return `outlook:${index.subarray(0, conversationBytes).toString('base64url')}:${topic}`;
}

/** By the header that shows the system, and where its mails name the issue; its kinds begin the number. */
const systems = [
  { header: 'x-jira-fingerprint', issue: /(?:\[JIRA\]\s*\(|\[|\()([A-Z][A-Z0-9_]{1,30}-\d{1,10})[\])]/ },
  { header: 'x-servicenow-generated', issue: /\b((?:INC|RITM|REQ|SCTASK|TASK|CHG|PRB|CS)\d{4,12})\b/ },
];

function issueOf(headers: MailHeaders, subject: string, from: string): string | null {
  for (const { header, issue } of systems) {
    if (!headers.has(header)) continue;
    const named = issue.exec(subject.slice(0, maxLength))?.[1];
    if (named !== undefined) return `${header}:${hashOf(from)}:${named}`;
  }
  return null;
}

/** Elsewhere Feedback-ID names a sender's campaign, which is no conversation. */
function memberOf(headers: MailHeaders, from: string): string | null {
  const id = first(headers, 'feedback-id').trim();
  return id !== '' && /@members\.ebay\.[a-z.]{2,10}$/.test(from) ? `ebay:${hashOf(`${from}\n${id}`)}` : null;
}
