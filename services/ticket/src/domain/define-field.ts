import { err, ok, type Result } from '@smart-tickets/kit/result';
import {
  defaultsOf,
  fieldValue,
  maxFieldsLength,
  type CustomFieldDefinition,
  type CustomFieldOwner,
  type CustomFieldType,
  type FieldFault,
} from './custom-field.ts';

/** What an admin asks of a definition; what is undefined stays as it is, or takes what is usual for a new field. */
export interface FieldDefinitionInput {
  readonly key: string;
  readonly appliesTo: CustomFieldOwner;
  readonly label?: string | undefined;
  readonly type?: CustomFieldType | undefined;
  readonly options?: readonly string[] | undefined;
  readonly required?: boolean | undefined;
  /** Null takes the default away. */
  readonly default?: unknown;
  readonly archived?: boolean | undefined;
}

/** Most definitions of a workspace for tickets, and as many for customers; archived ones count. */
export const maxDefinitions = 200;
export const maxOptions = 200;
export const maxOptionLength = 200;
export const maxLabelLength = 200;

const keyPattern = /^[a-z][a-z0-9_]{0,63}$/;

function fault(code: FieldFault['code'], field: string, message: string): Result<never, FieldFault> {
  return err({ code, field, message });
}

function labelOf(label: string): Result<string, FieldFault> {
  const trimmed = label.trim();
  if (trimmed === '') return fault('INVALID', 'label', 'The label must not be empty.');
  if (trimmed.length > maxLabelLength)
    return fault('LIMIT_EXCEEDED', 'label', `A label has at most ${maxLabelLength} characters.`);
  return ok(trimmed);
}

/** Options trimmed and each once, in the order given. */
function optionsOf(
  type: CustomFieldType,
  options: readonly string[] | null | undefined,
): Result<string[] | null, FieldFault> {
  if (type !== 'ENUM') {
    return options == null ? ok(null) : fault('INVALID', 'options', 'Only an ENUM field has options.');
  }
  const trimmed = [...new Set((options ?? []).map((option) => option.trim()))];
  if (trimmed.length === 0) return fault('INVALID', 'options', 'An ENUM field needs at least one option.');
  if (trimmed.includes('')) return fault('INVALID', 'options', 'An option must not be empty.');
  if (trimmed.length > maxOptions)
    return fault('LIMIT_EXCEEDED', 'options', `A field has at most ${maxOptions} options.`);
  if (trimmed.some((option) => option.length > maxOptionLength))
    return fault('LIMIT_EXCEEDED', 'options', `An option has at most ${maxOptionLength} characters.`);
  return ok(trimmed);
}

/**
 * The definition after an admin's change, or the new one when there is none of that key. A new one needs label and
 * type; the type of an existing one stays, since values of it are out there. Options may go though they are in use.
 */
export function defineField(
  existing: CustomFieldDefinition | null,
  input: FieldDefinitionInput,
): Result<CustomFieldDefinition, FieldFault> {
  const { key, appliesTo } = input;
  if (!keyPattern.test(key)) {
    const form = 'A key is 1 to 64 lower-case letters, digits and _, beginning with a letter.';
    return fault('INVALID', 'key', form);
  }
  const type = input.type ?? existing?.type;
  if (type === undefined) return fault('INVALID', 'type', 'A new field needs a type.');
  if (existing !== null && type !== existing.type) {
    return fault(
      'INVALID',
      'type',
      `The field is of type ${existing.type}, which stays; define another one.`,
    );
  }
  const given = input.label ?? existing?.label;
  if (given === undefined) return fault('INVALID', 'label', 'A new field needs a label.');
  const label = labelOf(given);
  if (!label.ok) return label;
  const options = optionsOf(type, input.options ?? existing?.options);
  if (!options.ok) return options;
  const wanted = input.default === undefined ? (existing?.default ?? null) : input.default;
  const usual = fieldValue({ type, options: options.value }, wanted);
  if (!usual.ok) return fault('INVALID', 'default', `The default ${usual.error}`);
  return ok({
    key,
    label: label.value,
    type,
    options: options.value,
    required: input.required ?? existing?.required ?? false,
    default: usual.value,
    appliesTo,
    archived: input.archived ?? existing?.archived ?? false,
  });
}

/**
 * Why a definition cannot stand beside the others of its owner, `all`, whose earlier form it replaces: their defaults
 * together would be more than a ticket or customer holds. Null when it can; what makes them no longer always can.
 */
export function defaultsFault(
  all: readonly CustomFieldDefinition[],
  defined: CustomFieldDefinition,
): FieldFault | null {
  const others = all.filter(({ key }) => key !== defined.key);
  const length = JSON.stringify(defaultsOf([...others, defined])).length;
  if (length <= maxFieldsLength || length <= JSON.stringify(defaultsOf(all)).length) return null;
  const message = `All defaults together have at most ${maxFieldsLength} characters.`;
  return { code: 'LIMIT_EXCEEDED', field: 'default', message };
}
