import { cleanHtml, maxHtmlLength } from '@smart-tickets/kit/html';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import { storable } from '@smart-tickets/kit/text';
import type { InputFault } from '../domain/input-fault.ts';

/** Longest answer, in characters. */
export const maxReplyLength = 200_000;
/** Longest note, in characters. */
export const maxNoteLength = 50_000;

/** What an agent writes to a customer, fit to be kept and shown. */
export interface AnswerText {
  readonly text: string;
  /** Cleaned; null when nothing was left of it. */
  readonly html: string | null;
}

/** The text of an answer and, cleaned, its HTML; a fault when there is none, or more than an answer holds. */
export function answerText(rawText: string, rawHtml: string | null): Result<AnswerText, InputFault> {
  const text = boundedText(rawText, maxReplyLength, 'An answer');
  if (!text.ok || rawHtml === null) return text.ok ? ok({ text: text.value, html: null }) : text;
  const clean = cleanHtml(storable(rawHtml));
  if (clean === null) {
    const message = `The HTML of an answer has at most ${maxHtmlLength} characters and 20,000 tags.`;
    return err({ code: 'LIMIT_EXCEEDED', field: 'html', message });
  }
  return ok({ text: text.value, html: clean.trim() === '' ? null : clean });
}

/** The text of a note; a fault when there is none, or more than a note holds. */
export function noteText(rawText: string): Result<string, InputFault> {
  return boundedText(rawText, maxNoteLength, 'A note');
}

function boundedText(raw: string, max: number, what: string): Result<string, InputFault> {
  const text = storable(raw);
  if (text.trim() === '')
    return err({ code: 'INVALID', field: 'text', message: `${what} must have a text.` });
  if (text.length > max) {
    return err({ code: 'LIMIT_EXCEEDED', field: 'text', message: `${what} has at most ${max} characters.` });
  }
  return ok(text);
}
