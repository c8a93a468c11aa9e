import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import pg from 'pg';
import { Departments, departmentsSeed } from './support/departments.ts';
import { Services } from './support/services.ts';

const all = ['support', 'sales', 'billing'];
const to = 'support@example.com, sales@example.com, billing@example.com';
const from = 'Ada <ada@example.org>';
const ask = (parts: object = {}) => mail({ from, to, messageId: `${newId()}@example.org`, ...parts });

describe.each(queueBackends)('scenario 16: one mail to three of our mailboxes on $name', ({ open }) => {
  const seed = departmentsSeed();
  let services: Services;
  let desk: Departments;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    desk = new Departments(services, seed);
  });
  afterAll(() => services.stop());

  describe('which share their tickets', () => {
    test('is one ticket with one message; the other copies name it', async () => {
      const copies = await desk.arrive(ask({ text: 'Once' }), all);

      const ids = new Set(copies.map(({ ticket }) => ticket?.id));
      const [id = ''] = ids;
      expect(ids.size).toBe(1);
      expect(copies.map(({ status }) => status).toSorted()).toEqual(['DUPLICATE', 'DUPLICATE', 'ON_TICKET']);
      expect(copies.filter(({ status }) => status === 'DUPLICATE').map(({ reason }) => reason)).toEqual([
        'SAME_MAIL',
        'SAME_MAIL',
      ]);
      expect(await desk.texts(id)).toEqual(['Once']);
      expect((await desk.ticket(id)).links).toEqual([]);
    });

    test('and its answer to all of them is one message on that ticket', async () => {
      const [copy] = await desk.arrive(ask({ text: 'First' }), all);
      const id = copy?.ticket?.id ?? '';
      const { headers } = await desk.answer(id, 'Here you are');

      const replies = await desk.arrive(ask({ inReplyTo: headers['Message-ID'], text: 'Second' }), all);

      expect(replies.map(({ ticket }) => ticket?.id)).toEqual([id, id, id]);
      expect(await desk.texts(id)).toEqual(['First', 'Here you are', 'Second']);
    });

    test('again, years of redelivery later, changes nothing', async () => {
      const raw = ask({ text: 'Once' });
      const [copy] = await desk.arrive(raw, all);

      const again = await desk.arrive(Buffer.concat([Buffer.from('Received: by mx\r\n'), raw]), all);

      expect(again.map(({ status }) => status)).toEqual(['DUPLICATE', 'DUPLICATE', 'DUPLICATE']);
      expect(await desk.texts(copy?.ticket?.id ?? '')).toEqual(['Once']);
    });

    test('is as many tickets as it says different things', async () => {
      const messageId = `${newId()}@example.org`;

      const ids = await Promise.all(
        all.map((name) => desk.deliver(name, ask({ messageId, text: `To ${name}` }))),
      );

      const settled = await Promise.all(ids.map((id) => desk.settled(id)));
      expect(new Set(settled.map(({ ticket }) => ticket?.id)).size).toBe(3);
      expect(settled.map(({ status }) => status)).toEqual(['ON_TICKET', 'ON_TICKET', 'ON_TICKET']);
    });
  });

  describe('which keep their own', () => {
    beforeAll(async () => {
      for (const name of all) await desk.set(name, { copies: 'OWN_TICKET' });
    });
    afterAll(async () => {
      for (const name of all) await desk.set(name, { copies: null });
    });

    test('is a ticket for each, linked with the others', async () => {
      const copies = await desk.arrive(ask(), all);

      const ids = copies.map(({ ticket }) => ticket?.id ?? '');
      expect(new Set(ids).size).toBe(3);
      expect(copies.map(({ status }) => status)).toEqual(['ON_TICKET', 'ON_TICKET', 'ON_TICKET']);
      expect(copies.map(({ reason }) => String(reason)).sort()).toEqual([
        'NEW_CONVERSATION',
        'SAME_MAIL',
        'SAME_MAIL',
      ]);
      for (const id of ids) {
        const { links } = await desk.ticket(id);
        expect(links.map(({ kind }) => kind)).toEqual(['RELATED', 'RELATED']);
        expect(new Set([id, ...links.map(({ ticket }) => ticket.id)])).toEqual(new Set(ids));
      }
    });

    test('whose answers are answered each on its own ticket', async () => {
      const copies = await desk.arrive(ask({ text: 'Question' }), all);
      const ids = copies.map(({ ticket }) => ticket?.id ?? '');

      for (const [nth, id] of ids.entries()) {
        const { headers } = await desk.answer(id, `Answer of ${all[nth]}`);
        const reply = ask({ inReplyTo: headers['Message-ID'], text: `Thanks, ${all[nth]}` });
        await desk.arrive(reply, [all[nth] ?? '']);
      }

      for (const [nth, id] of ids.entries())
        expect(await desk.texts(id)).toEqual(['Question', `Answer of ${all[nth]}`, `Thanks, ${all[nth]}`]);
    });

    test('and whose sender adds something to all: it is on each of the tickets', async () => {
      const messageId = `${newId()}@example.org`;
      const ids = (await desk.arrive(ask({ messageId, text: 'Question' }), all)).map(
        ({ ticket }) => ticket?.id ?? '',
      );

      const added = await desk.arrive(ask({ inReplyTo: messageId, text: 'One thing more' }), all);

      expect(added.map(({ ticket }) => ticket?.id)).toEqual(ids);
      expect(added.map(({ status }) => status)).toEqual(['ON_TICKET', 'ON_TICKET', 'ON_TICKET']);
    });

    test('and all of which get the answer to one of them: it is there once', async () => {
      const [first] = await desk.arrive(ask({ text: 'Question' }), all);
      const id = first?.ticket?.id ?? '';
      const { headers } = await desk.answer(id, 'Answer');

      const replies = await desk.arrive(ask({ inReplyTo: headers['Message-ID'], text: 'To all' }), all);

      expect(replies.map(({ ticket }) => ticket?.id)).toEqual([id, id, id]);
      expect(await desk.texts(id)).toEqual(['Question', 'Answer', 'To all']);
    });
  });

  test('the first of which is dead: the next opens the ticket, and the first is a copy when it is tried again', async () => {
    const owner = new pg.Client({ connectionString: services.databases['channel-ingest'].url });
    await owner.connect();
    const text = `poison ${newId()}`;
    const raw = ask({ text });
    try {
      await owner.query(`
        create function spoil() returns trigger language plpgsql as $$ begin raise 'spoilt'; end $$;
        create trigger spoil before insert on outbox for each row
          when (new.topic = 'inbound.normalised' and new.payload ->> 'text' like 'poison%') execute function spoil()`);
      const first = await desk.deliver('support', raw);
      const dead = await desk.settled(first);
      await owner.query('drop trigger spoil on outbox; drop function spoil()');

      const [second] = await desk.arrive(raw, ['sales']);
      await services.data(
        'channel-ingest',
        services.viewer('ADMIN', seed),
        'mutation ($id: ID!) { retryInbound(id: $id) { userErrors { message } } }',
        { id: first },
      );
      const again = await desk.settled(first);

      expect(dead.status).toBe('DEAD_LETTER');
      expect(second?.status).toBe('ON_TICKET');
      expect(again).toMatchObject({ status: 'DUPLICATE', reason: 'SAME_MAIL', ticket: second?.ticket });
      expect(await desk.texts(second?.ticket?.id ?? '')).toEqual([text]);
    } finally {
      await owner.end();
    }
  });

  test('one of which keeps its own: two tickets, whichever came first', async () => {
    await desk.set('sales', { copies: 'OWN_TICKET' });

    const copies = await desk.arrive(ask(), all);

    await desk.set('sales', { copies: null });
    const [support, sales, billing] = copies.map(({ ticket }) => ticket?.id ?? '');
    expect(billing).toBe(support);
    expect(sales).not.toBe(support);
    expect((await desk.ticket(sales ?? '')).links.map(({ ticket }) => ticket.id)).toEqual([support]);
  });
});
