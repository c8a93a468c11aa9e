/** What a call cannot do, and what the caller can do about it; `field` is a name in the input. */
export interface InputFault {
  readonly code: 'NOT_FOUND' | 'INVALID' | 'LIMIT_EXCEEDED' | 'NOT_ALLOWED_IN_STATUS' | 'DUPLICATE';
  readonly field: string;
  readonly message: string;
}
