import type { Role } from '@smart-tickets/contracts';
import { GraphQLError } from 'graphql';
import type { Context } from './context.ts';

const readers: readonly Role[] = ['ADMIN', 'AGENT', 'VIEWER'];
const workers: readonly Role[] = ['ADMIN', 'AGENT'];
const admins: readonly Role[] = ['ADMIN'];
const customers: readonly Role[] = ['CUSTOMER'];

function demand(context: Context, allowed: readonly Role[], what: string): void {
  if (allowed.includes(context.viewer.role)) return;
  throw new GraphQLError(`A ${context.viewer.role.toLowerCase()} may not ${what}.`, {
    extensions: { code: 'FORBIDDEN' },
  });
}

/** Whether the caller may see tickets at all. */
export function mayRead(context: Context): boolean {
  return readers.includes(context.viewer.role);
}

/** Whether the caller may work on tickets. */
export function isWorker(context: Context): boolean {
  return workers.includes(context.viewer.role);
}

/** Throws FORBIDDEN unless the caller may see tickets. */
export function demandReader(context: Context): void {
  demand(context, readers, 'read tickets');
}

/** Throws FORBIDDEN unless the caller may work on tickets. */
export function demandWorker(context: Context): void {
  demand(context, workers, 'change tickets');
}

/** Whether the caller may change how the workspace works. */
export function isAdmin(context: Context): boolean {
  return admins.includes(context.viewer.role);
}

/** Throws FORBIDDEN unless the caller may change how the workspace works. */
export function demandAdmin(context: Context): void {
  demand(context, admins, 'change how the workspace works');
}

/** Throws FORBIDDEN unless a customer calls, by the link of an answer. */
export function demandCustomer(context: Context): void {
  demand(context, customers, "rate in a customer's place");
}
