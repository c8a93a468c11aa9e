import { internalTokenHeader, signInternalToken, type Viewer } from '@smart-tickets/kit/internal-token';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Pool } from 'undici';

/** What the process is given in its environment, as JSON in FLOOR. */
export interface FloorSettings {
  readonly subgraphs: Readonly<Record<'ticket' | 'routing' | 'channel-ingest' | 'search', string>>;
  readonly internalTokenKey: string;
  readonly viewer: Viewer;
}

interface Reference {
  readonly __typename?: string;
  readonly id: string;
}
interface Node {
  __typename?: string;
  id: string;
  team: (Reference & { name?: string }) | null;
  lastMessage: (Reference & { delivery?: unknown }) | null;
  assignments?: unknown;
}
interface Page {
  tickets: { nodes: Node[]; pageInfo: unknown };
}

// The four fetches of the gateway's plan, letter for letter what they ask for.
const pageQuery = `query($before: DateTime!) { tickets(filter: {createdBefore: $before}, first: 20) { nodes {
  __typename id number subject status priority createdAt updatedAt version team { __typename id } customer { name }
  lastMessage { __typename id text } } pageInfo { hasNextPage endCursor } } }`;
const entities = (selection: string): string =>
  `query($representations: [_Any!]!) { _entities(representations: $representations) { ${selection} } }`;
const assignmentsQuery = entities('... on Ticket { assignments(first: 1) { reason } }');
const teamsQuery = entities('... on Team { name }');
const deliveriesQuery = entities('... on Message { delivery { status } }');

const settings = JSON.parse(process.env['FLOOR'] ?? '{}') as FloorSettings;
const pools = Object.fromEntries(
  Object.entries(settings.subgraphs).map(([name, url]) => [
    name,
    { pool: new Pool(new URL(url).origin, { connections: 64, pipelining: 1 }), path: new URL(url).pathname },
  ]),
);
let token = { text: '', until: 0 };

function internalToken(): string {
  const now = Date.now();
  if (token.until <= now) {
    token = { text: signInternalToken(settings.internalTokenKey, settings.viewer, now), until: now + 30_000 };
  }
  return token.text;
}

async function fetchFrom<T>(name: string, query: string, variables: unknown): Promise<T> {
  const target = pools[name];
  if (target === undefined) throw new Error(`no subgraph ${name}`);
  const { body } = await target.pool.request({
    method: 'POST',
    path: target.path,
    headers: { 'content-type': 'application/json', [internalTokenHeader]: internalToken() },
    body: JSON.stringify({ query, variables }),
  });
  const answer = JSON.parse(await body.text()) as { data?: T | null; errors?: unknown };
  if (answer.data == null || answer.errors !== undefined) throw new Error(JSON.stringify(answer.errors));
  return answer.data;
}

async function addTo(subgraph: string, query: string, targets: readonly object[]): Promise<void> {
  if (targets.length === 0) return;
  const representations = targets.map((target) => {
    const { __typename, id } = target as Reference;
    return { __typename, id };
  });
  const { _entities } = await fetchFrom<{ _entities: object[] }>(subgraph, query, { representations });
  for (const [nth, found] of _entities.entries()) Object.assign(targets[nth] ?? {}, found);
}

async function answerPage(variables: unknown): Promise<string> {
  const data = await fetchFrom<Page>('ticket', pageQuery, variables);
  const { nodes } = data.tickets;
  const teams = nodes.flatMap(({ team }) => (team === null ? [] : [team]));
  const messages = nodes.flatMap(({ lastMessage }) => (lastMessage === null ? [] : [lastMessage]));
  await Promise.all([
    addTo('routing', assignmentsQuery, nodes),
    addTo('routing', teamsQuery, teams),
    addTo('channel-ingest', deliveriesQuery, messages),
  ]);
  const shaped = nodes.map(({ __typename: _node, team, lastMessage, ...rest }) => ({
    ...rest,
    team: team === null ? null : { name: team.name },
    lastMessage: lastMessage === null ? null : { ...lastMessage, __typename: undefined },
  }));
  return JSON.stringify({ data: { tickets: { nodes: shaped, pageInfo: data.tickets.pageInfo } } });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

const server = createServer((request, response) => {
  readBody(request)
    .then((body) => answerPage((JSON.parse(body) as { variables: unknown }).variables))
    .then(
      (text) => response.writeHead(200, { 'content-type': 'application/json' }).end(text),
      (error: unknown) =>
        response.writeHead(500).end(JSON.stringify({ errors: [{ message: String(error) }] })),
    );
});
server.listen(0, '127.0.0.1', () => {
  process.send?.({ type: 'ready', port: (server.address() as AddressInfo).port });
});
process.on('disconnect', () => process.exit(0));
