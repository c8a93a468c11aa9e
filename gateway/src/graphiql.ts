import type { FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { exampleTabs } from './graphiql-examples.ts';

const compress = promisify(gzip);
const path = '/graphiql';

/**
 * Nothing from elsewhere and nothing to elsewhere. Styles have to be `unsafe-inline`: the editor makes its own while it
 * runs. Icons and fonts come as data in the style sheet.
 */
const policy = [
  `default-src 'none'`,
  `script-src 'self'`,
  `worker-src 'self'`,
  `style-src 'self' 'unsafe-inline'`,
  `img-src 'self' data:`,
  `font-src 'self' data:`,
  `connect-src 'self'`,
  `base-uri 'none'`,
  `form-action 'none'`,
  `frame-ancestors 'none'`,
].join('; ');

const pageHeaders: Readonly<Record<string, string>> = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
};

interface Asset {
  readonly type: string;
  readonly plain: Buffer;
  readonly packed: Buffer;
}

/** The page and what it loads, by the file names that it asks for. */
interface Assets {
  readonly page: string;
  readonly files: ReadonlyMap<string, Asset>;
}

/** Names of the workers that the editor asks for, in the build that we use. */
type WorkerName = 'editorWorkerService' | 'json' | 'graphql';

// Addresses are relative: the gateway may stand behind a path of a proxy. Headers are not kept in the browser, since the
// token is among them.
function scriptOf(library: string, workers: Readonly<Record<WorkerName, string>>): string {
  const options = {
    endpoint: 'graphql',
    subscriptionsProtocol: 'GRAPHQL_SSE',
    method: 'POST',
    title: 'Smart Tickets',
    logo: '',
    shouldPersistHeaders: false,
    defaultHeaders: '{ "Authorization": "Bearer " }',
    defaultTabs: exampleTabs.map((tab) => ({ ...tab, headers: '{ "Authorization": "Bearer " }' })),
  };
  return `self.MonacoEnvironment = {
  globalAPI: false,
  getWorkerUrl: (_module, label) => new URL('graphiql/' + ${JSON.stringify(workers)}[label], location.href).href,
};
${library};
YogaGraphiQL.renderYogaGraphiQL(document.querySelector('#root'), ${JSON.stringify(options)});
`;
}

function pageOf(script: string, style: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>GraphiQL – Smart Tickets</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="graphiql/${style}">
</head>
<body id="body" class="no-focus-outline">
<noscript>This page needs JavaScript.</noscript>
<div id="root"></div>
<script src="graphiql/${script}"></script>
</body>
</html>
`;
}

async function loadAssets(): Promise<Assets> {
  // Nine megabytes that most processes never need.
  const built = await import('@graphql-yoga/render-graphiql/graphiql');
  const files = new Map<string, Asset>();
  const add = async (name: string, extension: 'js' | 'css', text: string): Promise<string> => {
    const plain = Buffer.from(text);
    const hash = createHash('sha256').update(plain).digest('base64url').slice(0, 16);
    const file = `${name}-${hash}.${extension}`;
    const type = extension === 'js' ? 'text/javascript; charset=utf-8' : 'text/css; charset=utf-8';
    files.set(file, { type, plain, packed: await compress(plain) });
    return file;
  };
  const workers = {
    editorWorkerService: await add('editor-worker', 'js', built.editorWorkerService),
    json: await add('json-worker', 'js', built.jsonWorker),
    graphql: await add('graphql-worker', 'js', built.graphqlWorker),
  };
  const script = await add('graphiql', 'js', scriptOf(built.js, workers));
  const style = await add('graphiql', 'css', built.css);
  return { page: pageOf(script, style), files };
}

/**
 * GraphiQL at /graphiql: a page that tells nobody anything, has no token, and asks the graph with the one that is put
 * into its headers. Everything comes from this gateway.
 */
export function addGraphiQL(app: FastifyInstance): void {
  let loading: Promise<Assets> | undefined;
  const load = (): Promise<Assets> => {
    loading ??= loadAssets().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };

  app.get(path, async (_request, reply) => reply.headers(pageHeaders).send((await load()).page));
  app.get<{ Params: { file: string } }>(`${path}/:file`, async (request, reply) => {
    const asset = (await load()).files.get(request.params.file);
    if (asset === undefined) {
      reply.callNotFound();
      return reply;
    }
    const packs = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    return reply
      .headers({
        'content-type': asset.type,
        // A worker is under the policy that it is sent with.
        'content-security-policy': policy,
        'x-content-type-options': 'nosniff',
        'cache-control': 'public, max-age=31536000, immutable',
        vary: 'accept-encoding',
        ...(packs ? { 'content-encoding': 'gzip' } : {}),
      })
      .send(packs ? asset.packed : asset.plain);
  });
}
