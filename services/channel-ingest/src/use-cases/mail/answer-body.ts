import type { AnswerGiven } from '@smart-tickets/contracts';
import { textFor } from '../../domain/by-language.ts';
import { htmlOf, renderTemplate, type Body, type TemplateValues } from './answer-template.ts';

/** Texts by language: BCP 47 tags in any case, and `default`. */
export type Texts = Readonly<Record<string, string | null | undefined>>;

/**
 * An answer with the channel's signature and template around it, in the customer's language. What cannot be rendered is
 * left out and named in `faults`, one line each: the answer itself is never lost.
 */
export function answerBody(
  answer: AnswerGiven,
  settings: { readonly signature: Texts; readonly template: Texts },
  ratingUrl: string | null,
  mark: string | null = null,
): { readonly body: Body; readonly faults: readonly string[] } {
  const values: TemplateValues = {
    agent: { name: answer.author.type === 'AGENT' ? answer.author.name : null },
    customer: { name: answer.customerName },
    ticket: { id: answer.ticketId, number: answer.ticketNumber, subject: answer.subject, mark },
    ratingUrl,
  };
  const faults: string[] = [];
  const bare: Body = { text: answer.text, html: answer.html };
  const signatureSource = textFor(settings.signature, answer.language);
  let signature: Body | null = null;
  if (signatureSource !== null) {
    const rendered = renderTemplate(signatureSource, values, null, null);
    if (!rendered.ok) faults.push(`The signature cannot be rendered: ${rendered.error}`);
    else if (rendered.value.text !== '' || rendered.value.html !== null) signature = rendered.value;
  }
  const template = textFor(settings.template, answer.language);
  if (template !== null) {
    const rendered = renderTemplate(template, values, bare, signature);
    if (rendered.ok) return { body: rendered.value, faults };
    faults.push(`The template cannot be rendered: ${rendered.error}`);
  }
  return { body: signature === null ? bare : signed(bare, signature), faults };
}

/** Source: RFC 3676 §4.3 for the line above a signature. */
function signed(answer: Body, signature: Body): Body {
  const text = `${answer.text}\n\n-- \n${signature.text}`;
  if (answer.html === null && signature.html === null) return { text, html: null };
  const above = answer.html ?? htmlOf(answer.text);
  return { text, html: `${above}\n<p>-- <br>\n${signature.html ?? htmlOf(signature.text)}</p>` };
}
