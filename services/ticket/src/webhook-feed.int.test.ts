import { afterAll, afterEach, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { person, rowsWith } from '../test/erasing.ts';
import { WebhookDesk } from '../test/webhook-desk.ts';
import {
  trimRemovedDeliveries,
  trimRemovedWebhooks,
  trimWebhookDeliveries,
} from './persistence/webhook-queries.ts';
import { failAllWaiting } from './jobs/webhooks.ts';
import { deleteWebhook } from './use-cases/delete-webhook.ts';
import { eraseCustomer } from './use-cases/erase-customer.ts';
import { feedWebhooks } from './use-cases/feed-webhooks.ts';

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

describe('bounds', () => {
  test('a webhook for which too much waits is switched off; what waits has failed and can be redriven', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(3);
    await web.sequenced();
    await feedWebhooks(web.deps, web.log, web.desk.ours.workspaceId, 3);
    const atLimit = await web.row(webhook);

    await web.ticketWith(1);
    await web.sequenced();
    await feedWebhooks(web.deps, web.log, web.desk.ours.workspaceId, 3);
    await failAllWaiting(web.deps, web.desk.system);

    expect(atLimit).toMatchObject({ enabled: true });
    expect(await web.row(webhook)).toMatchObject({
      enabled: false,
      reason: 'More than 3 deliveries waited for it.',
    });
    const { length, ...statuses } = (await web.deliveries(webhook)).map(({ status }) => status);
    expect([length, new Set(Object.values(statuses))]).toEqual([4, new Set(['FAILED'])]);
  });

  test('when the log was trimmed before a webhook was told, it goes on with what is left and says so', async () => {
    const to = await web.receiver();
    await web.add(to.url());
    await web.ticketWith(2);
    await web.sequenced();
    await web.desk.system.query('delete from event_log where workspace_id = $1', [web.desk.ours.workspaceId]);
    const said = jest.spyOn(web.log, 'warn');

    await web.feed();
    const ticketId = await web.ticketWith(1);
    await web.feed();
    await web.drain();

    expect(to.told().map(({ data }) => data.ticket.id)).toEqual([ticketId]);
    expect(said.mock.calls.map(([facts, text]) => [facts, text])).toEqual([
      [
        expect.objectContaining({ workspaceId: web.desk.ours.workspaceId }),
        'events were trimmed before webhooks were told them',
      ],
    ]);
    said.mockRestore();
  });

  test('an event becomes one delivery however many feed at once, also when one of them breaks off', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await Promise.all(Array.from({ length: 5 }, () => web.ticketWith(3)));
    await web.sequenced();
    const { workspaceId } = web.desk.ours;
    const broken = {
      ...web.deps,
      now: () => {
        throw new Error('power cut');
      },
    };

    await expect(feedWebhooks(broken, web.log, workspaceId)).rejects.toThrow('power cut');
    await Promise.all([1, 2, 3, 4].map(() => feedWebhooks(web.deps, web.log, workspaceId)));

    expect(await web.deliveries(webhook)).toHaveLength(15);
  });

  test('a webhook that was deleted is sent nothing, and its rows go with the sweep', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(2);
    await web.feed();

    const deleted = await deleteWebhook(web.deps, web.desk.ours.caller, webhook.id);
    await web.ticketWith(1);
    await web.feed();
    await web.drain();
    const again = await deleteWebhook(web.deps, web.desk.ours.caller, webhook.id);
    const left = await web.deliveries(webhook);
    for (const text of [trimWebhookDeliveries, trimRemovedDeliveries, trimRemovedWebhooks]) {
      await web.desk.system.query(text, [7, 5_000]);
    }

    expect(deleted).toMatchObject({ ok: true, value: { id: webhook.id, enabled: false } });
    expect(again).toMatchObject({ ok: false, error: { code: 'NOT_FOUND' } });
    expect(to.received).toEqual([]);
    expect(left).toHaveLength(2);
    expect(await web.deliveries(webhook)).toEqual([]);
    await expect(web.row(webhook)).rejects.toThrow('there is no webhook');
  });

  test('what was finished is kept for 30 days, what waits as long as it waits', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await Promise.all([1, 2, 3].map(() => web.ticketWith(1)));
    await web.feed();
    const [young, old, waiting] = await web.deliveries(webhook);
    const finish = `update webhook_delivery set status = 'DELIVERED', due_at = null,
                           finished_at = now() - make_interval(days => 30, mins => $2::int) where id = $1`;
    await web.desk.system.query(finish, [young?.id, -5]);
    await web.desk.system.query(finish, [old?.id, 5]);
    await web.desk.system.query(`update webhook_delivery set created_at = '2020-01-01' where id = $1`, [
      waiting?.id,
    ]);

    await web.desk.system.query(trimWebhookDeliveries, [7, 5_000]);

    expect((await web.deliveries(webhook)).map(({ id }) => id)).toEqual([young?.id, waiting?.id]);
  });
});

describe('erasure of a customer', () => {
  test('what waits for webhooks and what is kept of them tells nothing of the erased any more', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    const [gone, stays] = [person(), person()];
    const own = await web.desk.receive({ from: gone.from, subject: gone.word, text: gone.word });
    await web.feed();
    to.answer = ({ body }, response) => {
      response.writeHead(200).end(body);
      return null;
    };
    await web.drain();
    await web.desk.receive({
      from: gone.from,
      subject: gone.word,
      text: `again ${gone.word}`,
      thread: { own: 'mid:again', inReplyTo: [], references: [], conversation: null },
    });
    const other = await web.desk.receive({ from: stays.from, subject: stays.word, text: stays.word });
    await web.feed();
    const before = (await rowsWith(web.desk, gone.word)).filter((row) => row.startsWith('webhook_delivery'));

    const erased = await eraseCustomer(web.deps, web.desk.ours.caller, own.customerId ?? '');
    await web.feed();
    to.answer = () => 200;
    await web.drain();

    expect(before).toHaveLength(2);
    expect(erased.ok).toBe(true);
    const left = await rowsWith(web.desk, gone.word);
    expect(left.filter((row) => row.startsWith('webhook_delivery'))).toEqual([]);
    const told = to.told();
    expect(JSON.stringify(told.slice(1))).not.toContain(gone.word);
    const again = told.slice(1).find(({ data }) => data.ticket.id !== other.id);
    expect(again?.data).toMatchObject({
      ticket: { subject: '(erased)' },
      entry: { type: 'MESSAGE', text: '(erased)' },
      actor: { type: 'CUSTOMER', name: null },
    });
    expect(Object.keys(again?.data ?? {}).sort()).toEqual(['actor', 'changed', 'entry', 'ticket']);
    expect(told.find(({ data }) => data.ticket.id === other.id)?.data.ticket.subject).toBe(stays.word);
    const deliveries = await web.deliveries(webhook);
    expect(new Set(deliveries.map(({ status }) => status))).toEqual(new Set(['DELIVERED']));
    expect(deliveries[0]?.attempts[0]?.detail).toBe('(erased)');
  });
});
