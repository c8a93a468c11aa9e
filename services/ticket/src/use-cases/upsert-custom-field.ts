import { inWorkspace } from '@smart-tickets/kit/postgres';
import { err, ok, type Result } from '@smart-tickets/kit/result';
import type { CustomFieldDefinition, FieldFault } from '../domain/custom-field.ts';
import {
  defaultsFault,
  defineField,
  maxDefinitions,
  type FieldDefinitionInput,
} from '../domain/define-field.ts';
import { CustomFieldStore } from '../persistence/custom-field-store.ts';
import type { Caller, Deps } from './deps.ts';

/**
 * Defines a custom field, or changes the definition of that key. What changes nothing writes nothing, so that a repeat
 * is safe; of several at the same time each sees what the one before has made.
 */
export function upsertCustomField(
  deps: Deps,
  caller: Caller,
  input: FieldDefinitionInput,
): Promise<Result<CustomFieldDefinition, FieldFault>> {
  return inWorkspace<CustomFieldDefinition, FieldFault>(deps.pool, caller.workspaceId, async (tx) => {
    const fields = new CustomFieldStore(tx);
    const all = await fields.listForChange(input.appliesTo);
    const existing = all.find(({ key }) => key === input.key) ?? null;
    const defined = defineField(existing, input);
    if (!defined.ok) return defined;
    if (existing === null && all.length >= maxDefinitions) {
      const message = `At most ${maxDefinitions} fields can be defined for ${input.appliesTo === 'TICKET' ? 'tickets' : 'customers'}, archived ones included.`;
      return err({ code: 'LIMIT_EXCEEDED', field: 'key', message });
    }
    const tooLong = defaultsFault(all, defined.value);
    if (tooLong !== null) return err(tooLong);
    if (!sameDefinition(existing, defined.value)) fields.save(defined.value, deps.now().toISOString());
    return ok(defined.value);
  });
}

function sameDefinition(existing: CustomFieldDefinition | null, now: CustomFieldDefinition): boolean {
  return (
    existing !== null &&
    existing.label === now.label &&
    existing.required === now.required &&
    existing.archived === now.archived &&
    existing.default === now.default &&
    JSON.stringify(existing.options) === JSON.stringify(now.options)
  );
}
