import { readInWorkspace, type Statement, type Tx } from '@smart-tickets/kit/postgres';
import type pg from 'pg';
import type { CustomFieldDefinition, CustomFieldOwner } from '../domain/custom-field.ts';

/** The definitions of a workspace in the order in which they were made; of both owners when none is named. */
function definitionsOf(workspaceId: string, owner: CustomFieldOwner | null): Statement {
  return {
    name: 'custom-fields',
    text: `select key, label, type, options, required, default_value as default, applies_to as "appliesTo", archived
             from custom_field where workspace_id = $1 and ($2::text is null or applies_to = $2)
            order by created_at, applies_to desc, key`,
    values: [workspaceId, owner],
  };
}

/** Custom fields within one transaction of one workspace. */
export class CustomFieldStore {
  #tx: Tx;

  constructor(tx: Tx) {
    this.#tx = tx;
  }

  /** The definitions for tickets or customers, archived ones included, in the order in which they were made. */
  async list(owner: CustomFieldOwner): Promise<CustomFieldDefinition[]> {
    const { rows } = await this.#tx.query<CustomFieldDefinition>(definitionsOf(this.#tx.workspaceId, owner));
    return rows;
  }

  /** The same under lock: definitions of one owner are changed one after the other. */
  async listForChange(owner: CustomFieldOwner): Promise<CustomFieldDefinition[]> {
    this.#tx.send({
      name: 'custom-fields-lock',
      text: `select pg_advisory_xact_lock(hashtextextended('custom-field:' || $1 || ':' || $2, 0))`,
      values: [this.#tx.workspaceId, owner],
    });
    return this.list(owner);
  }

  /** Writes a definition, under the lock above. A new one comes last in the order; a changed one keeps its place. */
  save(definition: CustomFieldDefinition, nowIso: string): void {
    this.#tx.send({
      name: 'custom-field-save',
      text: `insert into custom_field (workspace_id, applies_to, key, label, type, options, required, default_value,
                                       archived, created_at)
             select $1, $2, $3, $4, $5, $6, $7, $8::jsonb, $9,
                    greatest($10::timestamptz, max(created_at) + interval '1 millisecond')
               from custom_field where workspace_id = $1 and applies_to = $2
             on conflict (workspace_id, applies_to, key) do update
                set label = excluded.label, options = excluded.options, required = excluded.required,
                    default_value = excluded.default_value, archived = excluded.archived`,
      values: [
        this.#tx.workspaceId,
        definition.appliesTo,
        definition.key,
        definition.label,
        definition.type,
        definition.options,
        definition.required,
        definition.default === null ? null : JSON.stringify(definition.default),
        definition.archived,
        nowIso,
      ],
    });
  }
}

/** The definitions for tickets, for customers, or for both (null), archived ones included, in the order of their making. */
export function readCustomFields(
  pool: pg.Pool,
  workspaceId: string,
  owner: CustomFieldOwner | null,
): Promise<CustomFieldDefinition[]> {
  return readInWorkspace<CustomFieldDefinition>(pool, workspaceId, definitionsOf(workspaceId, owner));
}
