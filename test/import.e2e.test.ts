import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@smart-tickets/testing/eventually';
import { startSystem, type PartName, type RunningSystem } from '@smart-tickets/testing/processes';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { globSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { corpusSample, linksOf, mailOfMbox } from './support/corpus.ts';
import { gatewayData, Watcher } from './support/gateway-client.ts';

/** How many of the 6,046 real mails are imported; TEST_CORPUS_SIZE=6046 takes all. */
const size = Number(process.env['TEST_CORPUS_SIZE'] ?? 300);
const importer = fileURLToPath(import.meta.resolve('@smart-tickets/import-mail/main'));

interface Outcome {
  readonly status: number;
  readonly table: Record<string, number>;
  readonly output: string;
}

/** Runs the import as a person would, and reads its closing table. */
function runImport(folder: string, system: RunningSystem, ...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [importer, folder, '--url', system.url, ...args], {
    env: { ...process.env, DATA_DIR: system.dataDir },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve) => {
    child.on('close', (code) => {
      const rows = [...output.matchAll(/^ {2}(\w[\w ,]*?) +([\d.]+)$/gm)];
      const table = Object.fromEntries(rows.map(([, name, count]) => [name, Number(count)]));
      resolve({ status: code ?? -1, table, output });
    });
  });
}

interface Inbound {
  readonly id: string;
  readonly externalId: string;
  readonly status: string;
  readonly reason: string | null;
  readonly ticket: { readonly id: string } | null;
}

interface Page<T> {
  readonly nodes: readonly T[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string };
}

async function allInbound(system: RunningSystem): Promise<Inbound[]> {
  const all: Inbound[] = [];
  for (let after: string | null = null; ;) {
    const { inboundMessages }: { inboundMessages: Page<Inbound> } = await gatewayData(
      system.url,
      system.tokens.channels['EMAIL'] ?? '',
      `query ($after: String) { inboundMessages(first: 100, after: $after) {
         nodes { id externalId status reason ticket { id } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    all.push(...inboundMessages.nodes);
    if (!inboundMessages.pageInfo.hasNextPage) return all;
    after = inboundMessages.pageInfo.endCursor;
  }
}

interface ListedTicket {
  readonly id: string;
  readonly number: number;
  readonly messageCount: number;
  readonly team: { readonly name: string } | null;
  readonly assignee: { readonly name: string } | null;
}

async function allTickets(system: RunningSystem): Promise<ListedTicket[]> {
  const all: ListedTicket[] = [];
  for (let after: string | null = null; ;) {
    const { tickets }: { tickets: Page<ListedTicket> } = await gatewayData(
      system.url,
      system.tokens.agent,
      `query ($after: String) { tickets(first: 100, after: $after, orderBy: CREATED_ASC) {
         nodes { id number messageCount team { name } assignee { name } } pageInfo { hasNextPage endCursor } } }`,
      { after },
    );
    all.push(...tickets.nodes);
    if (!tickets.pageInfo.hasNextPage) return all;
    after = tickets.pageInfo.endCursor;
  }
}

describe.each(queueBackends)(
  `importing ${size} real mails while processes are killed, on $name`,
  ({ name, open }) => {
    let system: RunningSystem;
    let watcher: Watcher;
    let folder: string;
    let first: Outcome;
    let inbound: Inbound[];
    const killed: PartName[] = [];

    beforeAll(async () => {
      const env: Record<string, string> = { LOG_LEVEL: 'warn' };
      if (name === 'redis') {
        const { url, namespace } = await open();
        Object.assign(env, { QUEUE_URL: url, QUEUE_NAMESPACE: namespace });
      }
      system = await startSystem({ env });
      folder = corpusSample(size);
      watcher = new Watcher(system.url, system.tokens.admin);
      await greet();

      let importing = true;
      const imported = runImport(folder, system).finally(() => (importing = false));
      const victims: PartName[] = ['ticket', 'channel-ingest', 'gateway', 'search', 'routing', 'ticket'];
      for (const victim of victims) {
        const seenBefore = watcher.events.length;
        await eventually(() => !importing || watcher.events.length > seenBefore + size / 20, 120_000);
        if (!importing) break;
        await eventually(() => system.kill(victim, 'SIGKILL'), 30_000);
        killed.push(victim);
      }
      first = await imported;
      inbound = await allInbound(system);
    }, 1_800_000);

    afterAll(async () => {
      await watcher.stop();
      await system.stop();
      rmSync(folder, { recursive: true, force: true });
    });

    /** A subscription has no answer that says it has begun: says hello until the watcher hears it. */
    async function greet(room = 'hello'): Promise<void> {
      const before = watcher.events.length;
      await eventually(async () => {
        await gatewayData(
          system.url,
          system.tokens.channels['CHAT'] ?? '',
          `mutation ($id: String!, $room: String!) { ingestMessage(input: { externalId: $id, threadId: $room, from: { chatVisitorId: "v" }, text: "hello" }) { duplicate } }`,
          { id: `${room}-${Date.now()}`, room },
        );
        return watcher.events.length > before;
      }, 60_000);
    }

    const mailTickets = (): Set<string> =>
      new Set(inbound.flatMap(({ ticket }) => (ticket === null ? [] : [ticket.id])));

    test('the import ends well, and every mail ends in exactly one state', async () => {
      expect(first.output).toContain('on a ticket');
      expect(first.status).toBe(0);
      expect(killed.length).toBeGreaterThanOrEqual(4);
      const { table } = first;
      expect((table['on a ticket'] ?? 0) + (table['duplicate'] ?? 0) + (table['held'] ?? 0)).toBe(size);
      expect(inbound).toHaveLength(size);
      expect(new Set(inbound.map(({ externalId }) => externalId)).size).toBe(size);
      expect(inbound.filter(({ status }) => !['ON_TICKET', 'DUPLICATE', 'HELD'].includes(status))).toEqual(
        [],
      );
      const { inboundLedger } = await gatewayData<{ inboundLedger: Record<string, number> }>(
        system.url,
        system.tokens.channels['EMAIL'] ?? '',
        '{ inboundLedger { received inWork onTicket duplicate held deadLetter } }',
      );
      expect(inboundLedger).toEqual({
        received: size,
        inWork: 0,
        onTicket: table['on a ticket'],
        duplicate: table['duplicate'],
        held: table['held'],
        deadLetter: 0,
      });
    });

    test('every message is on one ticket once, tickets are numbered without gap, and all are assigned', async () => {
      const tickets = await eventually(async () => {
        const all = await allTickets(system);
        return all.every(({ team }) => team !== null) ? all : null;
      }, 60_000);

      const ofMail = tickets.filter(({ id }) => mailTickets().has(id));
      const messages = ofMail.reduce((sum, { messageCount }) => sum + messageCount, 0);
      expect(messages).toBe(inbound.filter(({ status }) => status === 'ON_TICKET').length);
      expect(tickets.map(({ number }) => number).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: tickets.length }, (_, index) => index + 1),
      );
      expect(tickets.filter(({ assignee }) => assignee === null)).toEqual([]);
    });

    test('a mail that names another is on its ticket, unless its sender has no part there', () => {
      const inboundOf = new Map(inbound.map((one) => [one.externalId, one]));
      const mails = globSync('*', { cwd: folder }).map((file) => {
        const full = path.join(folder, file);
        const externalId = `sha256:${createHash('sha256').update(mailOfMbox(full)).digest('hex')}`;
        return { ...linksOf(full), inbound: inboundOf.get(externalId) };
      });
      expect(mails.filter((one) => one.inbound === undefined)).toEqual([]);
      const onTicket = mails.flatMap(({ own, names, inbound: one }) =>
        one?.ticket == null ? [] : [{ own, names, id: one.id, ticket: one.ticket.id, reason: one.reason }],
      );
      const byOwn = Map.groupBy(onTicket, ({ own }) => own);

      // Ids sort by the time of intake. A mail that came before the one it names stays where it is; one that names two
      // which had come apart before it is with one of them.
      const answers = onTicket
        .map(({ id, names, ticket, own, reason }) => ({
          ticket,
          reason,
          parents: names
            .filter((name) => name !== own)
            .flatMap((name) => byOwn.get(name) ?? [])
            .filter((parent) => parent.id < id)
            .map((parent) => parent.ticket),
        }))
        .filter(({ parents }) => parents.length > 0);

      expect(answers.length).toBeGreaterThan(size / 30);
      const apart = answers.filter(({ ticket, parents }) => !parents.includes(ticket));
      expect(apart.filter(({ reason }) => reason !== 'STRANGER')).toEqual([]);
      expect(apart.length).toBeLessThan(answers.length / 2);
    });

    test('a subscriber that watched from the start saw every ticket once, in order, with fields of three subgraphs', async () => {
      const tickets = await allTickets(system);
      const created = await eventually(() => {
        const events = watcher.events.filter(({ kind }) => kind === 'TICKET_CREATED');
        return events.length >= tickets.length - 1 ? events : null;
      }, 60_000);

      expect(new Set(created.map(({ ticket }) => ticket.id)).size).toBe(created.length);
      const createdIds = new Set(created.map(({ ticket }) => ticket.id));
      expect([...mailTickets()].filter((id) => !createdIds.has(id))).toEqual([]);
      const versions = Map.groupBy(watcher.events, ({ ticket }) => ticket.id);
      const outOfOrder = [...versions.values()].filter((events) =>
        events.some(
          ({ ticket }, index) => index > 0 && ticket.version !== (events[index - 1]?.ticket.version ?? 0) + 1,
        ),
      );
      expect(outOfOrder).toEqual([]);
      const assigned = watcher.events.filter(({ changed }) => changed.includes('teamId'));
      expect(assigned.length).toBeGreaterThanOrEqual(mailTickets().size);
      // While a subgraph is killed its fields are null, and the event says so; whole events are whole.
      expect(new Set(watcher.faults.filter((code) => code !== 'SUBGRAPH_UNAVAILABLE'))).toEqual(new Set());
      const whole = assigned.filter(({ complete }) => complete);
      expect(whole.length).toBeGreaterThan(0);
      expect(whole.filter(({ ticket }) => typeof ticket.team?.name !== 'string')).toEqual([]);
      const ofMail = created.filter(({ ticket, complete }) => complete && mailTickets().has(ticket.id));
      expect(ofMail.filter(({ entry }) => entry?.source?.channel.name === undefined)).toEqual([]);
      expect(watcher.connections).toBeGreaterThan(1);
    });

    test('once all processes are back, events are whole again', async () => {
      const before = watcher.events.length;
      await greet(`after-${before}`);
      await eventually(() =>
        watcher.events.slice(before).some(({ complete, ticket }) => complete && ticket.team !== null),
      );
    });

    test('every ticket of a mail is found by the number it got', async () => {
      const tickets = (await allTickets(system)).filter(({ id }) => mailTickets().has(id));
      for (const ticket of tickets.slice(0, 25)) {
        const found = await eventually(async () => {
          const { searchTickets } = await gatewayData<{
            searchTickets: { edges: { node: { id: string } }[] };
          }>(
            system.url,
            system.tokens.agent,
            'query ($query: String!) { searchTickets(query: $query, first: 1) { edges { node { id subject } } } }',
            { query: `#${ticket.number}` },
          );
          return searchTickets.edges[0] ?? null;
        });
        expect(found.node.id).toBe(ticket.id);
      }
      await eventually(async () => {
        const { searchStatus } = await gatewayData<{ searchStatus: { documents: number } }>(
          system.url,
          system.tokens.agent,
          '{ searchStatus { documents } }',
        );
        return searchStatus.documents === (await allTickets(system)).length;
      }, 60_000);
    });

    test('importing again adds nothing', async () => {
      const before = await allTickets(system);

      const second = await runImport(folder, system, '--again');

      expect(second.table).toMatchObject({ 'on a ticket': 0, duplicate: size, held: 0, failed: 0 });
      expect(await allInbound(system)).toHaveLength(size);
      expect((await allTickets(system)).map(({ id, messageCount }) => [id, messageCount])).toEqual(
        before.map(({ id, messageCount }) => [id, messageCount]),
      );
    }, 600_000);
  },
);
