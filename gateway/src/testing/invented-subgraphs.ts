import { buildSubgraphSchema } from '@apollo/subgraph';
import type { GraphQLDataSource } from '@apollo/gateway';
import {
  execute,
  getNamedType,
  getNullableType,
  GraphQLError,
  isAbstractType,
  isCompositeType,
  isEnumType,
  isListType,
  isNonNullType,
  parse,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
} from 'graphql';
import { createHash } from 'node:crypto';
import type { Subgraph, SubgraphAnswer } from '../plan/steps.ts';

/** What goes wrong in a subgraph, in shares of all cases. The same question always meets the same fate. */
export interface Mischief {
  /** Decides who is hit. */
  readonly seed: number;
  /** Fields that fail. */
  readonly fields: number;
  /** Whole requests: no answer, an answer of errors alone. */
  readonly requests: number;
  /** Values in answers that break the schema. */
  readonly values: number;
}

/** A subgraph that answers every valid question with made-up data, the same for the same object. */
export class InventedSubgraph implements GraphQLDataSource, Subgraph {
  mischief: Mischief = { seed: 0, fields: 0, requests: 0, values: 0 };
  /** Requests and the entities asked for in them, so far. */
  readonly asked = { requests: 0, entities: 0 };
  /** What it was told of the entities that were asked for, request by request. */
  readonly told: unknown[] = [];
  readonly #name: string;
  readonly #schema: GraphQLSchema;
  readonly #parsed = new Map<string, DocumentNode>();

  constructor(name: string, typeDefs: DocumentNode) {
    this.#name = name;
    this.#schema = buildSubgraphSchema([{ typeDefs }]);
    // It comes with a resolver that gives back what it was told.
    delete this.#schema.getQueryType()?.getFields()['_entities']?.resolve;
  }

  async process({ request }: Parameters<GraphQLDataSource['process']>[0]): Promise<never> {
    const { query, variables, operationName } = request;
    return (await this.ask(JSON.stringify({ query, variables, operationName }))) as never;
  }

  async ask(body: string): Promise<SubgraphAnswer> {
    const { query, variables, operationName } = JSON.parse(body) as {
      query: string;
      variables: Record<string, unknown>;
      operationName?: string;
    };
    this.asked.requests += 1;
    const entities = variables['representations'];
    if (Array.isArray(entities)) {
      this.asked.entities += entities.length;
      this.told.push(entities);
    }
    const fate = this.#chance('request', asQuery(query));
    if (fate < this.mischief.requests) return this.#refuse(fate / this.mischief.requests);
    let document = this.#parsed.get(query);
    if (document === undefined) this.#parsed.set(query, (document = parse(query)));
    const result = await execute({
      schema: this.#schema,
      document,
      variableValues: variables,
      operationName,
      rootValue: {},
      fieldResolver: (source: unknown, args, _context, info) => this.#resolve(source, args, info),
      typeResolver: (value) => (value as { __typename?: string }).__typename,
    });
    const answer = JSON.parse(JSON.stringify(result)) as ExecutionResult;
    if (answer.data) this.#spoil(answer.data);
    return answer as SubgraphAnswer;
  }

  #refuse(kind: number): SubgraphAnswer {
    if (kind < 0.3)
      throw new GraphQLError(`${this.#name} is away`, { extensions: { code: 'SUBGRAPH_UNAVAILABLE' } });
    if (kind < 0.5) throw new Error(`${this.#name} fell over`);
    if (kind < 0.7)
      return { data: null, errors: [{ message: 'No.', extensions: { code: 'FORBIDDEN', limit: 3 } }] };
    if (kind < 0.85) return { errors: [{ message: '', path: ['_entities'] }, { message: 'twice' }] };
    return { data: null };
  }

  #resolve(source: unknown, args: object, info: GraphQLResolveInfo): unknown {
    const object = isRecord(source) ? source : {};
    const { fieldName } = info;
    if (fieldName === '_entities') {
      return (args as { representations: Record<string, unknown>[] }).representations.map((entity) =>
        this.#chance('gone', JSON.stringify(entity)) < 0.05
          ? null
          : { ...entity, ...identityOf(entity), sent: JSON.stringify(entity) },
      );
    }
    if (fieldName in object) return object[fieldName];
    const seed = JSON.stringify([
      asQuery(info.parentType.name),
      object['seed'] ?? null,
      fieldName,
      args,
      ...(isComputed(info) ? [object['sent'] ?? null] : []),
    ]);
    if (this.#chance('field', seed) < this.mischief.fields) {
      throw new GraphQLError(
        `no ${fieldName}`,
        this.#chance('code', seed) < 0.5 ? {} : { extensions: { code: 'NOT_FOUND', of: seed } },
      );
    }
    return this.#invent(info.returnType, seed);
  }

  #invent(type: GraphQLOutputType, seed: string): unknown {
    if (!isNonNullType(type) && chanceOf('null', seed) < 0.15) return null;
    const nullable = getNullableType(type);
    if (isListType(nullable)) {
      const length = Math.floor(chanceOf('length', seed) * 5);
      return Array.from({ length }, (_, nth) => this.#invent(nullable.ofType, `${seed}${nth}`));
    }
    if (isCompositeType(nullable)) {
      const types = isAbstractType(nullable) ? this.#schema.getPossibleTypes(nullable) : [nullable];
      const concrete = types[Math.floor(chanceOf('type', seed) * types.length)];
      // Few, so that the same object stands in many places.
      return objectOf(concrete?.name ?? '', Math.floor(chanceOf('id', seed) * 4));
    }
    const named = getNamedType(type);
    if (isEnumType(named)) {
      const values = named.getValues();
      return values[Math.floor(chanceOf('enum', seed) * values.length)]?.value;
    }
    if (named.name === 'Boolean') return chanceOf('boolean', seed) < 0.5;
    if (named.name === 'Int') return Math.floor(chanceOf('int', seed) * 100);
    if (named.name === 'Float') return chanceOf('float', seed);
    return `${named.name} ${chanceOf('text', seed)}`;
  }

  /** Breaks values in an answer: which, depends on the object that they are in and on nothing around it. */
  #spoil(value: unknown): void {
    if (this.mischief.values === 0 || typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) this.#spoil(item);
      return;
    }
    const object = value as Record<string, unknown>;
    const text = JSON.stringify(object);
    for (const key of Object.keys(object)) {
      this.#spoil(object[key]);
      const whole = key === '_entities';
      const fate = this.#chance('spoil', key + (whole ? '' : text));
      if (whole || fate >= this.mischief.values) continue;
      const wrong = wrongValues[Math.floor(this.#chance('wrong', key + text) * wrongValues.length)];
      // Apollo's executor fails of an object in the place of a type's name; ours takes the name that it knows.
      object[key] = key === '__typename' && isRecord(wrong) && !Array.isArray(wrong) ? {} : wrong;
    }
  }

  #chance(what: string, seed: string): number {
    return chanceOf(`${what} ${this.mischief.seed} ${this.#name}`, seed);
  }
}

/** An object with all keys by which graphs of the tests know theirs. */
function objectOf(typename: string, nr: number): Record<string, unknown> {
  const id = `${typename}-${nr}`;
  const org = { __typename: 'Org', id: `Org-${nr % 2}`, seed: JSON.stringify(`Org-${nr % 2}`) };
  return {
    __typename: typename,
    id,
    sku: `sku-${nr}`,
    house: `House-${nr % 2}`,
    org,
    nr,
    seed: JSON.stringify(id),
  };
}

/** The same object whichever key it is asked for by. */
function identityOf({ __typename, id, sku, nr }: Record<string, unknown>): Record<string, unknown> {
  const number = Number(/\d+$/.exec(String(id ?? sku ?? nr))?.[0]);
  return {
    ...objectOf(String(__typename), number),
    ...(id === undefined ? {} : { id, seed: JSON.stringify(id) }),
  };
}

/** Whether a field hangs on what the gateway has told of the object. */
function isComputed({ parentType, fieldName }: GraphQLResolveInfo): boolean {
  const directives = parentType.getFields()[fieldName]?.astNode?.directives ?? [];
  return directives.some(({ name }) => name.value === 'requires');
}

const wrongValues = [null, null, null, 5, 1.5, 'text', true, [], {}, [null], [{}], { __typename: 'Nothing' }];

/** What is subscribed to is the same as what is asked for with the same words. */
function asQuery(text: string): string {
  return text.replace(/^subscription/i, (word) => (word === 'Subscription' ? 'Query' : 'query'));
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

/** A number from 0 to 1 that is always the same for the same words. */
function chanceOf(what: string, seed: string): number {
  return createHash('sha1').update(`${what}\n${seed}`).digest().readUInt32LE(0) / 2 ** 32;
}
