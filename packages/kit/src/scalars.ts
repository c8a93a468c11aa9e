import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

function instantOf(value: unknown): string {
  if (value instanceof Date) return value.toISOString();
  if (
    typeof value === 'string' &&
    /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/.test(value)
  ) {
    const time = Date.parse(value);
    if (!Number.isNaN(time)) return new Date(time).toISOString();
  }
  throw new GraphQLError('DateTime must be an ISO 8601 instant such as 2026-11-22T14:51:00.000Z', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

/** ISO 8601 instants; in and out as strings in UTC with milliseconds. */
export const DateTime: GraphQLScalarType = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: instantOf,
  parseValue: instantOf,
  parseLiteral: (node) => instantOf(node.kind === Kind.STRING ? node.value : undefined),
});

/** Any JSON value. */
export const JSONValue: GraphQLScalarType = new GraphQLScalarType<unknown, unknown>({
  name: 'JSON',
  serialize: (value) => value,
  parseValue: (value) => value,
  parseLiteral: (node, variables) => valueFromASTUntyped(node, variables),
});
