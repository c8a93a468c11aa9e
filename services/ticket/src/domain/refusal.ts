/** Why something cannot be done as asked: the field of the input that it is about, and what the caller can do. */
export interface Refusal {
  readonly code: 'NOT_FOUND' | 'INVALID' | 'CONFLICT' | 'LIMIT_EXCEEDED' | 'NOT_ALLOWED_IN_STATUS';
  readonly field: string;
  readonly message: string;
}
