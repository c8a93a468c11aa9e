import { ApolloServer } from '@apollo/server';
import { buildSubgraphSchema } from '@apollo/subgraph';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { execute, GraphQLError, parse, type ExecutionResult } from 'graphql';
import { compilingGateway } from './compiled-operations.ts';

interface Context {
  readonly steps: string[];
}

const later = async <T>(value: T): Promise<T> => {
  await new Promise((resolve) => setImmediate(resolve));
  return value;
};
const laterFails = (message: string): Promise<never> =>
  later(undefined).then(() => Promise.reject(new Error(message)));

const books = [
  { __typename: 'Book', id: '1', title: 'Emma', pages: 400 },
  { __typename: 'Book', id: '2', title: null, pages: 'many' },
  { __typename: 'Film', id: '3', minutes: 90 },
];

const schema = buildSubgraphSchema([
  {
    typeDefs: parse(`
      extend schema @link(url: "https://specs.apollo.dev/federation/v2.3", import: ["@key"])
      scalar Day
      enum Kind { BOOK FILM }
      input Wanted { kind: Kind = BOOK, words: [String!], most: Int! = 2 }
      interface Work { id: ID! }
      type Book implements Work @key(fields: "id") { id: ID! title: String! pages: Int author: Author }
      type Film implements Work { id: ID! minutes: Int! }
      type Author { name: String!, works(wanted: Wanted): [Work!]! }
      union Thing = Book | Film
      type Query {
        work(id: ID!): Work
        works: [Work]
        things: [Thing!]!
        strict: [Book!]
        promises: [Book]
        echo(wanted: Wanted, day: Day): String
        refused: String
        broken: String
      }
      type Mutation { first(n: Int!): Int second(n: Int!): Int }`),
    resolvers: {
      Query: {
        work: (_: unknown, { id }: { id: string }) => later(books.find((book) => book.id === id) ?? null),
        works: () => books,
        things: () => later(books),
        strict: () => books,
        promises: () => [later(books[0]), laterFails('lost'), later(null), later(books[1]), books[0]],
        echo: (_: unknown, args: unknown) => JSON.stringify(args),
        broken: () => {
          throw new Error('a bug');
        },
        refused: () => {
          throw new GraphQLError('not yours', { extensions: { code: 'FORBIDDEN' } });
        },
      },
      Mutation: {
        first: async (_: unknown, { n }: { n: number }, { steps }: Context) => {
          await later(null);
          steps.push(`first ${n}`);
          return n;
        },
        second: (_: unknown, { n }: { n: number }, { steps }: Context) => {
          steps.push(`second ${n}`);
          return laterFails('no second');
        },
      },
      Book: {
        __resolveReference: ({ id }: { id: string }) =>
          id === '2' ? laterFails('out of print') : later(books.find((book) => book.id === id) ?? null),
        author: ({ id }: { id: string }) => (id === '1' ? later({ name: 'Jane' }) : null),
      },
      Author: { works: () => [books[0], later(books[2])] },
    } as never,
  },
]);

const server = new ApolloServer<Context>({
  gateway: compilingGateway(schema),
  stopOnTerminationSignals: false,
});
beforeAll(() => server.start());
afterAll(() => server.stop());

const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

/** Data, and of errors what a client can rely on. */
function told({ data, errors }: ExecutionResult): unknown {
  const said = errors?.map(({ message, path, extensions }) => ({
    message,
    path,
    code: extensions['code'] ?? 'INTERNAL_SERVER_ERROR',
  }));
  return plain({ data, errors: said });
}

test.each<readonly [string, string, Record<string, unknown>?]>([
  [
    'aliases and arguments',
    '{ a: echo(wanted: { words: ["x"] }) b: echo(wanted: { kind: FILM, most: 1 }, day: "d") }',
  ],
  [
    'variables',
    'query ($w: Wanted, $d: Day = "today") { echo(wanted: $w, day: $d) }',
    { w: { words: ['ü'] } },
  ],
  ['an absent variable', 'query ($w: Wanted) { echo(wanted: $w) }'],
  ['a variable that is refused', 'query ($w: Wanted) { echo(wanted: $w) }', { w: { most: 'x' } }],
  [
    'skipped and included fields',
    'query ($yes: Boolean!) { works { id @skip(if: $yes) __typename @include(if: $yes) } }',
    { yes: true },
  ],
  [
    'interfaces',
    '{ works { __typename id ... on Film { minutes } ...b } } fragment b on Book { pages author { name } }',
  ],
  ['a null that nulls the list above it', '{ strict { title } }'],
  ['a null that nulls everything', '{ things { ... on Book { title } } }'],
  [
    'nested lists of promises',
    '{ work(id: "1") { ... on Book { author { name works { id __typename } } } } }',
  ],
  ['items that fail', '{ promises { id pages } }'],
  ['an error with a code', '{ refused echo }'],
  ['a bug', '{ broken echo }'],
  ['what is not there', '{ work(id: "9") { id } }'],
  ['introspection', '{ __type(name: "Book") { name fields { name } } }'],
  [
    'entities, of which one fails',
    'query ($r: [_Any!]!) { _entities(representations: $r) { __typename ... on Book { id title } } }',
    { r: ['1', '2', '9', '1'].map((id) => ({ __typename: 'Book', id })) },
  ],
  ['changes, one after the other', 'mutation { a: first(n: 1) b: second(n: 2) c: first(n: 3) }'],
])('says of %s what graphql-js says', async (_what, query, variables = {}) => {
  const [byHand, compiled]: [Context, Context] = [{ steps: [] }, { steps: [] }];

  const expected = await execute({
    schema,
    document: parse(query),
    contextValue: byHand,
    variableValues: variables,
  });
  const answers = [];
  for (let times = 0; times < 2; times += 1) {
    const { body } = await server.executeOperation({ query, variables }, { contextValue: compiled });
    answers.push(body.kind === 'single' ? body.singleResult : null);
  }

  for (const answer of answers) {
    const isRefused = expected.data === undefined;
    expect(told(answer as ExecutionResult)).toEqual(
      isRefused ? { errors: [expect.objectContaining({ code: 'BAD_USER_INPUT' })] } : told(expected),
    );
  }
  expect(compiled.steps).toEqual([...byHand.steps, ...byHand.steps]);
});
