import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Gateway, GatewayRefusalError } from './gateway-client.ts';
import { RemoteGateway } from './testing/remote-gateway.ts';

let remote: RemoteGateway;
let url: string;
let retries: string[];
let open: Gateway[];
const never = new AbortController().signal;

beforeEach(async () => {
  remote = new RemoteGateway();
  url = await remote.listen();
  retries = [];
  open = [];
});
afterEach(async () => {
  for (const gateway of open) await gateway.close();
  await remote.close();
});

function connect(options: { token?: string; giveUpAfterMs?: number; url?: string } = {}): Gateway {
  const gateway = new Gateway({
    url: options.url ?? url,
    token: options.token ?? 'good-token',
    connections: 2,
    giveUpAfterMs: options.giveUpAfterMs ?? 60_000,
    firstWaitMs: 1,
    mostWaitMs: 2,
    requestTimeoutMs: 10_000,
    onRetry: (reason) => retries.push(reason),
  });
  open.push(gateway);
  return gateway;
}

const mail = Buffer.from('Subject: a\n\n');

describe('the gateway client', () => {
  test('tries again over each kind of passing fault and tells why', async () => {
    const faults = ['internal', 'unavailable', 'too-many', 'cut'] as const;
    remote.faultAt = (nth) => faults[nth - 1];

    const answer = await connect().ingestEmail(mail, never);

    expect(answer).toMatchObject({ ok: true, duplicate: false, tries: 5 });
    expect(retries.slice(0, 3)).toEqual([
      'INTERNAL_SERVER_ERROR: not now',
      'SUBGRAPH_UNAVAILABLE: not now',
      'LIMIT_EXCEEDED: not now',
    ]);
  });

  test('gives up when the time is over', async () => {
    remote.faultAt = () => 'unavailable';

    const answer = await connect({ giveUpAfterMs: 20 }).ingestEmail(mail, never);

    expect(answer).toEqual({ ok: false, reason: 'SUBGRAPH_UNAVAILABLE: not now', gaveUp: true });
  });

  test('stops trying when told to stop', async () => {
    remote.faultAt = () => 'unavailable';
    const stopped = new AbortController();
    const answer = connect().ingestEmail(mail, stopped.signal);

    stopped.abort();

    expect(await answer).toMatchObject({ ok: false, gaveUp: true });
  });

  test('does not repeat what the intake refused', async () => {
    const answer = await connect().ingestEmail(Buffer.from('refuse me'), never);

    expect(answer).toEqual({ ok: false, reason: 'INVALID: not for us', gaveUp: false });
    expect(remote.requests).toBe(1);
  });

  test('gives the states in the order of the ids, null for what the gateway does not know', async () => {
    const gateway = connect();
    const answer = await gateway.ingestEmail(mail, never);
    const id = answer.ok ? answer.id : '';

    const states = await gateway.inboundStates(['unknown', id], never);

    expect(states).toEqual([null, { status: 'RECEIVED', reason: null }]);
  });

  test('throws when the token is refused', async () => {
    await expect(connect({ token: 'bad' }).ingestEmail(mail, never)).rejects.toThrow(GatewayRefusalError);
  });
});
