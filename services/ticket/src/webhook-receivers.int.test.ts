import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { WebhookDesk } from '../test/webhook-desk.ts';
import { redriveWebhookDelivery } from './use-cases/redrive-webhook-delivery.ts';
import { updateWebhook } from './use-cases/update-webhook.ts';

let web: WebhookDesk;
beforeAll(async () => {
  web = await WebhookDesk.open();
});
afterEach(async () => {
  await web.clear();
});
afterAll(async () => {
  await web.close();
});

describe('receivers that do not behave', () => {
  test('a redirect is a failure and is not followed', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(1);
    await web.feed();
    to.answer = (_received, response) => {
      response.writeHead(307, { location: to.url('/elsewhere') }).end('over there');
      return null;
    };

    await web.drain();

    expect(to.received.map(({ path }) => path)).toEqual(['/hook']);
    expect(await web.deliveries(webhook)).toMatchObject([
      { status: 'PENDING', tries: 1, attempts: [{ responseStatus: 307, detail: 'over there' }] },
    ]);
  });

  test('410 switches the webhook off: what waits has failed, nothing more is told until it is switched on again', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(2);
    await web.feed();
    to.answer = () => 410;

    await web.drain();
    await web.ticketWith(1);
    await web.feed();
    await web.drain();
    const off = await web.deliveries(webhook);
    const row = await web.row(webhook);
    const { caller } = web.desk.ours;
    const id = off[0]?.id ?? '';
    const refused = await redriveWebhookDelivery(web.deps, caller, { webhookId: webhook.id, id });
    to.answer = () => 200;
    await web.sequenced();
    const on = await updateWebhook(web.deps, caller, { id: webhook.id, enabled: true });
    const later = await web.ticketWith(1);
    await web.feed();
    await redriveWebhookDelivery(web.deps, caller, { webhookId: webhook.id, id });
    await web.drain();

    expect(off.map(({ status, tries }) => [status, tries])).toEqual([
      ['FAILED', 1],
      ['FAILED', 0],
    ]);
    expect(row).toMatchObject({ enabled: false, reason: 'The receiver answered 410 Gone.' });
    expect(refused).toMatchObject({
      ok: false,
      error: { code: 'NOT_ALLOWED_IN_STATUS', field: 'webhookId' },
    });
    expect(on).toMatchObject({ ok: true, value: { enabled: true, disabledReason: null } });
    expect((await web.deliveries(webhook)).map(({ status }) => status)).toEqual([
      'DELIVERED',
      'FAILED',
      'DELIVERED',
    ]);
    expect(to.told().at(-1)?.data.ticket.id === later || to.told().at(-2)?.data.ticket.id === later).toBe(
      true,
    );
  });

  test('receivers that hang do not hold up others, and are tried one at a time', async () => {
    const [slow, mute, good] = [await web.receiver(), await web.receiver(), await web.receiver()];
    const { webhook: slowHook } = await web.add(slow.url());
    await web.add(mute.url());
    const { webhook } = await web.add(good.url());
    await Promise.all(Array.from({ length: 20 }, () => web.ticketWith(1)));
    await web.feed();
    slow.answer = mute.answer = () => null;
    const sender = web.sender({ limitMs: 3_000_000 });

    await eventually(async () => {
      await sender.begin();
      return (await web.deliveries(webhook)).every(({ status }) => status === 'DELIVERED');
    });
    const [openAtSlow, openAtMute] = [slow.received.length, mute.received.length];
    await slow.close();
    await mute.close();
    await sender.settled();
    await slow.listen();
    await sender.begin();
    await eventually(() => slow.received.length === openAtSlow + 1);
    await sender.begin();
    await sender.begin();

    expect([openAtSlow, openAtMute, good.received.length]).toEqual([4, 4, 20]);
    expect(await web.row(slowHook)).toMatchObject({ failing: true });
    expect(slow.received.length).toBe(openAtSlow + 1);
    await slow.close();
    await sender.settled();
  });

  test('an answer that does not end in time is a failure, one that is endless is read no further than needed', async () => {
    const [slow, endless] = [await web.receiver(), await web.receiver()];
    const { webhook: slowHook } = await web.add(slow.url());
    const { webhook: endlessHook } = await web.add(endless.url());
    await web.ticketWith(1);
    await web.feed();
    slow.answer = () => null;
    endless.answer = (_received, response) => {
      response.writeHead(200);
      const write = (): void => {
        if (!response.destroyed) response.write('y'.repeat(1_024), () => setImmediate(write));
      };
      write();
      return null;
    };

    await web.drain(web.sender({ limitMs: 300 }));

    expect(await web.deliveries(slowHook)).toMatchObject([
      { status: 'PENDING', attempts: [{ responseStatus: null, detail: 'no whole answer within 300 ms' }] },
    ]);
    expect(await web.deliveries(endlessHook)).toMatchObject([
      { status: 'DELIVERED', attempts: [{ responseStatus: 200, detail: 'y'.repeat(500) }] },
    ]);
  });

  test('a name that leads to an address inside is refused at each try, and nothing is connected', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url().replace('127.0.0.1', 'hooks.example.org'));
    await web.ticketWith(1);
    await web.feed();
    const asked: string[] = [];
    const answers = [['127.0.0.1'], ['93.184.216.34', '10.0.0.1'], ['::ffff:127.0.0.1'], []];
    const resolve = (name: string): Promise<string[]> => {
      asked.push(name);
      return Promise.resolve(answers[asked.length - 1] ?? []);
    };
    const strict = web.sender({ resolve }, { ...web.deps, allowInsecureWebhooks: false });

    await web.drain(strict);
    for (let nth = 1; nth < answers.length; nth += 1) await web.next(strict);

    const [delivery] = await web.deliveries(webhook);
    expect(asked).toEqual(Array.from({ length: 4 }, () => 'hooks.example.org'));
    expect(delivery?.attempts.map(({ detail }) => detail)).toEqual([
      'the host has an address that is not public',
      'the host has an address that is not public',
      'the host has an address that is not public',
      'the host has no address',
    ]);
    expect(to.received).toEqual([]);
  });

  test('the connection goes to the address that was checked, whatever the name says a moment later', async () => {
    const checked = await web.receiver();
    const { webhook } = await web.add(checked.url().replace('127.0.0.1', 'hooks.example.org'));
    await web.ticketWith(1);
    await web.feed();
    let times = 0;
    const resolve = (): Promise<string[]> => {
      times += 1;
      return Promise.resolve(times === 1 ? ['127.0.0.1'] : ['127.0.0.2']);
    };

    await web.drain(web.sender({ resolve }));

    expect(times).toBe(1);
    expect(checked.received[0]?.headers.host).toBe(new URL(webhook.url).host);
    expect(await web.deliveries(webhook)).toMatchObject([{ status: 'DELIVERED' }]);
  });
});
