import type { InputFault } from '../domain/input-fault.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { UserError } from './resolver-types.generated.ts';

/** A refusal as the caller is told it; `path` says where in the input a field is. */
export function refusalError(refusal: Refusal | InputFault, path: (field: string) => string[]): UserError {
  return { code: refusal.code, message: refusal.message, field: path(refusal.field) };
}
