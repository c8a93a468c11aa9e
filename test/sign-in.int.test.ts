import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openBlobs } from '@smart-tickets/kit/blobs';
import { readConfig, serviceConfigSchema } from '@smart-tickets/kit/config';
import { newId } from '@smart-tickets/kit/ids';
import { InternalCalls, internalCallHeader } from '@smart-tickets/kit/internal-call';
import { createLogger } from '@smart-tickets/kit/logger';
import { openParts, type Running } from '@smart-tickets/kit/service';
import { firstPassword, withPasswords } from '@smart-tickets/supervisor/seed';
import { createTestDatabase, type TestDatabase } from '@smart-tickets/testing/databases';
import { queueBackends, type TestQueues } from '@smart-tickets/testing/queue-backends';
import { createLocalJWKSet, decodeJwt, exportJWK, generateKeyPair, type JSONWebKeySet, type JWK } from 'jose';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createGateway, type Gateway, type GatewayOptions } from '../gateway/src/app.ts';
import { createAuthenticate } from '../gateway/src/authenticate.ts';
import { startRouting } from '../services/routing/src/app.ts';
import { migrations } from '../services/routing/src/persistence/migrations/index.ts';
import { makeSeed } from './support/services.ts';

const internalTokenKey = 'k'.repeat(40);
const [issuer, audience] = ['https://desk.test', 'smart-tickets'];
const first = makeSeed('First');
const folder = mkdtempSync(join(tmpdir(), 'sign-in-'));

let database: TestDatabase;
let queues: TestQueues;
let parts: ReturnType<typeof openParts>;
let routing: Running;
let key: JWK;
let gateway: Gateway;

beforeAll(async () => {
  database = await createTestDatabase(migrations);
  queues = await (queueBackends[0] as (typeof queueBackends)[number]).open();
  const config = readConfig(serviceConfigSchema, {
    DATABASE_URL: database.url,
    QUEUE_URL: queues.url,
    QUEUE_NAMESPACE: queues.namespace,
    INTERNAL_TOKEN_KEY: internalTokenKey,
    ROLES: 'api',
    PORT: '0',
    LOG_LEVEL: process.env['TEST_LOG_LEVEL'] ?? 'silent',
  });
  parts = openParts('routing', config);
  routing = await startRouting(parts, await withPasswords(first as never, internalTokenKey));
  key = await newKey();
  gateway = await startGateway();
});
afterAll(async () => {
  await gateway.stop();
  await routing.stop();
  await database.drop();
  await queues.drop();
  rmSync(folder, { recursive: true });
});

async function newKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  return { ...(await exportJWK(privateKey)), kid: 'own' };
}

function startGateway(options: Partial<GatewayOptions> = {}, signsIn = true): Promise<Gateway> {
  const { kty, crv, x, kid } = key;
  const keys: JSONWebKeySet = { keys: [{ kty, crv, x, kid, alg: 'EdDSA', use: 'sig' } as JWK] };
  const url = `http://127.0.0.1:${routing.port}/graphql`;
  return createGateway({
    host: '127.0.0.1',
    port: 0,
    supergraphFile: new URL('../supergraph.graphql', import.meta.url).pathname,
    subgraphUrls: { ticket: url, 'channel-ingest': url, routing: url, search: url },
    internalTokenKey,
    authenticate: createAuthenticate({ keys: createLocalJWKSet(keys), issuer, audience }),
    blobs: openBlobs({ BLOB_URL: pathToFileURL(folder).href }),
    introspection: true,
    trustedProxies: ['127.0.0.1'],
    ...(signsIn
      ? { signIn: { key, issuer, audience, subgraph: 'routing', workspaceId: first.workspace.id } }
      : {}),
    log: createLogger('gateway-test', 'silent'),
    ...options,
  });
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: {
    readonly token?: string;
    readonly expiresAt?: string;
    readonly refreshToken?: string;
    readonly agent?: unknown;
    readonly errors?: readonly { readonly message: string; readonly extensions: { readonly code: string } }[];
  };
}

let addresses = 0;
/** An address that nobody has come from yet. */
function newSource(): string {
  addresses += 1;
  return `198.51.${Math.floor(addresses / 250)}.${addresses % 250}`;
}

async function post(
  path: string,
  content: unknown,
  { source = newSource(), headers = {}, to = gateway }: Sending = {},
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${to.port}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': source, ...headers },
    body: typeof content === 'string' ? content : JSON.stringify(content),
  });
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: (text === '' ? {} : JSON.parse(text)) as Answer['body'],
  };
}
interface Sending {
  readonly source?: string;
  readonly headers?: Record<string, string>;
  readonly to?: Gateway;
}

const [ada, bob] = first.agents as [(typeof first.agents)[number], (typeof first.agents)[number]];
const credentialsOf = ({ id, email }: { id: string; email: string }) => ({
  email,
  password: firstPassword(internalTokenKey, id),
});

async function ask(token: string, query: string): Promise<unknown> {
  const { body } = await post('/graphql', { query }, { headers: { authorization: `Bearer ${token}` } });
  return body;
}

const codeOf = ({ status, body }: Answer) => [status, body.errors?.[0]?.extensions.code];
/** What somebody sees who compares answers. */
const seen = ({ status, headers, body }: Answer) => [
  status,
  JSON.stringify(body).replaceAll(/[0-9a-f-]{36}/g, '<id>'),
  [...headers].filter(([name]) => !['date', 'x-request-id'].includes(name)),
];

describe('signing in at the gateway', () => {
  test('gives a token that the graph takes, for fifteen minutes', async () => {
    const answer = await post('/sign-in', credentialsOf(ada));

    expect(answer.status).toBe(200);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(answer.headers.get('set-cookie')).toBeNull();
    expect(answer.body.agent).toEqual({ id: ada.id, role: 'ADMIN', workspaceId: first.workspace.id });
    const { token = '', expiresAt = '' } = answer.body;
    const { iat = 0, exp = 0 } = decodeJwt(token);
    expect([exp - iat, Date.parse(expiresAt)]).toEqual([900, exp * 1_000]);
    expect(await ask(token, '{ me { email role } }')).toMatchObject({
      data: { me: { email: ada.email, role: 'ADMIN' } },
    });
  });

  test('refuses a wrong password, an unknown address and another workspace by the same answer', async () => {
    const { email, password } = credentialsOf(ada);

    const answers = [
      await post('/sign-in', { email, password: `${password}x` }),
      await post('/sign-in', { email: 'nobody@example.com', password }),
      await post('/sign-in', { email, password, workspaceId: newId() }),
      await post('/sign-in', { email, password, workspaceId: 'no id' }),
    ];

    expect(codeOf(answers[0] as Answer)).toEqual([401, 'SIGN_IN_FAILED']);
    expect(new Set(answers.map((answer) => JSON.stringify(seen(answer)))).size).toBe(1);
  });

  test('after five tries says how long to wait, of an unknown address too', async () => {
    const limited = [];
    for (const email of [bob.email, 'nobody@example.com']) {
      const source = newSource();
      for (let made = 0; made < 5; made += 1)
        expect((await post('/sign-in', { email, password: 'wrong' }, { source })).status).toBe(401);
      limited.push(await post('/sign-in', { email, password: 'wrong' }, { source }));
    }

    const waits = limited.map(({ headers }) => Number(headers.get('retry-after')));
    expect(limited.map(codeOf)).toEqual([
      [429, 'RATE_LIMITED'],
      [429, 'RATE_LIMITED'],
    ]);
    for (const wait of waits) expect([wait > 50, wait <= 60]).toEqual([true, true]);
    // From elsewhere Bob still signs in.
    expect((await post('/sign-in', credentialsOf(bob))).status).toBe(200);
  });

  test('takes sixty tries a minute from one network, of whichever accounts', async () => {
    const answers = await Promise.all(
      Array.from({ length: 150 }, (_, index) =>
        post(
          '/sign-in',
          { email: 'a@example.com', password: 'x', workspaceId: 'none' },
          { source: `2001:db8:7:7::${index.toString(16)}` },
        ),
      ),
    );

    // Some more than sixty: the minute goes on meanwhile.
    const statuses = answers.map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([401, 429]));
    expect(statuses.slice(0, 30)).toEqual(Array.from({ length: 30 }, () => 401));
  });

  test('many at once are worked on a few at a time, and the rest may come again', async () => {
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        post('/sign-in', { email: `busy${index}@example.com`, password: 'x' }),
      ),
    );

    const codes = answers.map((answer) => codeOf(answer)[1]);
    expect(codes.filter((code) => code === 'SIGN_IN_FAILED').length).toBeGreaterThanOrEqual(18);
    expect(new Set(codes)).toEqual(new Set(['SIGN_IN_FAILED', 'SIGN_IN_UNAVAILABLE']));
  });

  test.each<[string, string, Sending, number, string]>([
    [
      'a form',
      'email=a&password=b',
      { headers: { 'content-type': 'application/x-www-form-urlencoded' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'JSON as text, which needs no preflight',
      '{"email":"a","password":"b"}',
      { headers: { 'content-type': 'text/plain' } },
      415,
      'UNSUPPORTED_MEDIA_TYPE',
    ],
    [
      'a page of another site',
      '{"email":"a","password":"b"}',
      { headers: { origin: 'https://evil.test' } },
      403,
      'FORBIDDEN',
    ],
    ['no JSON', '{', {}, 400, 'BAD_REQUEST'],
    ['a list', '[]', {}, 400, 'BAD_REQUEST'],
    ['numbers', '{"email":1,"password":2}', {}, 400, 'BAD_REQUEST'],
    ['an empty password', '{"email":"a","password":""}', {}, 400, 'BAD_REQUEST'],
    ['9 kB', JSON.stringify({ email: 'a', password: 'x'.repeat(9_000) }), {}, 413, 'PAYLOAD_TOO_LARGE'],
  ])('refuses %s', async (_what, content, sending, status, code) => {
    expect(codeOf(await post('/sign-in', content, sending))).toEqual([status, code]);
  });

  test('is not there without a key, nor with one that is not in the key set', async () => {
    const without = await startGateway({}, false);
    const answers = await Promise.all(
      ['/sign-in', '/sign-in/refresh', '/sign-out'].map((path) =>
        post(path, credentialsOf(ada), { to: without }),
      ),
    );
    await without.stop();

    expect(answers.map(codeOf)).toEqual(Array.from({ length: 3 }, () => [404, 'NOT_FOUND']));
    const other = { key: await newKey(), issuer, audience, subgraph: 'routing' };
    await expect(startGateway({ signIn: other })).rejects.toThrow('SIGN_IN_KEY is not the private half');
  });

  test('says that it is not to be had where the service is away', async () => {
    const away = await startGateway({
      subgraphUrls: {
        ticket: 'http://127.0.0.1:9/graphql',
        'channel-ingest': 'http://127.0.0.1:9/graphql',
        routing: 'http://127.0.0.1:9/graphql',
        search: 'http://127.0.0.1:9/graphql',
      },
    });
    const answer = await post('/sign-in', credentialsOf(ada), { to: away });
    await away.stop();

    expect(codeOf(answer)).toEqual([503, 'SIGN_IN_UNAVAILABLE']);
  });
});

describe('a session', () => {
  const refresh = (refreshToken: string | undefined) => post('/sign-in/refresh', { refreshToken });

  test('goes on by its refresh token, until it signs out', async () => {
    const { body } = await post('/sign-in', credentialsOf(ada));

    const next = await refresh(body.refreshToken);
    const out = await post('/sign-out', { refreshToken: next.body.refreshToken });

    expect(next.status).toBe(200);
    expect(await ask(next.body.token ?? '', '{ me { id } }')).toMatchObject({ data: { me: { id: ada.id } } });
    expect(out.status).toBe(204);
    expect(codeOf(await refresh(next.body.refreshToken))).toEqual([401, 'SIGN_IN_FAILED']);
  });

  test('ends when the password is changed by the graph, and the old password with it', async () => {
    const { body } = await post('/sign-in', credentialsOf(ada));
    const newPassword = 'a password of my own';
    const change = (currentPassword: string) =>
      ask(
        body.token ?? '',
        `mutation { changePassword(input: { currentPassword: "${currentPassword}", newPassword: "${newPassword}" })
           { changed userErrors { code field } } }`,
      );

    expect(await change('not the present one')).toMatchObject({
      data: {
        changePassword: {
          changed: false,
          userErrors: [{ code: 'FORBIDDEN', field: ['input', 'currentPassword'] }],
        },
      },
    });
    expect(await change(credentialsOf(ada).password)).toMatchObject({
      data: { changePassword: { changed: true, userErrors: [] } },
    });

    expect(codeOf(await refresh(body.refreshToken))).toEqual([401, 'SIGN_IN_FAILED']);
    expect(codeOf(await post('/sign-in', credentialsOf(ada)))).toEqual([401, 'SIGN_IN_FAILED']);
    expect((await post('/sign-in', { email: ada.email, password: newPassword })).status).toBe(200);
  });

  test('ends when an admin takes the password away', async () => {
    const own = await post('/sign-in', credentialsOf(bob));
    const admin = await post('/sign-in', { email: ada.email, password: 'a password of my own' });

    const result = await ask(
      admin.body.token ?? '',
      `mutation { setPassword(input: { agentId: "${bob.id}" }) { changed userErrors { code } } }`,
    );

    expect(result).toMatchObject({ data: { setPassword: { changed: true } } });
    expect(codeOf(await refresh(own.body.refreshToken))).toEqual([401, 'SIGN_IN_FAILED']);
  });
});

describe('the service', () => {
  const body = JSON.stringify({ refreshToken: 'x' });
  const call = (headers: Record<string, string>) =>
    fetch(`http://127.0.0.1:${routing.port}/internal/refresh`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json', ...headers },
    });

  test('answers calls that the gateway has signed, and is not there for others', async () => {
    const calls = new InternalCalls(internalTokenKey);
    const now = Date.now();

    const known = await call({ [internalCallHeader]: calls.sign('/internal/refresh', body, now) });
    const strangers = await Promise.all([
      call({}),
      call({ [internalCallHeader]: calls.sign('/internal/sign-out', body, now) }),
      call({ [internalCallHeader]: calls.sign('/internal/refresh', `${body} `, now) }),
      call({
        [internalCallHeader]: new InternalCalls('l'.repeat(40)).sign('/internal/refresh', body, now),
      }),
    ]);

    expect([known.status, await known.json()]).toEqual([200, { ok: false, error: { code: 'REFUSED' } }]);
    expect(strangers.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
  });
});
