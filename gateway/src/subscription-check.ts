import {
  getVariableValues,
  GraphQLError,
  NoSchemaIntrospectionCustomRule,
  specifiedRules,
  validate,
  type GraphQLSchema,
} from 'graphql';
import type { Admitted } from './admission.ts';

/**
 * What is wrong with an admitted subscription: it must be valid on the schema and its variables must fit. Queries and
 * mutations are checked by Apollo, subscriptions never get there.
 */
export function subscriptionFaults(
  schema: GraphQLSchema,
  { document, operation }: Admitted,
  variables: Readonly<Record<string, unknown>>,
  introspection: boolean,
): readonly GraphQLError[] {
  const rules = introspection ? specifiedRules : [...specifiedRules, NoSchemaIntrospectionCustomRule];
  const hideSuggestions = !introspection;
  const faults = validate(schema, document, rules, { hideSuggestions });
  if (faults.length > 0) return faults.map((error) => coded(error, 'GRAPHQL_VALIDATION_FAILED'));
  const { errors } = getVariableValues(schema, operation.variableDefinitions ?? [], variables, {
    maxErrors: 10,
    hideSuggestions,
  });
  return (errors ?? []).map((error) => coded(error, 'BAD_USER_INPUT'));
}

function coded(error: GraphQLError, code: string): GraphQLError {
  return new GraphQLError(error.message, {
    ...(error.nodes === undefined ? {} : { nodes: error.nodes }),
    extensions: { code },
  });
}
