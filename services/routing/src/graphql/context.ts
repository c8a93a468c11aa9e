import type { RequestContext } from '@smart-tickets/kit/subgraph-server';
import { GraphQLError } from 'graphql';
import type pg from 'pg';
import type { SignInParts } from '../use-cases/sign-in.ts';
import { createLoaders, type Loaders } from './loaders.ts';

/** What every resolver of this service is given. */
export interface RoutingContext extends RequestContext {
  readonly pool: pg.Pool;
  readonly loaders: Loaders;
  readonly signIn: SignInParts;
}

/** Context of one request: its loaders see the viewer's workspace only. */
export function createContext(pool: pg.Pool, signIn: SignInParts): (base: RequestContext) => RoutingContext {
  return (base) => ({ ...base, pool, signIn, loaders: createLoaders(pool, base.viewer.workspaceId) });
}

/** Whether the viewer may see who works here: those who work here themselves, neither connectors nor customers. */
export function seesPeople({ viewer }: RequestContext): boolean {
  return viewer.role === 'ADMIN' || viewer.role === 'AGENT' || viewer.role === 'VIEWER';
}

/** Throws FORBIDDEN for those who may not see who works here. */
export function demandPeople(context: RequestContext): void {
  if (!seesPeople(context))
    throw new GraphQLError(`A ${context.viewer.role.toLowerCase()} may not see agents and teams.`, {
      extensions: { code: 'FORBIDDEN' },
    });
}

/** Throws FORBIDDEN for those who may not say who works here. */
export function demandAdmin(context: RequestContext): void {
  if (context.viewer.role !== 'ADMIN')
    throw new GraphQLError(`A ${context.viewer.role.toLowerCase()} may not change agents.`, {
      extensions: { code: 'FORBIDDEN' },
    });
}
