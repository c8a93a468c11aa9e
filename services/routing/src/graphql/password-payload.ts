import type { Result } from '@smart-tickets/kit/result';
import type { PasswordFault } from '../use-cases/change-password.ts';

/** Answer of the mutations about passwords. */
export interface PasswordPayload {
  readonly changed: boolean;
  readonly userErrors: readonly {
    readonly code: PasswordFault['code'];
    readonly message: string;
    readonly field: readonly string[];
  }[];
}

/** The payload of a use-case's outcome. */
export function passwordPayload(result: Result<null, PasswordFault>): PasswordPayload {
  if (result.ok) return { changed: true, userErrors: [] };
  const { code, message, field } = result.error;
  return { changed: false, userErrors: [{ code, message, field: ['input', field] }] };
}
