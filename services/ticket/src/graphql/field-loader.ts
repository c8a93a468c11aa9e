import DataLoader from 'dataloader';
import type pg from 'pg';
import { type CustomFieldDefinition, type CustomFieldOwner } from '../domain/custom-field.ts';
import { readCustomFields } from '../persistence/custom-field-store.ts';

/** The definitions of custom fields by owner: one statement for a request, however many tickets and customers it shows. */
export function definitionsLoader(
  pool: pg.Pool,
  workspaceId: string,
): DataLoader<CustomFieldOwner, CustomFieldDefinition[]> {
  return new DataLoader(async (owners) => {
    const only = owners.length === 1 ? (owners[0] ?? null) : null;
    const all = await readCustomFields(pool, workspaceId, only);
    return owners.map((owner) => all.filter(({ appliesTo }) => appliesTo === owner));
  });
}
