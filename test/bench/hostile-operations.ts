/** An operation that must be refused, and the code by which. */
export interface HostileOperation {
  readonly what: string;
  readonly code: string;
  /** A text of its own for each call, so that nothing is remembered of the last. */
  readonly query: (nth: number) => string;
  readonly variables?: Readonly<Record<string, unknown>>;
}

const many = (count: number, part: (nth: number) => string): string =>
  Array.from({ length: count }, (_, nth) => part(nth)).join(' ');
const nested = (levels: number, inner: string): string =>
  `{ me ${'{ teams { agents '.repeat(levels)}{ ${inner} ${'}'.repeat(2 * levels + 2)}`;
const doubling = many(
  16,
  (nth) =>
    `fragment F${nth} on Agent { a: teams { agents { ...F${nth + 1} } } b: teams { agents { ...F${nth + 1} } } }`,
);
const operations: readonly (readonly [what: string, code: string, query: string, variables?: object])[] = [
  ['1,000 aliases', 'LIMIT_EXCEEDED', `{ me { ${many(1_000, (nth) => `a${nth}: id`)} } }`],
  ['101 aliases', 'LIMIT_EXCEEDED', `{ me { ${many(101, (nth) => `a${nth}: id`)} } }`],
  ['a field 400 times', 'LIMIT_EXCEEDED', `{ me { ${'teams { id } '.repeat(400)} } }`],
  ['51 directives', 'LIMIT_EXCEEDED', `{ me { id ${'@skip(if: false) '.repeat(51)} } }`],
  ['depth 202', 'LIMIT_EXCEEDED', nested(100, 'id')],
  [
    'a fragment that holds itself',
    'GRAPHQL_VALIDATION_FAILED',
    '{ me { ...A } } fragment A on Agent { teams { agents { ...A } } }',
  ],
  ['a fragment bomb', 'LIMIT_EXCEEDED', `{ me { ...F0 } } ${doubling} fragment F16 on Agent { id }`],
  [
    'introspection in introspection',
    'LIMIT_EXCEEDED',
    '{ __schema { types { fields { type { fields { type { fields { name } } } } } } } }',
  ],
  ['first: 2,000,000,000', 'LIMIT_EXCEEDED', '{ tickets(first: 2000000000) { nodes { id } } }'],
  [
    'the same by variable',
    'LIMIT_EXCEEDED',
    'query($n: Int) { tickets(first: $n) { nodes { id } } }',
    { n: 1_000_000_000 },
  ],
  ['21 changes', 'LIMIT_EXCEEDED', `mutation { ${many(21, (nth) => `m${nth}: __typename`)} }`],
  ['a misspelt field', 'GRAPHQL_VALIDATION_FAILED', '{ me { nmae } }'],
  ['no GraphQL', 'GRAPHQL_PARSE_FAILED', '{ me { id }'],
];

/** Sent over HTTP and over sockets alike. */
export const hostileOperations: readonly HostileOperation[] = operations.map(
  ([what, code, query, variables]) => ({
    what,
    code,
    query: (nth) => `${query} # ${nth}`,
    ...(variables === undefined ? {} : { variables: { ...variables } }),
  }),
);

/** What a socket takes in no frame. */
export const hugeOperations: readonly HostileOperation[] = [
  {
    what: 'a comment of 400 kB',
    code: 'LIMIT_EXCEEDED',
    query: (nth) => `# ${nth} ${'# '.repeat(200_000)}`,
  },
  {
    what: 'a variable of 1 MB',
    code: 'BAD_USER_INPUT',
    query: (nth) => `query($n: Int) { tickets(first: $n) { nodes { id } } } # ${nth}`,
    variables: { n: 'x'.repeat(1_000_000) },
  },
];
