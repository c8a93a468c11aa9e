import {
  getNamedType,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isInputObjectType,
  isListType,
  isNonNullType,
  isObjectType,
  isUnionType,
  type GraphQLArgument,
  type GraphQLCompositeType,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
} from 'graphql';

/** One operation with values for its variables. */
export interface RandomOperation {
  readonly query: string;
  readonly variables: Record<string, unknown>;
}

/** Numbers from 0 to 1, the same for the same seed. Source: mulberry32. */
export function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Writes a subscription: one root field without conditions, under it what `randomOperation` writes. */
export function randomSubscription(schema: GraphQLSchema, seed: number): RandomOperation {
  return new Writer(schema, randomOf(seed)).subscription();
}

/**
 * Writes an operation of a schema: fields, aliases, fragments of both kinds, variables with and without defaults, `@skip` and
 * `@include`. Selections are written blindly, so that it need not be valid.
 */
export function randomOperation(
  schema: GraphQLSchema,
  kind: 'query' | 'mutation',
  seed: number,
): RandomOperation {
  return new Writer(schema, randomOf(seed)).operation(kind);
}

class Writer {
  #schema: GraphQLSchema;
  #random: () => number;
  #declared: string[] = [];
  #fragments: { name: string; type: string; text: string }[] = [];
  #variables: Record<string, unknown> = {};
  #names = 0;

  constructor(schema: GraphQLSchema, random: () => number) {
    this.#schema = schema;
    this.#random = random;
  }

  operation(kind: 'query' | 'mutation'): RandomOperation {
    const root = kind === 'query' ? this.#schema.getQueryType() : this.#schema.getMutationType();
    if (!root) throw new Error(`no ${kind}`);
    return this.#written(kind, this.#set(root, 6));
  }

  subscription(): RandomOperation {
    const field = this.#pick(Object.values(this.#schema.getSubscriptionType()?.getFields() ?? {}));
    if (field === undefined) throw new Error('no subscription');
    return this.#written('subscription', `{ ${this.#field(field, 6, false)} }`);
  }

  #written(kind: 'query' | 'mutation' | 'subscription', set: string): RandomOperation {
    const declared = this.#declared.length === 0 ? '' : `(${this.#declared.join(', ')})`;
    const fragments = this.#fragments.map(({ name, type, text }) => ` fragment ${name} on ${type} ${text}`);
    return { query: `${kind} Random${declared} ${set}${fragments.join('')}`, variables: this.#variables };
  }

  #chance(share: number): boolean {
    return this.#random() < share;
  }

  #pick<T>(items: readonly T[]): T | undefined {
    return items[Math.floor(this.#random() * items.length)];
  }

  #name(prefix: string): string {
    this.#names += 1;
    return `${prefix}${this.#names}`;
  }

  #set(type: GraphQLCompositeType, depth: number): string {
    const count = 1 + Math.floor(this.#random() * 4);
    const parts = Array.from({ length: count }, () => this.#selection(type, depth));
    if (this.#chance(0.15) || isUnionType(type))
      parts.push(this.#chance(0.3) ? 'kind: __typename' : '__typename');
    return `{ ${parts.join(' ')} }`;
  }

  #selection(type: GraphQLCompositeType, depth: number): string {
    if (depth > 0 && (isAbstractType(type) ? this.#chance(0.6) : this.#chance(0.12)))
      return this.#fragment(type, depth - 1);
    if (isUnionType(type)) return '__typename';
    const fields = Object.values(type.getFields()).filter(
      (field) => depth > 0 || !isCompositeType(getNamedType(field.type)),
    );
    const composite = fields.filter((field) => isCompositeType(getNamedType(field.type)));
    const field = this.#pick(composite.length > 0 && this.#chance(0.5) ? composite : fields);
    return field === undefined ? '__typename' : this.#field(field, depth);
  }

  #field(field: GraphQLField<unknown, unknown>, depth: number, conditional = true): string {
    const args = field.args.flatMap((arg) => {
      const value = this.#argument(arg);
      return value === undefined ? [] : [`${arg.name}: ${value}`];
    });
    const named = getNamedType(field.type);
    const set = isCompositeType(named) ? ` ${this.#set(named, depth - 1)}` : '';
    const alias = args.length > 0 || this.#chance(0.12) ? `${this.#name('a')}: ` : '';
    return `${alias}${field.name}${args.length === 0 ? '' : `(${args.join(', ')})`}${conditional ? this.#condition() : ''}${set}`;
  }

  #fragment(type: GraphQLCompositeType, depth: number): string {
    const known = this.#pick(this.#fragments);
    if (known !== undefined && this.#chance(0.3)) return `...${known.name}${this.#condition()}`;
    const inner =
      this.#pick(isAbstractType(type) ? this.#schema.getPossibleTypes(type) : this.#around(type)) ?? type;
    const text = this.#set(inner, depth);
    if (this.#chance(0.4)) {
      const name = this.#name('F');
      this.#fragments.push({ name, type: inner.name, text });
      return `...${name}${this.#condition()}`;
    }
    const condition = inner === type && this.#chance(0.5) ? '' : ` on ${inner.name}`;
    return `...${condition}${this.#condition()} ${text}`;
  }

  #around(type: GraphQLCompositeType): readonly GraphQLCompositeType[] {
    return isObjectType(type) ? [type, ...type.getInterfaces()] : [type];
  }

  #condition(): string {
    if (!this.#chance(0.12)) return '';
    const directive = this.#pick(['skip', 'include']) ?? 'skip';
    if (this.#chance(0.2)) return ` @${directive}(if: ${this.#chance(0.5)})`;
    const name = this.#name('b');
    const fallback = this.#chance(0.3);
    this.#declared.push(`$${name}: Boolean!${fallback ? ` = ${this.#chance(0.5)}` : ''}`);
    if (!fallback || this.#chance(0.5)) this.#variables[name] = this.#chance(0.5);
    return ` @${directive}(if: $${name})`;
  }

  #argument({ type, defaultValue }: GraphQLArgument): string | undefined {
    const needed = isNonNullType(type) && defaultValue === undefined;
    if (!needed && this.#chance(0.7)) return undefined;
    const value = this.#value(type, 2);
    if (this.#chance(0.5)) return literalOf(value, type);
    const name = this.#name('v');
    this.#declared.push(`$${name}: ${String(type)}`);
    if (needed || this.#chance(0.8)) this.#variables[name] = value;
    return `$${name}`;
  }

  #value(type: GraphQLInputType, depth: number): unknown {
    if (isNonNullType(type)) return this.#value(type.ofType, depth);
    if (isListType(type)) return [this.#value(type.ofType, depth)];
    if (isInputObjectType(type)) {
      const fields = Object.values(type.getFields()).filter(
        (field) => isNonNullType(field.type) || (depth > 0 && this.#chance(0.2)),
      );
      return Object.fromEntries(fields.map((field) => [field.name, this.#value(field.type, depth - 1)]));
    }
    if (isEnumType(type)) return this.#pick(type.getValues())?.name;
    if (type.name === 'Int' || type.name === 'Float') return Math.floor(this.#random() * 50);
    if (type.name === 'Boolean') return this.#chance(0.5);
    return `w${Math.floor(this.#random() * 5)}`;
  }
}

function literalOf(value: unknown, type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(value, type.ofType);
  if (isListType(type) && Array.isArray(value)) {
    return `[${value.map((item) => literalOf(item, type.ofType)).join(', ')}]`;
  }
  if (isInputObjectType(type)) {
    const fields = Object.entries(value as object).map(
      ([name, inner]) => `${name}: ${literalOf(inner, type.getFields()[name]?.type ?? type)}`,
    );
    return `{ ${fields.join(', ')} }`;
  }
  return isEnumType(type) ? String(value) : JSON.stringify(value);
}
