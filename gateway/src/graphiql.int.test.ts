import { Supergraph } from '@apollo/federation-internals';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { parse, Source, validate } from 'graphql';
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';
import { exampleTabs } from './graphiql-examples.ts';
import { findChromium, startChromium } from './testing/chromium.ts';
import { startHarness, type Harness } from './testing/harness.ts';

const supergraphFile = new URL('../../supergraph.graphql', import.meta.url);

test('every example is an operation of the graph, and its variables are JSON', () => {
  const schema = Supergraph.build(readFileSync(supergraphFile, 'utf8')).apiSchema().toGraphQLJSSchema();

  const faults = exampleTabs.flatMap(({ query }) => validate(schema, parse(new Source(query))));

  expect(faults.map(String)).toEqual([]);
  for (const { variables } of exampleTabs) expect(JSON.parse(variables ?? '{}')).toEqual(expect.any(Object));
});

describe('over HTTP', () => {
  let harness: Harness;
  const get = (path: string, headers: Record<string, string> = {}) =>
    fetch(new URL(path, harness.url), { headers });

  beforeAll(async () => {
    harness = await startHarness(() => ({ graphiql: true }));
  });
  afterAll(() => harness.close());

  test('the page names only files of the gateway, under a policy that allows nothing else', async () => {
    const response = await get('/graphiql');
    const page = await response.text();

    const policy = response.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    expect([...page.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, address]) => address)).toEqual([
      'data:,',
      expect.stringMatching(/^graphiql\/graphiql-[\w-]{16}\.css$/),
      expect.stringMatching(/^graphiql\/graphiql-[\w-]{16}\.js$/),
    ]);
    expect(page).not.toMatch(/https?:/);
  });

  test('files are kept by browsers, packed where they are asked for so, and no others are there', async () => {
    const page = await (await get('/graphiql')).text();
    const script = /src="([^"]*)"/.exec(page)?.[1] ?? '';

    const packed = await get(`/${script}`, { 'accept-encoding': 'gzip' });
    const plain = await get(`/${script}`, { 'accept-encoding': 'identity' });

    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(plain.headers.get('content-encoding')).toBeNull();
    expect(packed.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
    expect(await packed.text()).toBe(await plain.text());
    for (const path of ['/graphiql/', '/graphiql/x.js', '/graphiql/..%2fpackage.json', '/graphiql/__proto__'])
      expect([path, (await get(path)).status]).toEqual([path, 404]);
  });

  test('is not there unless it is asked for', async () => {
    const without = await startHarness();
    const { status } = await fetch(new URL('/graphiql', without.url));
    await without.close();

    expect(status).toBe(404);
  });
});

const executable = findChromium();
const inBrowser = executable === null ? describe.skip : describe;

inBrowser('in a browser', () => {
  let harness: Harness;
  let browser: Browser;
  let page: Page;
  /** Addresses that the page has asked for, from itself and from its workers. */
  const asked: string[] = [];
  const complaints: string[] = [];

  beforeAll(async () => {
    harness = await startHarness(() => ({ graphiql: true }));
    browser = await startChromium(executable ?? '');
    const context = await browser.newContext();
    context.on('request', (request) => asked.push(request.url()));
    page = await context.newPage();
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    page.on('pageerror', (error) => complaints.push(String(error)));
    await page.goto(new URL('/graphiql', harness.url).href);
    await page.getByRole('tab', { name: 'AgentInbox' }).waitFor({ timeout: 60_000 });
  }, 120_000);
  afterAll(async () => {
    await browser.close();
    await harness.close();
  });

  /** Puts a text in the place of what stands in one of the editors. */
  async function write(editor: string, text: string): Promise<void> {
    const area = page.locator(`${editor} .monaco-editor:visible`).first();
    await area.click();
    await page.keyboard.press('ControlOrMeta+A');
    await page.keyboard.insertText(text);
    // The editor has closed brackets by itself that were closed already.
    await page.keyboard.press('Shift+ControlOrMeta+End');
    await page.keyboard.press('Delete');
    // Suggestions lie over what is to be pressed next.
    await page.keyboard.press('Escape');
  }

  /** Runs the operation as soon as the page knows of it: of several it would ask which. */
  async function run(name: string): Promise<void> {
    await page.getByRole('tab', { name }).waitFor();
    await page.getByRole('button', { name: 'Execute query' }).click();
  }

  const answer = async (): Promise<string> =>
    ((await page.locator('.result-window').textContent()) ?? '').replaceAll('\u00a0', ' ');

  test('shows the examples, one tab for each kind of user', async () => {
    const tabs = page.locator('[role=tab] button[aria-controls=graphiql-session]');

    expect(await tabs.allTextContents()).toEqual([
      'AgentInbox',
      'AgentReply',
      'ConnectorIngest',
      'DashboardCounts',
    ]);
  });

  test('asks with the token in its headers, and lets an operation run', async () => {
    await page.getByRole('button', { name: 'Headers' }).click();
    await write(
      '.graphiql-editor-tool',
      JSON.stringify({ Authorization: `Bearer ${await harness.issuer.token()}` }),
    );
    const schema = page.waitForResponse((response) => response.ok() && response.url() === harness.url);
    await page.getByRole('button', { name: 'Re-fetch GraphQL schema' }).click();
    expect(await (await schema).json()).toMatchObject({ data: { __schema: expect.anything() } });

    await write('.graphiql-query-editor', 'query ReadBook { book(id: "7") { title reviews { stars } } }');
    await run('ReadBook');

    await eventually(async () => (await answer()).includes('Book 7'), 20_000);
  }, 60_000);

  test('shows what a subscription brings, as it comes', async () => {
    await write(
      '.graphiql-query-editor',
      'subscription WatchBooks { bookEvents { cursor book { title inStock } } }',
    );
    await run('WatchBooks');
    await eventually(() => Promise.resolve(harness.graph.subscriptions.open === 1), 20_000);

    for (const id of ['41', '42']) {
      harness.graph.emit({ cursor: `c${id}`, book: { id } });
      await eventually(async () => (await answer()).includes(`Book ${id}`), 20_000);
    }
  }, 60_000);

  test('has asked nobody but the gateway, has broken no rule of its policy, and keeps no token', async () => {
    const elsewhere = asked.filter((url) => !url.startsWith(new URL('/', harness.url).href));
    const kept = await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]));

    expect(elsewhere.filter((url) => !url.startsWith('data:'))).toEqual([]);
    expect(asked.some((url) => url.includes('/graphiql/graphql-worker-'))).toBe(true);
    expect(complaints.filter((text) => /security policy|Refused to/i.test(text))).toEqual([]);
    expect(kept).not.toContain('eyJ');
  });
});
