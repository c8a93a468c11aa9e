import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { internalTokenHeader, signInternalToken } from '@smart-tickets/kit/internal-token';
import { serverAudits } from 'graphql-http';
import { internalTokenKey } from './testing/graph.ts';
import { startHarness, type Harness } from './testing/harness.ts';
import { workspaceId } from './testing/tokens.ts';

let harness: Harness;
beforeAll(async () => {
  harness = await startHarness();
});
afterAll(async () => {
  await harness.close();
});

/** The headers that let the audits in, at the gateway and at a subgraph. */
const doors = {
  gateway: async () => ({
    url: harness.url,
    header: ['authorization', `Bearer ${await harness.issuer.token()}`] as const,
  }),
  subgraph: () => {
    const viewer = { workspaceId, role: 'AGENT', subject: 'agent-1', generation: null } as const;
    const url = Object.values(harness.graph.urls)[0] ?? '';
    return Promise.resolve({
      url,
      header: [internalTokenHeader, signInternalToken(internalTokenKey, viewer, Date.now())] as const,
    });
  },
};

/** Audits by their names, which the specification's text is behind. */
const audits = serverAudits({ url: 'http://unused' });

describe.each(Object.keys(doors) as (keyof typeof doors)[])('the %s', (door) => {
  test.each(audits.map(({ id, name }) => [id, name]))('%s %s', async (id) => {
    const { url, header } = await doors[door]();
    const audit = serverAudits({
      url,
      fetchFn: (input: string, init: RequestInit = {}) => {
        const headers = new Headers(init.headers);
        headers.set(header[0], header[1]);
        // What the audits ask by GET without it is refused on purpose: a browser would send it for any page (5A70, D6D5, 6A70).
        headers.set('apollo-require-preflight', 'true');
        return fetch(input, { ...init, headers });
      },
    }).find((one) => one.id === id);

    const result = await audit?.fn();

    expect([result?.status, result !== undefined && 'reason' in result ? result.reason : '']).toEqual([
      'ok',
      '',
    ]);
  });
});

test('a GET that a browser would send for any page is refused', async () => {
  const [name, value] = (await doors.gateway()).header;

  const response = await fetch(`${harness.url}?query=%7B%20warehouses%20%7D`, { headers: { [name]: value } });

  expect(response.status).toBe(400);
  expect(await response.text()).toContain('CSRF');
});
