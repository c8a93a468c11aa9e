import type { CustomerGone } from '../use-cases/update-customer.ts';
import type { UserError } from './resolver-types.generated.ts';

/** What a caller can do about a customer who takes no changes; `field` is the path into the input. */
export function goneError(gone: CustomerGone, field: string[]): UserError {
  switch (gone.code) {
    case 'NOT_FOUND':
      return { code: 'NOT_FOUND', message: 'There is no such customer.', field };
    case 'MERGED':
      return {
        code: 'CONFLICT',
        message: `This customer was merged into ${gone.heirId}: take that one, or unmerge this one first.`,
        field,
      };
    case 'ERASED':
      return { code: 'CONFLICT', message: "This customer's data were erased; nothing can be added.", field };
  }
}
