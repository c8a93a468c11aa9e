import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { startHarness, type Harness } from './testing/harness.ts';
import { TrustedDocuments } from './trusted-documents.ts';

const known = '{ warehouses }';
const live = 'subscription { bookEvents { cursor } }';
const hashOf = (text: string): string => createHash('sha256').update(text).digest('hex');
const manifest = JSON.stringify({ [hashOf(known)]: known, [hashOf(live)]: live });

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness(() => ({ trusted: new TrustedDocuments(manifest) }));
});
afterAll(async () => {
  await harness.close();
});

async function post(body: object): Promise<Awaited<ReturnType<Harness['post']>>> {
  const authorization = `Bearer ${await harness.issuer.token()}`;
  return harness.post(JSON.stringify(body), { 'content-type': 'application/json', authorization });
}

test.each([
  ['its text', { query: known }],
  ['its hash', { documentId: `sha256:${hashOf(known)}` }],
  ['Apollo’s persisted query', { extensions: { persistedQuery: { version: 1, sha256Hash: hashOf(known) } } }],
])('a document of the list is taken by %s', async (_way, body) => {
  const answer = await post(body);

  expect(answer).toMatchObject({ status: 200, body: { data: { warehouses: 2 } } });
});

test.each([
  ['another text', { query: '{ warehouses again: warehouses }' }],
  ['a text that differs by a blank', { query: '{  warehouses }' }],
  ['an unknown hash', { documentId: `sha256:${'0'.repeat(64)}` }],
  ['introspection', { query: '{ __schema { types { name } } }' }],
])('%s is refused', async (_what, body) => {
  const answer = await post(body);

  expect(answer).toMatchObject({
    status: 400,
    body: { errors: [{ extensions: { code: 'DOCUMENT_NOT_TRUSTED' } }] },
  });
});

test('sockets take documents of the list and no others', async () => {
  const client = harness.client();

  const first = await client.iterate({ query: known }).next();

  expect(first.value).toMatchObject({ data: { warehouses: 2 } });
  await expect(client.iterate({ query: '{ __typename }' }).next()).rejects.toMatchObject([
    { extensions: { code: 'DOCUMENT_NOT_TRUSTED' } },
  ]);
  await client.dispose();
});

test('a list whose hashes are not those of its documents is refused', () => {
  expect(() => new TrustedDocuments(JSON.stringify({ [hashOf('x')]: known }))).toThrow('is not the SHA-256');
});
