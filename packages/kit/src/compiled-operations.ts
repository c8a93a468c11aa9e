import type { ApolloServerOptionsWithGateway, BaseContext } from '@apollo/server';
import {
  execute,
  getOperationAST,
  GraphQLError,
  locatedError,
  OperationTypeNode,
  type DocumentNode,
  type GraphQLSchema,
} from 'graphql';
import { compileQuery, isCompiledQuery, type CompiledQuery } from 'graphql-jit';
import { BoundedMap } from './bounded-map.ts';

type Gateway = ApolloServerOptionsWithGateway<BaseContext>['gateway'];
type Executor = NonNullable<Awaited<ReturnType<Gateway['load']>>['executor']>;
type Result = Awaited<ReturnType<Executor>>;

const mostCompiled = 500;

/**
 * Gives Apollo Server a schema whose queries run as compiled functions, for which its interface to gateways has the only place
 * (see ADR 0016). What is not a query, or fails otherwise than by a refusal, is executed by graphql-js.
 */
export function compilingGateway(schema: GraphQLSchema): Gateway {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: () => Promise.resolve({ executor: createExecutor(schema) }),
    stop: () => Promise.resolve(),
  };
}

function createExecutor(schema: GraphQLSchema): Executor {
  // Documents come out of Apollo Server's store and are the same object for the same text as long as they are in it.
  const compiled = new BoundedMap<DocumentNode, Map<string, CompiledQuery | null>>(mostCompiled);
  return async ({ document, request, context }) => {
    const { operationName, variables = {} } = request;
    const named = compiled.get(document) ?? new Map<string, CompiledQuery | null>();
    compiled.set(document, named);
    const name = operationName ?? '';
    let query = named.get(name);
    if (query === undefined) {
      query = compile(schema, document, operationName);
      named.set(name, query);
    }
    const result = (await query?.query({}, context, variables)) as Result | undefined;
    const sound = result === undefined ? null : soundOf(result);
    if (sound !== null) return sound;
    const executed = await execute({
      schema,
      document,
      contextValue: context,
      variableValues: variables,
      ...(operationName === undefined ? {} : { operationName }),
    });
    return executed as Result;
  };
}

/** Null for what is left to graphql-js: changes, which must run once only, and what the compiler does not know. */
function compile(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName: string | undefined,
): CompiledQuery | null {
  if (getOperationAST(document, operationName)?.operation !== OperationTypeNode.QUERY) return null;
  const compiled = compileQuery(schema, document, operationName);
  return isCompiledQuery(compiled) ? compiled : null;
}

/**
 * The answer as graphql-js would give it; null where that is not known from it. Compiled functions put an item that fails at the
 * end of its list, do not say of which variable an error is, and make errors of their own that Apollo Server cannot read.
 */
function soundOf(result: Result): Result | null {
  const { data, errors } = result;
  if (errors === undefined) return result;
  if (data === undefined) return null;
  const told = errors.map(({ originalError, path }) => {
    const refused = originalError instanceof GraphQLError && path?.every((part) => typeof part === 'string');
    return refused === true ? locatedError(originalError, undefined, path) : null;
  });
  return told.every((error) => error !== null) ? { data, errors: told } : null;
}
