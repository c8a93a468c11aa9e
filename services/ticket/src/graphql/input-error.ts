import type { InputFault } from '../domain/input-fault.ts';
import type { UserError } from './resolver-types.generated.ts';

/** A refusal of something in a mutation's `input`. */
export function inputError({ code, message, field }: InputFault): UserError {
  return { code, message, field: ['input', field] };
}
