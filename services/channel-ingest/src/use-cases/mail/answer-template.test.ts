import { describe, expect, test } from '@jest/globals';
import type { AnswerGiven } from '@smart-tickets/contracts';
import fc from 'fast-check';
import { textFor } from '../../domain/by-language.ts';
import { answerBody, type Texts } from './answer-body.ts';
import { maxTemplateLength, renderTemplate, templateFault, type TemplateValues } from './answer-template.ts';

const values: TemplateValues = {
  agent: { name: 'Bo' },
  customer: { name: 'Ada' },
  ticket: { id: '0199-x', number: 7, subject: 'Printer on fire', mark: '[abc]' },
  ratingUrl: 'https://desk.example/rate?token=a&b=c',
};
const answer = { text: 'We are\non it.', html: null };
const signature = { text: 'Yours, Bo', html: '<p>Yours, <b>Bo</b></p>' };
const everything =
  'Dear {{customer.name}}, [#{{ticket.number}}] {{ticket.subject}}\n\n{{answer}}\n\n{{agent.name}} {{ratingUrl}} {{ticket.id}} {{ticket.mark}}';

describe('a template', () => {
  test('in plain text makes plain text, if nothing in it has HTML', () => {
    expect(renderTemplate(everything, values, answer, null)).toEqual({
      ok: true,
      value: {
        text: 'Dear Ada, [#7] Printer on fire\n\nWe are\non it.\n\nBo https://desk.example/rate?token=a&b=c 0199-x [abc]',
        html: null,
      },
    });
  });

  test('in plain text has its lines in HTML, around what is HTML', () => {
    const rich = { text: 'We are on it.', html: '<p>We are <i>on</i> it.</p>' };

    expect(
      renderTemplate('Dear {{customer.name}} & all\n{{answer}}\n{{signature}}', values, rich, signature),
    ).toEqual({
      ok: true,
      value: {
        text: 'Dear Ada & all\nWe are on it.\nYours, Bo',
        html: 'Dear Ada &amp; all<br>\n<p>We are <i>on</i> it.</p><br>\n<p>Yours, <b>Bo</b></p>',
      },
    });
  });

  test('in HTML has its plain text derived, with the answer’s own in it', () => {
    const source =
      '<h1>{{ticket.subject}}</h1>{{answer}}<p><a href="{{ratingUrl}}">Rate us</a></p>{{signature}}';

    expect(renderTemplate(source, values, answer, signature)).toEqual({
      ok: true,
      value: {
        text: expect.stringMatching(
          /^PRINTER ON FIRE\s+We are\non it\.\s+Rate us \[https:\/\/desk\.example\/rate\?token=a&b=c\]\s+Yours, Bo$/,
        ),
        html: '<h1>Printer on fire</h1>We are<br>\non it.<p><a href="https://desk.example/rate?token=a&amp;b=c">Rate us</a></p><p>Yours, <b>Bo</b></p>',
      },
    });
  });

  test.each([
    ['{{customer.name}}'],
    ['{{customer.name | raw}}'],
    ['{{customer.name | upcase | downcase}}'],
    ['{% assign n = customer.name %}{{n}}'],
    ['{{customer | json | raw}}'],
    ['{{"%3Cscript%3E" | url_decode}}{{customer.name}}'],
  ])('in HTML lets no markup in by a value: %s', (expression) => {
    const evil = { ...values, customer: { name: '<script>alert(1)</script>' } };

    const rendered = renderTemplate(`<p>${expression}</p>{{answer}}`, evil, answer, null);

    expect(rendered.ok && rendered.value.html).toMatch(/&lt;script&gt;/);
    expect(rendered.ok && rendered.value.html).not.toMatch(/<script/);
  });

  test('puts nothing into the place of the answer but the answer', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 100 }),
        fc.string({ maxLength: 100 }),
        (name, text) => {
          const rendered = renderTemplate(
            'A {{customer.name}} B {{answer}} C {{signature}}',
            { ...values, customer: { name: `\ue0a1\ue0a2\ue0a1{{answer}}${name}` } },
            { text: `${text}{{signature}}\ue0a3\ue0a4\ue0a3`, html: null },
            { text: 'S', html: null },
          );

          expect(
            rendered.ok && rendered.value.text.endsWith(`B ${text}{{signature}}\ue0a3\ue0a4\ue0a3 C S`),
          ).toBe(true);
        },
      ),
    );
  });

  test.each([
    ['not closed', '{{answer', /not closed/],
    ['with a tag that is not closed', '{% if a %}{{answer}}', /not closed/],
    ['with an unknown filter', '{{answer | nope}}', /undefined filter/],
    ['that leaves the answer out', 'Dear {{customer.name}}', /leaves the answer out/],
    [
      'that leaves the answer out by a condition',
      '{% if false %}{{answer}}{% endif %}',
      /leaves the answer out/,
    ],
    ['that reads a file', "{% include '/etc/passwd' %}{{answer}}", /Failed to lookup/],
    ['that reads a file as a part', "{% render '../../package.json' %}{{answer}}", /Failed to lookup/],
    ['that reads a file as its layout', "{% layout 'package.json' %}{{answer}}", /Failed to lookup/],
    ['with a loop of a million', '{% for i in (1..1000000) %}{{i}}{% endfor %}{{answer}}', /limit exceeded/],
    [
      'with loops in loops',
      '{% for a in (1..300) %}{% for b in (1..300) %}x{{b}}{% endfor %}{% endfor %}{{answer}}',
      /limit exceeded/,
    ],
    [
      'with loops in loops over what is there already',
      `{% assign a = "${'x,'.repeat(5_000)}" | split: "," %}{% for x in a %}{% for y in a %}{% for z in a %}{{z}}{% endfor %}{% endfor %}{% endfor %}{{answer}}`,
      /limit exceeded/,
    ],
    [
      'that doubles a text',
      '{% assign a = "x" %}{% for i in (1..60) %}{% assign a = a | append: a %}{% endfor %}{{answer}}',
      /limit exceeded/,
    ],
    ['that is too long', 'x'.repeat(maxTemplateLength + 1), /at most 20000 characters/],
  ])('%s is refused', (_name, source, expected) => {
    expect(templateFault(source, true)).toMatch(expected);
  });

  test.each([
    ['{{answer}}'],
    [everything],
    ['{{answer | upcase}}'],
    ['<p>{{answer}}</p>{% if signature %}{{signature}}{% endif %}'],
    ['{{no.such.value}}{{answer.constructor}}{{answer}}'],
    [`{{answer}}${'x'.repeat(maxTemplateLength - 10)}`],
  ])('%# is fine', (source) => {
    expect(templateFault(source, true)).toBeNull();
  });

  test('of a signature needs no answer', () => {
    expect(templateFault('Yours, {{agent.name}}')).toBeNull();
    expect(templateFault('Yours, {{agent.name')).toMatch(/not closed/);
  });

  test('shows nothing of the objects that values are', () => {
    const rendered = renderTemplate(
      '{{answer}}|{{customer.constructor}}|{{customer.__proto__}}|{{ticket.toString}}|',
      values,
      answer,
      null,
    );

    expect(rendered).toMatchObject({ ok: true, value: { text: 'We are\non it.||||' } });
  });
});

describe('the body of an answer', () => {
  const given: AnswerGiven = {
    messageId: '01990000-0000-7000-8000-000000000001',
    ticketId: '01990000-0000-7000-8000-000000000002',
    ticketNumber: 7,
    channelId: null,
    channelKind: 'EMAIL',
    teamId: null,
    subject: 'Printer on fire',
    text: 'We are on it.',
    html: null,
    language: 'de-AT',
    to: [],
    cc: [],
    attachments: [],
    customerId: null,
    customerName: 'Ada',
    author: { type: 'AGENT', id: null, name: 'Bo' },
    automatic: false,
    followsMessageId: null,
    answersMessageId: null,
    sentAt: '2026-03-02T09:00:00.000Z',
  };
  const none: Texts = {};

  test.each([
    ['de-AT', 'österreichisch'],
    ['de_at', 'österreichisch'],
    ['de-CH', 'deutsch'],
    ['DE', 'deutsch'],
    ['fr', 'other'],
    [null, 'other'],
  ])('has the texts for %j', (language, expected) => {
    const texts = { default: 'other', de: 'deutsch', 'de-at': 'österreichisch', fr: ' ' };

    expect(textFor(texts, language)).toBe(expected);
  });

  test('is the answer as it is where the channel has neither template nor signature', () => {
    expect(answerBody({ ...given, html: '<p>x</p>' }, { signature: none, template: none }, null)).toEqual({
      body: { text: 'We are on it.', html: '<p>x</p>' },
      faults: [],
    });
  });

  test('has the signature below it where there is no template', () => {
    const { body } = answerBody(
      given,
      { signature: { default: 'Yours,\n{{agent.name}}', de: 'Grüße,\n{{agent.name}}' }, template: none },
      null,
    );

    expect(body).toEqual({ text: 'We are on it.\n\n-- \nGrüße,\nBo', html: null });
  });

  test('has HTML where the signature has some', () => {
    const { body } = answerBody(
      given,
      { signature: { default: '<b>{{agent.name}}</b>' }, template: none },
      null,
    );

    expect(body).toEqual({
      text: 'We are on it.\n\n-- \nBo',
      html: 'We are on it.\n<p>-- <br>\n<b>Bo</b></p>',
    });
  });

  test('says nothing of rating where there is no link', () => {
    const template = { default: '{{answer}}{% if ratingUrl %}\nRate us: {{ratingUrl}}{% endif %}' };

    expect(answerBody(given, { signature: none, template }, null).body.text).toBe('We are on it.');
    expect(answerBody(given, { signature: none, template }, 'https://a/rate').body.text).toBe(
      'We are on it.\nRate us: https://a/rate',
    );
  });

  test('is never lost by a template or a signature that cannot be rendered', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.constantFrom('{{', '{% for %}', '{{answer | x}}', 'no answer', '{{answer}}'),
        ),
        fc.oneof(fc.string(), fc.constantFrom('{{', '{% if %}', '{{ a | b }}')),
        (template, signed) => {
          const settings = { signature: { default: signed }, template: { default: template } };

          expect(answerBody(given, settings, null).body.text).toContain('We are on it.');
        },
      ),
    );

    expect(
      answerBody(given, { signature: { default: '{{x' }, template: { default: '{% y %}' } }, null),
    ).toMatchObject({
      body: { text: 'We are on it.', html: null },
      faults: [
        expect.stringMatching(/^The signature cannot be rendered: /),
        expect.stringMatching(/^The template cannot be rendered: /),
      ],
    });
  });
});
