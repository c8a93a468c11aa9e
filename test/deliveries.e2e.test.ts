import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import type { PartName } from '@smart-tickets/testing/processes';
import { queueBackends, type QueueBackendCase } from '@smart-tickets/testing/queue-backends';
import { spawn } from 'node:child_process';
import { randomBytes, randomInt } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { AssigneeFeed } from './support/assignee-feed.ts';
import { corpusSample } from './support/corpus.ts';
import type { GivenAnswer } from './support/desk.ts';
import { deathPoints, takenPoints } from './support/fake-connector.ts';
import { clientStyles, FakeCustomer } from './support/fake-customer.ts';
import {
  answersOf,
  fileLine,
  filesOf,
  onceEach,
  PostOffice,
  type Conversation,
} from './support/post-office.ts';
import { Random } from './support/random.ts';

/** SEED repeats one run. */
const asked = process.env['SEED'];
const seeds = asked === undefined ? Array.from({ length: 20 }, () => randomInt(2 ** 31)) : [Number(asked)];
/** So many runs to a start of the system: what is killed often waits longer and longer before it starts again. */
const runsAtOnce = 5;
const starts = Array.from({ length: Math.ceil(seeds.length / runsAtOnce) }, (_, nth) => nth).flatMap(
  (nth) => {
    const start = { start: nth + 1, seeds: seeds.slice(nth * runsAtOnce, (nth + 1) * runsAtOnce) };
    // The backends take turns; a run that is repeated runs on each.
    const turn = queueBackends[nth % queueBackends.length];
    const backends = asked === undefined && turn !== undefined ? [turn] : queueBackends;
    return backends.map((backend) => ({ ...start, name: backend.name, open: backend.open }));
  },
);
/** Each with its part of the mail programs: a round trip takes the same way on both. */
const undisturbed = queueBackends.map((backend, nth) => ({
  ...backend,
  styles: clientStyles.filter((_, at) => at % queueBackends.length === nth),
}));
const importer = fileURLToPath(import.meta.resolve('@smart-tickets/import-mail/main'));
const importedMails = 20;
/** Those that carry answers are hit most often. */
const victims: readonly PartName[] = [
  'channel-ingest',
  'channel-ingest',
  'ticket',
  'ticket',
  'gateway',
  'routing',
];

/** Starts everything on a backend of the queues; on Postgres they are in the system's own. */
async function openOffice({ name, open }: QueueBackendCase): Promise<PostOffice> {
  if (name === 'postgres') return PostOffice.open();
  const { url, namespace } = await open();
  return PostOffice.open({ QUEUE_URL: url, QUEUE_NAMESPACE: namespace });
}

/** Whom a token is for. */
function subjectOf(token: string): string {
  const claims = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString();
  return (JSON.parse(claims) as { sub: string }).sub;
}

describe.each(undisturbed)('in a system that nobody disturbs, on $name', ({ styles, ...backend }) => {
  let office: PostOffice;
  /** The answer to somebody whose mail server is busy at first. */
  let postponed: GivenAnswer;
  const conversations: Conversation[] = [];

  beforeAll(async () => {
    office = await openOffice(backend);
  }, 120_000);
  afterAll(async () => {
    await office.close();
  });

  /** A customer has asked something; gives the ticket. */
  async function asks(customer: FakeCustomer, words: string): Promise<string> {
    const question = customer.ask(words);
    office.deliver(question);
    return office.desk.ticketOf(question);
  }

  test('scenario 24: old mails that are imported send nothing', async () => {
    const mails = corpusSample(importedMails);
    const child = spawn(process.execPath, [importer, mails, '--url', office.system.url], {
      env: { ...process.env, DATA_DIR: office.system.dataDir },
      stdio: 'ignore',
    });
    const [status] = (await once(child, 'close')) as [number];
    rmSync(mails, { recursive: true, force: true });

    expect(status).toBe(0);
    expect((await office.desk.ledger())['received']).toBe(importedMails);
    expect(await office.desk.deliveries()).toEqual([]);
    expect(office.mailServer.sent).toEqual([]);
  });

  test('a mail server that is busy is tried again later', async () => {
    const ticketId = await asks(new FakeCustomer('patient', 'PLAIN', 'busy-'), 'question patient.');

    postponed = await office.desk.answer(ticketId, 'answer patient.', 'patient');

    const delivery = await eventually(async () => {
      const found = await office.desk.delivery(postponed.id);
      return found?.error == null ? null : found;
    });
    expect(delivery).toMatchObject({
      status: 'QUEUED',
      attempts: 1,
      error: expect.stringContaining('451'),
    });
  });

  test.each(styles)(
    'scenario 52: ten round trips with a customer whose mail program is %s are one ticket',
    async (style) => {
      const name = `trips-${style}`.toLowerCase().replaceAll('_', '-');

      const conversation = await office.converse(name, style, 10, new Random(1));

      expect(await office.accountOf(conversation)).toEqual(onceEach(conversation));
      conversations.push(conversation);
    },
  );

  test('files of an answer arrive byte for byte, under their names', async () => {
    const ticketId = await asks(new FakeCustomer('files', 'PLAIN'), 'question files.');
    const files = [
      { name: 'every byte.bin', bytes: Buffer.from(Array.from({ length: 512 }, (_, at) => at % 256)) },
      { name: 'one.txt', bytes: Buffer.from('\n') },
      { name: 'Größe “XL” – 請求書.pdf', bytes: randomBytes(3_000_000) },
    ];

    const answer = await office.desk.answer(ticketId, 'answer files.', 'files', { files });

    expect(await filesOf(await office.mailOf(answer))).toEqual(files.map(fileLine));
    conversations.push({ ticketId, answers: [answer], words: ['question files.', 'answer files.'] });
  });

  test('scenario 26: what the mail server refuses for good has failed, the ticket is open again, and its agent is told', async () => {
    const customer = new FakeCustomer('gone', 'PLAIN', 'refused-');
    const ticketId = await asks(customer, 'question gone.');
    const { agent } = office.system.tokens;
    const assigneeId = subjectOf(agent);
    const feed = new AssigneeFeed(office.system.url, agent, assigneeId);
    await hears(feed, ticketId, assigneeId);

    const answer = await office.desk.answer(ticketId, 'answer gone.', 'gone');

    const delivery = await office.desk.deliveryIn(answer.id, 'FAILED');
    expect(delivery).toMatchObject({ attempts: 1, error: expect.stringContaining('550 5.1.1') });
    await expectReopened(ticketId);
    expect(office.mailServer.refusals.filter((address) => address === customer.address)).toHaveLength(1);
    expect(office.mailsOf(answer)).toEqual([]);
    const [told] = await eventually(() =>
      feed.ofDelivery(answer.id).length > 0 ? feed.ofDelivery(answer.id) : null,
    );
    await feed.close();
    expect(told).toMatchObject({
      ticket: { id: ticketId, status: 'OPEN', assignee: { id: assigneeId } },
      entry: { after: { messageId: answer.id, status: 'FAILED' } },
    });
    expect(feed.ofDelivery(answer.id)).toHaveLength(1);
  });

  /** A subscription has no answer that says it has begun: changes the ticket, which is the agent's now, until it is heard. */
  async function hears(feed: AssigneeFeed, ticketId: string, assigneeId: string): Promise<void> {
    let nth = 0;
    await eventually(async () => {
      nth += 1;
      const input = { id: ticketId, assigneeId, addTags: [`try-${nth}`] };
      await office.desk.ask(
        'mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { code } } }',
        { input },
      );
      return feed.told.length > 0;
    });
  }

  test('scenario 26: what was taken and came back has bounced, and the ticket is open again', async () => {
    const customer = new FakeCustomer('moved', 'PLAIN');
    const ticketId = await asks(customer, 'question moved.');
    const answer = await office.desk.answer(ticketId, 'answer moved.', 'moved');
    const sent = await office.mailOf(answer);

    office.deliver(customer.bounceOf(sent));

    const delivery = await office.desk.deliveryIn(answer.id, 'BOUNCED');
    expect(delivery.recipients).toEqual([
      { address: customer.address, status: 'BOUNCED', error: expect.stringContaining('5.1.1') },
    ]);
    await expectReopened(ticketId);
    expect(office.mailsOf(answer)).toHaveLength(1);
  });

  async function expectReopened(ticketId: string): Promise<void> {
    const { timeline, status } = await eventually(async () => {
      const ticket = await office.desk.ticket(ticketId);
      return ticket.status === 'PENDING' ? null : ticket;
    });
    expect(status).toBe('OPEN');
    expect(timeline.nodes.filter(({ kind }) => kind === 'DELIVERY')).toHaveLength(1);
  }

  test('at the end the books add up, and who was busy has the mail, once', async () => {
    await office.desk.deliveryIn(postponed.id, 'SENT', 90_000);

    const received = importedMails + office.mailServer.delivered;
    expect(await office.books()).toEqual({
      sent: [...answersOf(conversations), postponed.id].sort(),
      unsent: ['BOUNCED', 'FAILED'],
      // What has bounced had gone out.
      mails: answersOf(conversations).length + 2,
      received,
      settled: received,
    });
  }, 120_000);
});

describe.each(starts)(
  'in a system whose processes are killed, start $start, on $name',
  ({ seeds: runs, ...backend }) => {
    let office: PostOffice;
    const conversations: Conversation[] = [];
    const killed: PartName[] = [];

    beforeAll(async () => {
      office = await openOffice(backend);
    }, 120_000);
    afterAll(async () => {
      await office.close();
    });

    /** Kills processes of the system, and the connector, while `isOn`. */
    async function kill(random: Random, isOn: () => boolean): Promise<void> {
      const { system, connector } = office;
      const kills = 2 + random.int(2);
      for (let nth = 0; nth < kills; nth += 1) {
        await pause(random.int(900));
        if (!isOn()) return;
        const victim = random.oneIn(7) ? 'postgres' : random.pick(victims);
        if (random.oneIn(4)) connector.kill();
        // It may be down from an earlier blow, or have died a moment ago and still be listed.
        await eventually(() => system.kill(victim, 'SIGKILL'), 30_000);
        killed.push(victim);
      }
    }

    test.each(runs)(
      'scenario 25: whatever is killed, every answer goes out once (SEED=%i)',
      async (seed) => {
        const random = new Random(seed);
        const { connector, system } = office;
        const [killedBefore, deathsBefore] = [killed.length, connector.deaths.length];
        connector.plan(
          [takenPoints, deathPoints].map((points) => ({
            point: random.pick(points),
            passing: 1 + random.int(3),
          })),
        );
        let isOn = true;
        const killing = kill(random, () => isOn);
        const talks = Array.from({ length: 4 }, (_, nth) =>
          office.converse(`s${seed}-${nth}`, random.pick(clientStyles), 2, new Random(seed + nth)),
        );
        try {
          const ended = await Promise.all(talks).finally(() => (isOn = false));
          await killing;
          for (const conversation of ended) {
            expect(await office.accountOf(conversation)).toEqual(onceEach(conversation));
          }
          conversations.push(...ended);
        } catch (error) {
          const all = [...killed.slice(killedBefore), ...connector.deaths.slice(deathsBefore)];
          const reason = error instanceof Error ? error.message : String(error);
          const lines = [
            reason,
            `killed: ${all.join(', ')}`,
            ...connector.complaints.slice(-5),
            ...system.output.slice(-30),
          ];
          throw new Error(lines.join('\n'), { cause: error });
        } finally {
          connector.plan([]);
        }
      },
      120_000,
    );

    test('at the end of all runs the books add up', async () => {
      expect(killed.length).toBeGreaterThanOrEqual(runs.length);
      expect(office.connector.deaths.length).toBeGreaterThanOrEqual(runs.length);
      for (const conversation of conversations) {
        expect(await office.accountOf(conversation)).toEqual(onceEach(conversation));
      }
      const sent = answersOf(conversations);
      const received = office.mailServer.delivered;
      expect(await office.books()).toEqual({
        sent,
        unsent: [],
        mails: sent.length,
        received,
        settled: received,
      });
    });
  },
);
