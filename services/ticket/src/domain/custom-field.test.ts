import { describe, expect, test } from '@jest/globals';
import {
  applyFields,
  defaultsOf,
  fieldValue,
  maxFieldTextLength,
  maxFieldsAtOnce,
  maxFieldsLength,
  missingRequired,
  shownFields,
  type CustomFieldDefinition,
  type CustomFieldType,
} from './custom-field.ts';
import { defaultsFault, defineField } from './define-field.ts';

const definition = (
  key: string,
  type: CustomFieldType,
  parts: Partial<CustomFieldDefinition> = {},
): CustomFieldDefinition => ({
  key,
  label: key,
  type,
  options: type === 'ENUM' ? ['red', 'blue'] : null,
  required: false,
  default: null,
  appliesTo: 'TICKET',
  archived: false,
  ...parts,
});

const text = (value: string) => ({ ok: true, value });
const none = { ok: true, value: null };

describe('a value', () => {
  test.each<[CustomFieldType, unknown, unknown]>([
    ['TEXT', 'words', text('words')],
    ['TEXT', 'a\0b\ud800', text('ab\ufffd')],
    ['TEXT', '  ', none],
    ['NUMBER', -1.5, { ok: true, value: -1.5 }],
    ['BOOLEAN', false, { ok: true, value: false }],
    ['ENUM', ' blue ', text('blue')],
    ['DATE', '2028-02-29', text('2028-02-29')],
    ['DATE', null, none],
    ['NUMBER', undefined, none],
  ])('of type %s may be %j', (type, value, expected) => {
    expect(fieldValue(definition('k', type), value)).toEqual(expected);
  });

  test.each<[CustomFieldType, unknown]>([
    ['TEXT', 5],
    ['TEXT', ['a']],
    ['NUMBER', '5'],
    ['NUMBER', Number.NaN],
    ['NUMBER', Number.POSITIVE_INFINITY],
    ['BOOLEAN', 'true'],
    ['BOOLEAN', 0],
    ['ENUM', 'green'],
    ['ENUM', 1],
    ['DATE', '2026-02-29'],
    ['DATE', '2026-13-01'],
    ['DATE', '0000-01-01'],
    ['DATE', '2026-1-1'],
    ['DATE', '2026-11-22T00:00:00Z'],
    ['DATE', 20261122],
  ])('of type %s may not be %j', (type, value) => {
    expect(fieldValue(definition('k', type), value).ok).toBe(false);
  });

  test('takes a text of the greatest length and no longer one', () => {
    const longest = 'x'.repeat(maxFieldTextLength);

    expect(fieldValue(definition('k', 'TEXT'), longest)).toEqual(text(longest));
    expect(fieldValue(definition('k', 'TEXT'), `${longest}x`).ok).toBe(false);
  });

  test('minus zero is zero, as it would come back', () => {
    const result = fieldValue(definition('k', 'NUMBER'), -0);

    expect(result.ok && Object.is(result.value, 0)).toBe(true);
  });
});

describe('setting fields', () => {
  const definitions = [
    definition('plan', 'ENUM', { required: true }),
    definition('seats', 'NUMBER'),
    definition('old', 'TEXT', { archived: true }),
    definition('constructor', 'TEXT'),
  ];

  test('changes what is named and keeps the rest in its place', () => {
    const current = { seats: 3, plan: 'red', undefined_by_now: 'kept' };

    const result = applyFields(definitions, current, [
      { key: 'plan', value: 'blue' },
      { key: 'constructor', value: 'of cars' },
    ]);

    expect(JSON.stringify(result.ok && result.value)).toBe(
      '{"seats":3,"plan":"blue","undefined_by_now":"kept","constructor":"of cars"}',
    );
  });

  test('what is asked for already is no change, whatever became of the definition', () => {
    const narrowed = [
      definition('plan', 'ENUM', { options: ['blue'] }),
      definition('old', 'TEXT', { archived: true }),
    ];
    const current = { plan: 'red', old: 'value' };

    const result = applyFields(narrowed, current, [
      { key: 'plan', value: 'red' },
      { key: 'old', value: 'value' },
    ]);

    expect(result).toEqual({ ok: true, value: current });
  });

  test('null takes a value away, once or again', () => {
    const once = applyFields(definitions, { seats: 3 }, [{ key: 'seats', value: null }]);
    const again = applyFields(definitions, {}, [{ key: 'seats' }]);

    expect([once, again]).toEqual([
      { ok: true, value: {} },
      { ok: true, value: {} },
    ]);
  });

  test.each([
    ['an unknown key', [{ key: 'nope', value: 1 }]],
    ['a key of every object', [{ key: 'toString', value: 1 }]],
    ['a wrong type', [{ key: 'seats', value: 'three' }]],
    ['taking a required value away', [{ key: 'plan', value: null }]],
    ['a new value for an archived field', [{ key: 'old', value: 'new' }]],
    ['taking away the value of an archived field', [{ key: 'old', value: null }]],
    [
      'a key named twice',
      [
        { key: 'seats', value: 1 },
        { key: 'seats', value: 2 },
      ],
    ],
  ])('refuses %s', (_what, inputs) => {
    const result = applyFields(definitions, { plan: 'red', old: 'value' }, inputs);

    expect(result).toMatchObject({ ok: false, error: { code: 'INVALID', field: 'fields' } });
  });

  test('takes as many as the limit at once and not one more', () => {
    const many = Array.from({ length: maxFieldsAtOnce }, (_, index) => definition(`f${index}`, 'NUMBER'));
    const inputs = many.map(({ key }) => ({ key, value: 1 }));

    expect(applyFields(many, {}, inputs).ok).toBe(true);
    expect(applyFields(many, {}, [...inputs, { key: 'one_more', value: 1 }])).toMatchObject({
      error: { code: 'LIMIT_EXCEEDED' },
    });
  });

  test('all values together stay small enough to travel with every event', () => {
    const many = [
      definition('a', 'TEXT'),
      definition('b', 'TEXT'),
      definition('c', 'TEXT'),
      definition('d', 'TEXT'),
    ];
    const value = 'x'.repeat(maxFieldTextLength);
    const inputs = ['a', 'b', 'c'].map((key) => ({ key, value }));
    const last = maxFieldsLength - 3 * maxFieldTextLength - '{"a":"","b":"","c":"","d":""}'.length;

    expect(applyFields(many, {}, [...inputs, { key: 'd', value: 'x'.repeat(last) }]).ok).toBe(true);
    expect(applyFields(many, {}, [...inputs, { key: 'd', value: 'x'.repeat(last + 1) }])).toMatchObject({
      error: { code: 'LIMIT_EXCEEDED' },
    });
  });
});

test('defaults come from what is not archived', () => {
  const definitions = [
    definition('a', 'BOOLEAN', { default: false }),
    definition('b', 'TEXT', { default: 'x', archived: true }),
    definition('c', 'TEXT'),
  ];

  expect(defaultsOf(definitions)).toEqual({ a: false });
});

test('required fields without a value are named in the order of their definitions', () => {
  const definitions = [
    definition('constructor', 'TEXT', { required: true }),
    definition('b', 'TEXT', { required: true }),
    definition('c', 'TEXT', { required: true, archived: true }),
    definition('d', 'BOOLEAN', { required: true }),
  ];

  expect(missingRequired(definitions, { d: false })).toEqual(['constructor', 'b']);
});

test('fields are shown in the order of their definitions, those without one not at all', () => {
  const definitions = [definition('b', 'TEXT'), definition('a', 'TEXT'), definition('toString', 'TEXT')];

  expect(shownFields(definitions, { a: 1, gone: 2, b: false })).toEqual([
    { key: 'b', value: false },
    { key: 'a', value: 1 },
  ]);
});

describe('defining a field', () => {
  const input = { key: 'colour', appliesTo: 'TICKET' as const };

  test('a new one needs label and type and takes the rest as usual', () => {
    expect(
      defineField(null, { ...input, type: 'ENUM', label: ' Colour ', options: ['red ', 'blue', 'red'] }),
    ).toEqual({
      ok: true,
      value: { ...definition('colour', 'ENUM'), label: 'Colour' },
    });
    expect(defineField(null, { ...input, type: 'TEXT' })).toMatchObject({ error: { field: 'label' } });
    expect(defineField(null, { ...input, label: 'Colour' })).toMatchObject({ error: { field: 'type' } });
  });

  test('what is not named of an existing one stays', () => {
    const existing = definition('colour', 'ENUM', { default: 'red', required: true });

    expect(defineField(existing, { ...input, archived: true })).toEqual({
      ok: true,
      value: { ...existing, archived: true },
    });
    expect(defineField(existing, { ...input, default: null })).toEqual({
      ok: true,
      value: { ...existing, default: null },
    });
  });

  test.each([
    ['key', { key: '9lives', label: 'L', type: 'TEXT' as const }],
    ['key', { key: `a${'b'.repeat(64)}`, label: 'L', type: 'TEXT' as const }],
    ['key', { key: 'Colour', label: 'L', type: 'TEXT' as const }],
    ['label', { label: ' ', type: 'TEXT' as const }],
    ['label', { label: 'x'.repeat(201), type: 'TEXT' as const }],
    ['options', { label: 'L', type: 'TEXT' as const, options: ['a'] }],
    ['options', { label: 'L', type: 'ENUM' as const }],
    ['options', { label: 'L', type: 'ENUM' as const, options: [' '] }],
    ['options', { label: 'L', type: 'ENUM' as const, options: ['x'.repeat(201)] }],
    [
      'options',
      { label: 'L', type: 'ENUM' as const, options: Array.from({ length: 201 }, (_, i) => String(i)) },
    ],
    ['default', { label: 'L', type: 'ENUM' as const, options: ['a'], default: 'b' }],
    ['default', { label: 'L', type: 'NUMBER' as const, default: 'b' }],
  ])('refuses a wrong %s', (field, parts) => {
    expect(defineField(null, { ...input, ...parts })).toMatchObject({ ok: false, error: { field } });
  });

  test('the type of an existing one stays, and its default must be among the options that are left', () => {
    const existing = definition('colour', 'ENUM', { default: 'red' });

    expect(defineField(existing, { ...input, type: 'TEXT' })).toMatchObject({ error: { field: 'type' } });
    expect(defineField(existing, { ...input, options: ['blue'] })).toMatchObject({
      error: { field: 'default' },
    });
    expect(defineField(existing, { ...input, options: ['red'] }).ok).toBe(true);
  });
});

describe('defaults together', () => {
  const long = (key: string, length: number, parts: Partial<CustomFieldDefinition> = {}) =>
    definition(key, 'TEXT', { default: 'x'.repeat(length), ...parts });
  /** Characters of JSON around a value of a key of one letter, and around them all. */
  const [around, outside] = ['"a":"",'.length, '{}'.length - 1];
  const all = [long('a', 10_000), long('b', 10_000), long('c', 10_000)];
  const room = maxFieldsLength - outside - 4 * around - 30_000;

  test('fill a ticket to the last character and not beyond', () => {
    expect(defaultsFault(all, long('d', room))).toBeNull();
    expect(defaultsFault(all, long('d', room + 1))).toMatchObject({
      code: 'LIMIT_EXCEEDED',
      field: 'default',
    });
    expect(defaultsFault(all, long('d', room + 1, { archived: true }))).toBeNull();
  });

  test('that are too long already can get shorter, and their fields archived', () => {
    const over = [...all, long('d', 10_000)];

    expect(defaultsFault(over, long('d', 9_000))).toBeNull();
    expect(defaultsFault(over, long('d', 10_000, { archived: true }))).toBeNull();
    expect(defaultsFault(over, long('e', 1))).not.toBeNull();
  });
});
