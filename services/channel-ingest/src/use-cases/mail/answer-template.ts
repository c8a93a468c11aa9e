import { err, ok, type Result } from '@smart-tickets/kit/result';
import { Liquid } from 'liquidjs';
import { textOfHtml } from './html.ts';

/** A text in the two forms that a mail has; `html` is null where nothing asks for more than plain text. */
export interface Body {
  readonly text: string;
  readonly html: string | null;
}

/** What templates and signatures may name besides the answer and the signature. */
export interface TemplateValues {
  readonly agent: { readonly name: string | null };
  readonly customer: { readonly name: string | null };
  readonly ticket: {
    readonly id: string;
    readonly number: number;
    readonly subject: string;
    /** `[token]`: who quotes it is recognised by it; null where the answer is no mail. */
    readonly mark: string | null;
  };
  /** Null where no link can be made. */
  readonly ratingUrl: string | null;
}

/** Longest template or signature, in characters. */
export const maxTemplateLength = 20_000;
/** Characters and places of ranges that filters and loops may make: what templates of mails need is far below. */
const maxMemory = 50_000;
/** Ends loops that make nothing new; hundreds of times what a template takes, as a busy machine is no fault of its own. */
const maxRenderMs = 500;

/** What stands in a rendering where the answer and the signature go; characters that mean nothing, and pass all filters. */
const answerPlace = '\ue0a1\ue0a2\ue0a1';
const signaturePlace = '\ue0a3\ue0a4\ue0a3';
const places = /[\ue0a1-\ue0a4]/g;

function engine(escaping: boolean): Liquid {
  const liquid = new Liquid({
    // With templates in memory, and none there, nothing of the file system can be included.
    templates: {},
    ownPropertyOnly: true,
    strictFilters: true,
    jsTruthy: true,
    parseLimit: maxTemplateLength,
    renderLimit: maxRenderMs,
    memoryLimit: maxMemory,
    ...(escaping ? { outputEscape: 'escape' as const } : {}),
  });
  // Else it would let what customers call themselves into the HTML as it is.
  liquid.registerFilter('raw', (value: unknown) => value);
  return liquid;
}
const plainEngine = engine(false);
const htmlEngine = engine(true);

/** Whether a template is written as HTML; else it is plain text. */
function isHtml(source: string): boolean {
  return /<\/?[a-z][^<>]*>/i.test(source);
}

/**
 * Renders a Liquid template around an answer and a signature. Of an HTML template the plain text is derived, of a plain one
 * the HTML, if the answer or the signature has any. Values are escaped in HTML; what the template itself says is not. An
 * error is the reason in words: it does not parse, breaks a limit, or leaves the answer out.
 */
export function renderTemplate(
  source: string,
  values: TemplateValues,
  answer: Body | null,
  signature: Body | null,
): Result<Body, string> {
  const html = isHtml(source);
  let rendered: string;
  try {
    const scope = {
      ...(cleanOf(values) as TemplateValues),
      answer: answer === null ? null : answerPlace,
      signature: signature === null ? null : signaturePlace,
    };
    const liquid = html ? htmlEngine : plainEngine;
    const parsed = liquid.parse(source.replaceAll(places, ''));
    rendered = String(liquid.renderSync(parsed, scope));
  } catch (error) {
    return err(error instanceof Error ? (error.message.split('\n', 1)[0] ?? '') : String(error));
  }
  if (answer !== null && !rendered.includes(answerPlace)) return err('The template leaves the answer out.');
  const shell = { text: html ? textOfHtml(rendered) : rendered, html: html ? rendered : htmlOf(rendered) };
  const within = [answer, signature].some((body) => body !== null && body.html !== null);
  return ok({
    text: fill(shell.text, answer?.text ?? '', signature?.text ?? '').trim(),
    html: html || within ? fill(shell.html, htmlIn(answer), htmlIn(signature)) : null,
  });
}

/** Why a template or signature cannot be used, in words; null when it can. Templates of answers must hold the answer. */
export function templateFault(source: string, holdsAnswer = false): string | null {
  if (source.length > maxTemplateLength) return `A template has at most ${maxTemplateLength} characters.`;
  const body: Body = { text: 'answer', html: '<p>answer</p>' };
  const values: TemplateValues = {
    agent: { name: 'Agent' },
    customer: { name: 'Customer' },
    ticket: { id: '00000000-0000-0000-0000-000000000000', number: 1, subject: 'Subject', mark: '[mark]' },
    ratingUrl: 'https://desk.example/rate',
  };
  const rendered = renderTemplate(source, values, holdsAnswer ? body : null, holdsAnswer ? body : null);
  return rendered.ok ? null : rendered.error;
}

/** Plain text as HTML that shows the same lines. */
export function htmlOf(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll(/\r?\n/g, '<br>\n');
}

function htmlIn(body: Body | null): string {
  return body === null ? '' : (body.html ?? htmlOf(body.text));
}

/** Puts the answer and the signature into their places, at once, so that neither is looked at for places. */
function fill(shell: string, answer: string, signature: string): string {
  return shell
    .split(answerPlace)
    .map((piece) => piece.split(signaturePlace).join(signature))
    .join(answer);
}

/** Values without the characters that mark places. */
function cleanOf(value: unknown): unknown {
  if (typeof value === 'string') return value.replaceAll(places, '');
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, cleanOf(inner)]));
}
