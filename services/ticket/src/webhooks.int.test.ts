import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { createPool, appRole } from '@smart-tickets/kit/postgres';
import { eventually } from '@smart-tickets/testing/eventually';
import { Webhook as Verifier } from 'standardwebhooks';
import { WebhookDesk } from '../test/webhook-desk.ts';
import { signedHeaders } from '../test/webhook-receiver.ts';
import { startWebhooks } from './jobs/webhooks.ts';
import { addNote } from './use-cases/add-note.ts';
import { redriveWebhookDelivery } from './use-cases/redrive-webhook-delivery.ts';
import { rotateWebhookSecret } from './use-cases/rotate-webhook-secret.ts';
import { updateTicket } from './use-cases/update-ticket.ts';

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

describe('what is told', () => {
  test('events from the making of the webhook on, signed so that the Standard Webhooks verifier accepts them', async () => {
    const to = await web.receiver();
    await web.desk.receive({ subject: 'Before' });
    const { secret } = await web.add(to.url());
    const ticket = await web.desk.receive({ subject: 'After', text: 'x'.repeat(9_000) });
    await addNote(web.deps, web.desk.ours.caller, {
      ticketId: ticket.id,
      text: 'A note',
      mentionAgentIds: [],
      idempotencyKey: null,
    });

    await web.feed();
    await web.drain();

    const [created, note] = to.told();
    expect(to.received).toHaveLength(2);
    expect(created).toMatchObject({
      type: 'ticket.created',
      version: 1,
      data: {
        ticket: { id: ticket.id, subject: 'After' },
        entry: { type: 'MESSAGE', text: 'x'.repeat(8_000), textTruncated: true },
        actor: { type: 'CUSTOMER' },
      },
    });
    expect(note).toMatchObject({ type: 'ticket.note_added', data: { entry: { text: 'A note' } } });
    expect(Object.keys(created?.data ?? {}).sort()).toEqual(['actor', 'changed', 'entry', 'ticket']);
    for (const received of to.received) {
      const headers = signedHeaders(received);
      expect(new Verifier(secret).verify(received.body, headers)).toEqual(JSON.parse(received.body));
      expect(() => new Verifier(secret).verify(`${received.body} `, headers)).toThrow(
        'No matching signature',
      );
      expect(received.headers['content-type']).toBe('application/json');
    }
  });

  test('only the kinds of events that were chosen', async () => {
    const to = await web.receiver();
    await web.add(to.url(), { events: ['TICKET_CHANGED', 'TICKET_MERGED'] });

    await web.ticketWith(3);
    await web.feed();
    await web.drain();

    expect(to.told().map(({ type }) => type)).toEqual(['ticket.changed', 'ticket.changed']);
  });

  test('nothing of another workspace', async () => {
    const [ours, theirs] = [await web.receiver(), await web.receiver()];
    await web.add(ours.url());
    await web.add(theirs.url(), { of: web.desk.theirs });
    const ticket = await web.desk.receive({ subject: 'Ours' });
    const foreign = await web.desk.receive({ subject: 'Theirs' }, web.desk.theirs);

    await web.feed();
    await web.drain();

    expect(ours.told().map(({ data }) => data.ticket.id)).toEqual([ticket.id]);
    expect(theirs.told().map(({ data }) => data.ticket.id)).toEqual([foreign.id]);
  });

  test('both secrets sign for a day after a rotation, then the new one alone', async () => {
    const to = await web.receiver();
    const { webhook, secret: former } = await web.add(to.url());
    const rotated = await rotateWebhookSecret(web.deps, web.desk.ours.caller, webhook.id);
    if (!rotated.ok) throw new Error(rotated.error.code);

    await web.ticketWith(1);
    await web.feed();
    await web.drain();
    web.advance(24 * 3_600_000 + 1_000);
    await web.ticketWith(1);
    await web.feed();
    await web.drain();

    const [first, second] = to.received.map(signedHeaders);
    const body = to.received[0]?.body ?? '';
    expect(rotated.value.secret).not.toBe(former);
    expect(first?.['webhook-signature']?.split(' ')).toHaveLength(2);
    expect(new Verifier(former).verify(body, first ?? {})).toBeDefined();
    expect(new Verifier(rotated.value.secret).verify(body, first ?? {})).toBeDefined();
    expect(second?.['webhook-signature']?.split(' ')).toHaveLength(1);
    const at = new Date(Number(second?.['webhook-timestamp']) * 1_000);
    expect(second?.['webhook-signature']).toBe(
      new Verifier(rotated.value.secret).sign(second?.['webhook-id'] ?? '', at, to.received[1]?.body ?? ''),
    );
  });
});

describe('at least once and in order', () => {
  test('scenario 46: a receiver that is down, then fails, is told everything at last, with stable ids and in the order of each ticket', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await to.close();
    const tickets = await Promise.all([1, 2, 3].map(() => web.ticketWith(4)));
    await web.feed();
    const began = web.desk.now().getTime();
    const refusedFor = (): number => web.desk.now().getTime() - began;

    await web.drain();
    while (refusedFor() < 600_000 && (await web.next()));
    const refused = await web.deliveries(webhook);
    await to.listen();
    const seen = new Map<string, number>();
    to.answer = ({ id }) => {
      seen.set(id, (seen.get(id) ?? 0) + 1);
      return (seen.get(id) ?? 0) < 3 ? 500 : 200;
    };
    while (await web.next());

    expect(new Set(refused.map(({ status }) => status))).toEqual(new Set(['PENDING']));
    expect(refused.filter(({ tries }) => tries > 0)).toHaveLength(3);
    const delivered = await web.deliveries(webhook);
    expect(delivered.map(({ status }) => status)).toEqual(Array.from({ length: 12 }, () => 'DELIVERED'));
    expect([...seen.values()]).toEqual(Array.from({ length: 12 }, () => 3));
    expect([...seen.keys()].sort()).toEqual(delivered.map(({ id }) => id).sort());
    expect(new Set(to.received.map(({ id, body }) => id + body)).size).toBe(12);
    for (const id of tickets) {
      expect(to.versions().get(id)).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
    }
    expect(await web.row(webhook)).toMatchObject({ enabled: true, failing: false });
  });

  test('one that is asked to come again later waits as long as it is asked to, if that is longer than planned', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(1);
    await web.feed();
    to.answer = (_received, response) => {
      response.writeHead(429, { 'retry-after': '7200' }).end();
      return null;
    };

    const began = web.desk.now().getTime();
    await web.drain();

    const [delivery] = await web.deliveries(webhook);
    const waitMs = new Date(delivery?.dueAt ?? 0).getTime() - began;
    expect(waitMs).toBeGreaterThanOrEqual(7_200_000);
    expect(waitMs).toBeLessThan(7_300_000);
    expect(delivery?.attempts).toMatchObject([{ responseStatus: 429 }]);
  });

  test('what fails twelve times has failed for good; the ticket goes on, and a redrive brings it after all', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(2);
    await web.feed();
    const [first] = await web.deliveries(webhook);
    let isWell = false;
    to.answer = ({ id }) => (id === first?.id && !isWell ? 503 : 200);

    await web.drain();
    while (await web.next());
    const failed = await web.deliveries(webhook);
    isWell = true;
    const redriven = await redriveWebhookDelivery(web.deps, web.desk.ours.caller, {
      webhookId: webhook.id,
      id: first?.id ?? '',
    });
    await web.drain();

    expect(failed).toMatchObject([
      { status: 'FAILED', tries: 12, dueAt: null },
      { status: 'DELIVERED', tries: 1, dueAt: null },
    ]);
    expect(failed[0]?.attempts.map(({ responseStatus }) => responseStatus)).toEqual(
      Array.from({ length: 12 }, () => 503),
    );
    const days = failed[0]?.attempts.map(({ at }) => new Date(at).getTime()) ?? [];
    expect(((days.at(-1) ?? 0) - (days[0] ?? 0)) / 86_400_000).toBeGreaterThan(3.9);
    expect(redriven.ok).toBe(true);
    expect((await web.deliveries(webhook))[0]).toMatchObject({ status: 'DELIVERED', tries: 1 });
    expect((await web.deliveries(webhook))[0]?.attempts).toHaveLength(13);
    expect(to.received.filter(({ id }) => id === first?.id)).toHaveLength(13);
  });

  test('a redriven event goes before later ones of its ticket that wait', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    const ticketId = await web.ticketWith(3);
    await web.feed();
    const [first] = await web.deliveries(webhook);
    await web.desk.system.query(
      `update webhook_delivery set status = 'FAILED', finished_at = now(), due_at = null where id = $1`,
      [first?.id],
    );
    await web.desk.system.query(
      `update webhook_delivery set due_at = $2 where webhook_id = $1 and status = 'PENDING'
          and pos = (select min(pos) from webhook_delivery where webhook_id = $1 and status = 'PENDING')`,
      [webhook.id, web.desk.now().toISOString()],
    );

    await redriveWebhookDelivery(web.deps, web.desk.ours.caller, {
      webhookId: webhook.id,
      id: first?.id ?? '',
    });
    const waiting = await web.deliveries(webhook);
    await web.drain();

    expect(waiting.map(({ dueAt }) => dueAt !== null)).toEqual([true, false, false]);
    expect(to.versions().get(ticketId)).toEqual([1, 2, 3]);
  });

  test('what was sent but not recorded, as when the process is killed, is sent again with the same id', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(2);
    await web.feed();
    const gone = createPool(web.desk.database.url, appRole, 'gone', 1, web.log);
    await gone.end();
    const killed = web.sender({}, { ...web.deps, pool: gone });

    await killed.begin();
    await killed.settled();
    await web.drain();
    const beforeLeaseEnds = to.received.length;
    web.advance(61_000);
    await web.drain();

    expect(beforeLeaseEnds).toBe(1);
    const [first, second] = await web.deliveries(webhook);
    expect(to.received.map(({ id }) => id)).toEqual([first?.id, first?.id, second?.id]);
    expect(to.received[0]?.body).toBe(to.received[1]?.body);
    expect([first?.status, second?.status]).toEqual(['DELIVERED', 'DELIVERED']);
  });

  test('two senders at once send each event once, and no more than four at a time to one webhook', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    const tickets = await Promise.all(Array.from({ length: 30 }, () => web.ticketWith(2)));
    await Promise.all([web.feed(), web.feed()]);

    const [one, other] = [web.sender(), web.otherSender()];
    await eventually(async () => {
      await Promise.all([one.begin(), other.begin()]);
      await Promise.all([one.settled(), other.settled()]);
      return (await web.deliveries(webhook)).every(({ status }) => status === 'DELIVERED');
    });

    expect(to.received).toHaveLength(60);
    expect(new Set(to.received.map(({ id }) => id)).size).toBe(60);
    expect(to.mostOpen).toBeLessThanOrEqual(4);
    for (const id of tickets) expect(to.versions().get(id)).toEqual([1, 2]);
  });

  test('events that come while earlier ones of their ticket are being delivered are not left behind', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    const ticketId = await web.ticketWith(1);
    const running = startWebhooks(web.deps, web.desk.system, web.log);

    for (let nth = 0; nth < 40; nth += 1) {
      await updateTicket(web.deps, web.desk.ours.caller, { id: ticketId, addTags: [`n${nth}`] });
    }
    await web.sequenced();
    await eventually(async () => {
      const all = await web.deliveries(webhook);
      return all.length === 41 && all.every(({ status }) => status === 'DELIVERED');
    });
    await running.stop();

    expect(to.versions().get(ticketId)).toEqual(Array.from({ length: 41 }, (_, index) => index + 1));
  });

  test('a sender that stops gives back what is under way, untried', async () => {
    const to = await web.receiver();
    const { webhook } = await web.add(to.url());
    await web.ticketWith(1);
    await web.feed();
    to.answer = () => null;
    const sender = web.sender({ stopMs: 20 });

    await sender.begin();
    await eventually(() => to.received.length === 1);
    await sender.stop();
    const [given] = await web.deliveries(webhook);
    to.answer = () => 200;
    await web.drain();

    expect(given).toMatchObject({ status: 'PENDING', tries: 0, attempts: [] });
    expect(given?.dueAt).not.toBeNull();
    expect(to.received.map(({ id }) => id)).toEqual([given?.id, given?.id]);
  });
});
