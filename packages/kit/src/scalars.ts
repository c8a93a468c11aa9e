import { GraphQLError, GraphQLScalarType, Kind, valueFromASTUntyped } from 'graphql';

const isoInstant = /^(\d{4})-(\d{2})-(\d{2})T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;

/** Milliseconds of an ISO 8601 instant of the years 1 to 9999; NaN for anything else, days that do not exist included. */
export function parseInstant(text: string): number {
  const [, year, month, day] = isoInstant.exec(text) ?? [];
  if (year === undefined || month === undefined || day === undefined) return Number.NaN;
  const midnight = new Date(`${year}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(midnight.getTime()) || midnight.getUTCDate() !== Number(day)) return Number.NaN;
  const time = Date.parse(text);
  const iso = Number.isNaN(time) ? '' : new Date(time).toISOString();
  return /^\d{4}-/.test(iso) && !iso.startsWith('0000') ? time : Number.NaN;
}

function instantOf(value: unknown): string {
  const time =
    value instanceof Date ? value.getTime() : typeof value === 'string' ? parseInstant(value) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw new GraphQLError('DateTime must be an ISO 8601 instant such as 2026-11-22T14:51:00.000Z', {
    extensions: { code: 'BAD_USER_INPUT' },
  });
}

const writtenInstant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/;

/** What the database gives has this form already: a page has hundreds, and reading and writing each again costs. */
function writtenOf(value: unknown): string {
  return typeof value === 'string' && writtenInstant.test(value) ? value : instantOf(value);
}

/** ISO 8601 instants; in and out as strings in UTC with milliseconds. */
export const DateTime: GraphQLScalarType = new GraphQLScalarType<string, string>({
  name: 'DateTime',
  serialize: writtenOf,
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
