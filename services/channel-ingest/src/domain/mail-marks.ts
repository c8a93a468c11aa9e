import { answerKey } from '@smart-tickets/contracts';
import type { MailHeaders } from './mail-thread.ts';

/** By what the marks of a workspace's answers are known; each gives the id of the answer's message, or null. */
export interface AnswerMarks {
  readonly ofMessageId: (messageId: string) => string | null;
  readonly ofAddress: (address: string) => string | null;
  readonly ofToken: (token: string) => string | null;
}

const addressed = ['to', 'cc', 'delivered-to', 'x-original-to', 'envelope-to', 'x-envelope-to'];
const maxValues = 100;
const maxLength = 100_000;
const maxTokens = 20;

/**
 * Keys of the answers to whose tokens a mail was addressed, by its headers and its envelope, each once. Headers are not
 * parsed for it: whatever stands around a token, it is signed.
 */
export function tokensIn(
  headers: MailHeaders,
  envelopeTo: readonly string[],
  marks: Pick<AnswerMarks, 'ofAddress'>,
): string[] {
  const values = [
    ...envelopeTo,
    ...addressed.flatMap((name) => (headers.get(name) ?? []).slice(0, maxValues)),
  ];
  const found = new Set<string>();
  for (const value of values) {
    for (const [address] of value.slice(0, maxLength).matchAll(/\+[a-z2-7]{42}@/gi)) {
      const messageId = marks.ofAddress(address);
      if (messageId !== null) found.add(answerKey(messageId));
      if (found.size >= maxTokens) return [...found];
    }
  }
  return [...found];
}

const maxLooks = 100;

/** Keys of the answers whose marks stand in a text, `[token]`, each once: most often in the history that it quotes. */
export function marksInText(text: string, marks: Pick<AnswerMarks, 'ofToken'>): string[] {
  const found = new Set<string>();
  let looks = 0;
  for (const [, token = ''] of text.matchAll(/\[([a-z2-7]{42})\]/gi)) {
    if (found.size >= maxTokens || ++looks > maxLooks) break;
    const messageId = marks.ofToken(token);
    if (messageId !== null) found.add(answerKey(messageId));
  }
  return [...found];
}
