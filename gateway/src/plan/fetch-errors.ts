import { errorCodeDef, ERRORS } from '@apollo/federation-internals';
import { GraphQLError, type GraphQLFormattedError } from 'graphql';
import type { Places } from './places.ts';

type Path = (string | number)[];

/**
 * A subgraph's errors as errors of the client's operation, named and placed as Apollo's executor does it: what has no code
 * gets DOWNSTREAM_SERVICE_ERROR. `entityPaths` gives, for the number of an entity that was asked for, the places at which
 * it stands in the answer; an error is told once for each.
 */
export function operationErrors(
  errors: readonly GraphQLFormattedError[],
  fetch: { readonly serviceName: string; readonly places: Places },
  entityPaths: ((nth: number) => readonly Path[]) | undefined,
): GraphQLError[] {
  return errors.flatMap((error) => {
    const { path } = error;
    if (path === undefined || path === null) return [operationError(error, fetch.serviceName, undefined)];
    const nth = path[1];
    if (entityPaths === undefined || typeof nth !== 'number') {
      return [operationError(error, fetch.serviceName, [...fetch.places, ...path])];
    }
    return entityPaths(nth).map((start) =>
      operationError(error, fetch.serviceName, [...start, ...path.slice(2)]),
    );
  });
}

/**
 * What a fetch has failed of, with the path at which its part of the answer is missing: up to the first list, since an
 * error has but one path. Apollo's executor gives no path here, so that clients could not tell whose part it is.
 */
export function failedFetch(error: unknown, places: Places): unknown {
  const list = places.indexOf('@');
  const path = list === -1 ? places : places.slice(0, list);
  if (!(error instanceof Error) || path.length === 0) return error;
  const known = error instanceof GraphQLError ? error : undefined;
  return new GraphQLError(error.message, {
    originalError: known?.originalError ?? error,
    path,
    extensions: known?.extensions,
  });
}

function operationError(
  error: GraphQLFormattedError,
  serviceName: string,
  path: Path | undefined,
): GraphQLError {
  const known = errorCodeDef(error);
  const code = known?.code ?? error.extensions?.['code'];
  const message = error.message || `Error while fetching subquery from service "${serviceName}"`;
  return new GraphQLError(message, {
    originalError: error as Error,
    path,
    extensions: {
      ...error.extensions,
      serviceName,
      code: truthy(code) ? code : ERRORS.DOWNSTREAM_SERVICE_ERROR.code,
    },
  });
}

function truthy(value: unknown): boolean {
  return Boolean(value);
}
