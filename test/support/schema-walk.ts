import {
  buildASTSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
} from 'graphql';
import { readFileSync } from 'node:fs';
import type { ServiceName } from './services.ts';

export const rootTypes = ['Query', 'Mutation', 'Subscription'] as const;
export type RootType = (typeof rootTypes)[number];

/** One field that a client can enter the graph by. */
export interface RootField {
  readonly service: ServiceName;
  readonly root: RootType;
  readonly field: GraphQLField<unknown, unknown>;
  /** Such as `ticket Mutation.updateTicket`. */
  readonly key: string;
}

/** Whether a caller may ask for a field, by its name such as `Channel.settings`. */
export type Sees = (field: string) => boolean;

/** One type that the gateway can ask a subgraph for by its key. */
export interface EntityType {
  readonly service: ServiceName;
  readonly type: string;
  /** All of it that a caller sees. */
  readonly selection: (sees: Sees) => string;
  /** Such as `ticket Ticket`. */
  readonly key: string;
}

/** A subgraph's schema as its SDL file says. */
export function subgraphSchema(service: ServiceName): GraphQLSchema {
  const file = new URL(`../../services/${service}/src/graphql/${service}.graphql`, import.meta.url);
  return buildASTSchema(parse(readFileSync(file, 'utf8')), { assumeValidSDL: true });
}

/** All fields of Query, Mutation and Subscription. */
export function rootFieldsOf(service: ServiceName): RootField[] {
  const schema = subgraphSchema(service);
  return rootTypes.flatMap((root) => {
    const type = schema.getType(root);
    if (!isObjectType(type)) return [];
    return Object.values(type.getFields()).map((field) => ({
      service,
      root,
      field,
      key: `${service} ${root}.${field.name}`,
    }));
  });
}

/** All types with a key by which the subgraph resolves them. */
export function entitiesOf(service: ServiceName): EntityType[] {
  return Object.values(subgraphSchema(service).getTypeMap()).flatMap((type) => {
    const keys = isObjectType(type)
      ? (type.astNode?.directives ?? []).filter(({ name }) => name.value === 'key')
      : [];
    const resolvable = keys.some(
      ({ arguments: args = [] }) =>
        !args.some(
          ({ name, value }) => name.value === 'resolvable' && value.kind === Kind.BOOLEAN && !value.value,
        ),
    );
    if (!resolvable) return [];
    const selection = (sees: Sees): string => selectionOf(type, 3, sees);
    return [{ service, type: type.name, selection, key: `${service} ${type.name}` }];
  });
}

/** Everything that can be selected without arguments by a caller, down to a depth, as a selection set. */
export function selectionOf(type: GraphQLNamedType, depth: number, sees: Sees): string {
  if (isUnionType(type)) {
    const parts = type.getTypes().map((part) => {
      const inner = selectionOf(part, depth, sees);
      return inner === '' ? '' : `... on ${part.name} ${inner}`;
    });
    return `{ __typename ${parts.join(' ')} }`;
  }
  if (!isObjectType(type)) return '';
  const parts = Object.values(type.getFields()).flatMap((field) => {
    if (field.args.some(({ type, defaultValue }) => isNonNullType(type) && defaultValue === undefined))
      return [];
    if (!sees(`${type.name}.${field.name}`)) return [];
    // What another subgraph owns is not asked of this one.
    if (field.astNode?.directives?.some(({ name }) => name.value === 'external') === true) return [];
    const named = getNamedType(field.type);
    const composite = isObjectType(named) || isUnionType(named);
    if (!composite) return [`${aliasOf(type, field)}${field.name}`];
    return depth === 0 ? [] : [`${aliasOf(type, field)}${field.name} ${selectionOf(named, depth - 1, sees)}`];
  });
  return parts.length === 0 ? '{ __typename }' : `{ ${parts.join(' ')} }`;
}

/** Fields of one name in several parts of a union may differ in type, which a selection set does not allow. */
function aliasOf(type: GraphQLNamedType, field: GraphQLField<unknown, unknown>): string {
  return field.name === 'id' ? '' : `${type.name}_${field.name}: `;
}

/** Where an argument takes an id, such as `['input', 'ticketId']`. */
export type Path = readonly string[];

/** Every place among a field's arguments that takes an id. */
export function idPathsOf(field: GraphQLField<unknown, unknown>): Path[] {
  const within = (parts: readonly (GraphQLArgument | GraphQLInputField)[], before: Path): Path[] =>
    parts.flatMap(({ name, type }) => {
      const named = getNamedType(type);
      if (isInputObjectType(named)) return within(Object.values(named.getFields()), [...before, name]);
      return named.name === 'ID' ? [[...before, name]] : [];
    });
  return within(field.args, []);
}

/** What a leaf of the arguments is to be, by where it stands. */
export type Samples = (path: Path, typeName: string) => unknown;

/** Arguments with everything that is required, and with what leads to `wanted`; the rest is left out. */
export function argumentsOf(
  field: GraphQLField<unknown, unknown>,
  wanted: Path | null,
  sampleOf: Samples,
): Record<string, unknown> {
  const object = (parts: readonly (GraphQLArgument | GraphQLInputField)[], before: Path) => {
    const entries = parts.flatMap(({ name, type, defaultValue }) => {
      const path = [...before, name];
      const leads = wanted !== null && path.every((step, index) => wanted[index] === step);
      const required = isNonNullType(type) && defaultValue === undefined;
      return leads || required ? [[name, value(type, path)] as const] : [];
    });
    return Object.fromEntries(entries);
  };
  const value = (type: GraphQLInputType, path: Path): unknown => {
    const bare = getNullableType(type);
    if (isListType(bare)) return [value(bare.ofType, path)];
    if (isInputObjectType(bare)) return object(Object.values(bare.getFields()), path);
    const sample = sampleOf(path, bare.name);
    return sample === undefined && isEnumType(bare) ? bare.getValues()[0]?.name : sample;
  };
  return object(field.args, []);
}

/** The operation that asks for all that a caller sees of one root field, as `found`, its arguments given as variables. */
export function documentFor({ root, field }: RootField, given: readonly string[], sees: Sees): string {
  const used = field.args.filter(({ name }) => given.includes(name));
  const declared = used.map(({ name, type }) => `$${name}: ${String(type)}`).join(', ');
  const passed = used.map(({ name }) => `${name}: $${name}`).join(', ');
  const head = `${root.toLowerCase()}${declared === '' ? '' : ` (${declared})`}`;
  const selection = selectionOf(getNamedType(field.type), 4, sees);
  return `${head} { found: ${field.name}${passed === '' ? '' : `(${passed})`} ${selection} }`;
}
