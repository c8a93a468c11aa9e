import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { roles, type Role } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { internalTokenHeader } from '@smart-tickets/kit/internal-token';
import { eventually } from '@smart-tickets/testing/eventually';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { createClient } from 'graphql-ws';
import { argumentsWith, firstForeignNumber, kindAt, word, type Things } from './support/policy-arguments.ts';
import { fieldPolicy, policy, type Rule } from './support/policy.ts';
import {
  documentFor,
  entitiesOf,
  idPathsOf,
  rootFieldsOf,
  type RootField,
  type Sees,
} from './support/schema-walk.ts';
import { makeSeed, Services, type Seed, type ServiceName } from './support/services.ts';
import { WorkspaceRows } from './support/workspace-rows.ts';

const serviceNames: ServiceName[] = ['ticket', 'channel-ingest', 'routing', 'search'];
const fields = serviceNames.flatMap(rootFieldsOf);
const entities = serviceNames.flatMap(entitiesOf);
const operations = fields.filter(({ root }) => root !== 'Subscription');
const subscriptions = fields.filter(({ root }) => root === 'Subscription');

function ruleOf(key: string): Rule {
  const rule = policy[key];
  if (rule === undefined) throw new Error(`test/support/policy.ts has no line for ${key}`);
  return rule;
}

/** What a role sees of things that it may see at all. */
const seenBy =
  (role: Role): Sees =>
  (field) =>
    fieldPolicy[field]?.includes(role) ?? true;

/** They make a thing anew at every call. */
const makers = new Set(['channel-ingest Mutation.createChannel']);

test('every field and entity has a line in the policy, and every line one of them', () => {
  const keys = [...fields, ...entities].map(({ key }) => key);

  expect(Object.keys(policy).sort()).toEqual(keys.sort());
});

describe.each(queueBackends.slice(0, 1))('on queues of $name', ({ open }) => {
  let services: Services;
  let rows: WorkspaceRows;
  let own: { seed: Seed; things: Things };
  let foreign: { seed: Seed; things: Things };
  /** All that the second workspace consists of, and every id and number in it. */
  let theirs: Record<string, string[]>;
  let traces: string[];

  beforeAll(async () => {
    services = await Services.start(open);
    const seed = makeSeed('Second');
    for (const name of serviceNames) {
      await services.halt(name);
      await services.boot(name, seed);
    }
    rows = await WorkspaceRows.open(services);
    await rows.query('ticket', 'insert into ticket_number (workspace_id, last) values ($1, $2)', [
      seed.workspace.id,
      firstForeignNumber - 1,
    ]);
    own = { seed: services.seed, things: await furnish(services.seed, 'ordinary') };
    foreign = { seed, things: await furnish(seed, word) };
    theirs = await rows.settled(seed.workspace.id);
    const text = JSON.stringify(theirs);
    const ids = text.match(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g) ?? [];
    const known = new Set(JSON.stringify(await rows.dump(own.seed.workspace.id)).match(/[0-9a-f-]{36}/g));
    traces = [...new Set(ids)].filter((id) => !known.has(id));
  }, 120_000);
  afterAll(async () => {
    await rows.close();
    await services.stop();
  });

  /** Puts one thing of every kind into a workspace, each with the word in it. */
  async function furnish(seed: Seed, text: string): Promise<Things> {
    const admin = services.viewer('ADMIN', seed);
    const raw = mail({ subject: `The ${text}`, text: `${text} speaks`, messageId: `${text}@example.org` });
    const { id: message } = await services.ingestMail(raw, seed);
    const ticket = await eventually(async () => {
      const [row] = await rows.query<{ id: string; customer: string }>(
        'ticket',
        `select id, customer_id as customer from ticket where workspace_id = $1 and team_id is not null`,
        [seed.workspace.id],
      );
      return row ?? null;
    });
    const { addNote, replyToTicket, createWebhook } = await services.data<{
      addNote: { note: { id: string } };
      replyToTicket: { message: { id: string } };
      createWebhook: { webhook: { id: string } };
    }>(
      'ticket',
      admin,
      `mutation {
         upsertCustomField(input: { key: "${text}", label: "${text}", type: TEXT, default: "${text}" }) { customField { key } }
         updateTicket(input: { id: "${ticket.id}", addTags: ["${text}"] }) { ticket { id } }
         updateCustomer(input: { id: "${ticket.customer}", company: "${text}" }) { customer { id } }
         addNote(input: { ticketId: "${ticket.id}", text: "A note on the ${text}" }) { note { id } }
         replyToTicket(input: { ticketId: "${ticket.id}", text: "It is only a ${text}" }) { message { id } }
         createWebhook(input: { name: "${text}", url: "https://hooks.example.com/${text}", events: [TICKET_MERGED] }) {
           webhook { id } } }`,
    );
    // One that is switched off does not follow what happens: its row stays as it is.
    await services.data(
      'ticket',
      admin,
      `mutation { updateWebhook(input: { id: "${createWebhook.webhook.id}", enabled: false }) { userErrors { code } } }`,
    );
    await eventually(async () => {
      const [row] = await rows.query('channel-ingest', 'select from delivery where workspace_id = $1', [
        seed.workspace.id,
      ]);
      return row ?? null;
    });
    const upload = newId();
    await rows.query(
      'ticket',
      `insert into upload (workspace_id, id, owner_id, file_name, media_type, size_bytes, sha256)
       values ($1, $2, $3, $4, 'text/plain', 1, 'x')`,
      [seed.workspace.id, upload, seed.agents[0]?.id, `${text}.txt`],
    );
    return {
      ticket: ticket.id,
      customer: ticket.customer,
      message,
      note: addNote.note.id,
      upload,
      delivery: replyToTicket.message.id,
      webhook: createWebhook.webhook.id,
      agent: seed.agents[0]?.id ?? '',
      team: seed.teams[0]?.id ?? '',
      channel: seed.channels[0]?.id ?? '',
    };
  }

  /** Whatever of the second workspace shows in an answer, apart from the id that was asked for. */
  function leaksIn(answer: unknown, asked: string | null): string[] {
    const text = JSON.stringify(answer).replaceAll(asked ?? word.toUpperCase(), '');
    return [...traces, word, String(firstForeignNumber)].filter((trace) => text.includes(trace));
  }

  /** An answer in the form in which it can be compared: without the id that was asked for. */
  function comparable(answer: unknown, asked: string): unknown {
    return JSON.parse(JSON.stringify(answer).replaceAll(asked, '<asked>'));
  }

  /** As `comparable`, and without ids, instants and tokens, which differ from call to call. */
  function withoutWhatIsNew(answer: unknown, asked: string): unknown {
    const text = JSON.stringify(comparable(answer, asked));
    return JSON.parse(
      text.replaceAll(
        /"(?:[0-9a-f]{8}-[0-9a-f-]{27}|\d{4}-\d\d-\d\dT[\d:.]+Z|[\w-]{40,}[\w.-]*)"/g,
        '"<new>"',
      ),
    );
  }

  function ask(entry: RootField, role: Role, args: Record<string, unknown>) {
    const viewer = services.viewer(role, own.seed);
    return services.ask(entry.service, viewer, documentFor(entry, Object.keys(args), seenBy(role)), args);
  }

  describe.each(operations)('$key', (entry) => {
    const { allowed, others } = policy[entry.key] ?? { allowed: [], others: 'FORBIDDEN' };

    test.each(roles)('as %s: who may, may; who may not changes and learns nothing', async (role) => {
      const may = ruleOf(entry.key).allowed.includes(role);
      const before = may ? {} : await rows.settled(own.seed.workspace.id);
      // Those who may are not to break anything here.
      const things = may ? absentThings() : own.things;

      const answer = await ask(entry, role, argumentsWith(entry, null, null, things));

      const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
      expect([role, codes.includes('FORBIDDEN')]).toEqual([role, !may && others === 'FORBIDDEN']);
      expect(codes).not.toContain('INTERNAL_SERVER_ERROR');
      if (may) return;
      expect((answer.data as { found?: unknown } | null | undefined)?.found ?? null).toBeNull();
      expect(await rows.dump(own.seed.workspace.id)).toEqual(before);
    });

    test.each(allowed)(
      'fault 27: as %s: an id of another workspace is as good as none, and nothing of theirs shows or changes',
      async (role) => {
        for (const place of idPathsOf(entry.field)) {
          const foreignId = foreign.things[kindAt(place, entry.field.name)];
          const absentId = newId();

          const foreignAnswer = await ask(entry, role, argumentsWith(entry, place, foreignId, own.things));
          const absentAnswer = await ask(entry, role, argumentsWith(entry, place, absentId, own.things));

          const where = place.join('.');
          expect(`${where} ${JSON.stringify(foreignAnswer)}`).not.toContain('INTERNAL_SERVER_ERROR');
          const compared = makers.has(entry.key) ? withoutWhatIsNew : comparable;
          expect([where, compared(foreignAnswer, foreignId)]).toEqual([
            where,
            compared(absentAnswer, absentId),
          ]);
          expect([where, leaksIn(foreignAnswer, foreignId)]).toEqual([where, []]);
        }
        const answer = await ask(entry, role, argumentsWith(entry, null, null, absentThings()));
        expect(leaksIn(answer, null)).toEqual([]);
        expect(await rows.dump(foreign.seed.workspace.id)).toEqual(theirs);
      },
    );
  });

  describe.each(Object.entries(fieldPolicy))('%s', (name, allowed) => {
    const [type = '', field = ''] = name.split('.');
    const entered = operations.find(({ key }) => key === `channel-ingest Query.${type.toLowerCase()}s`);

    test.each(roles.filter((role) => role !== 'CUSTOMER'))(
      'as %s: is told to those who may',
      async (role) => {
        if (entered === undefined) throw new Error(`no way to ${name}`);
        // Only this field of the thing, and all that is below it.
        const document = documentFor(entered, [], (asked) => !asked.startsWith(`${type}.`) || asked === name);

        const answer = await services.ask(entered.service, services.viewer(role, own.seed), document);

        const codes = (answer.errors ?? []).map(({ extensions }) => extensions?.code);
        const told = JSON.stringify(answer.data ?? null).includes(field);
        expect([codes.includes('FORBIDDEN'), told]).toEqual([
          !allowed.includes(role),
          allowed.includes(role),
        ]);
      },
    );
  });

  describe.each(entities)('entity $key', ({ key, service, type, selection }) => {
    async function resolve(role: Role, id: string): Promise<unknown> {
      const answer = await services.ask(
        service,
        services.viewer(role, own.seed),
        `query ($of: [_Any!]!) { _entities(representations: $of) { ... on ${type} ${selection(seenBy(role))} } }`,
        { of: [{ __typename: type, id }] },
      );
      expect(answer.errors ?? []).toEqual([]);
      return (answer.data as { _entities: unknown[] })._entities[0];
    }
    const kind = type === 'InboundMessage' ? 'message' : (type.toLowerCase() as keyof Things);

    test.each(roles)(
      'as %s: is seen by those who may, and one of another workspace by nobody',
      async (role) => {
        const absent = newId();

        const known = await resolve(role, own.things[kind]);
        const unknown = await resolve(role, foreign.things[kind]);

        const nothing = comparable(await resolve(role, absent), absent);
        expect(comparable(unknown, foreign.things[kind])).toEqual(nothing);
        expect(leaksIn(unknown, foreign.things[kind])).toEqual([]);
        const seen = JSON.stringify(comparable(known, own.things[kind])) !== JSON.stringify(nothing);
        expect([role, seen]).toEqual([role, ruleOf(key).allowed.includes(role)]);
      },
    );
  });

  describe.each(subscriptions)('$key', (entry) => {
    test.each(roles)('fault 27: as %s: refused, or silent about another workspace', async (role) => {
      const may = ruleOf(entry.key).allowed.includes(role);
      const client = createClient({
        url: services.url(entry.service).replace('http', 'ws'),
        connectionParams: { [internalTokenHeader]: services.token(services.viewer(role, own.seed)) },
        retryAttempts: 0,
      });
      const seen: string[] = [];
      const codes: unknown[] = [];
      const places = [null, ...idPathsOf(entry.field)];
      const ended = places.map(async (place) => {
        const id = place === null ? null : foreign.things[kindAt(place, entry.field.name)];
        const variables = argumentsWith(entry, place, id, own.things);
        const query = documentFor(entry, Object.keys(variables), seenBy(role));
        try {
          for await (const event of client.iterate({ query, variables })) {
            seen.push(JSON.stringify(event));
            codes.push(...(event.errors ?? []).map(({ extensions }) => extensions?.['code']));
          }
        } catch (error) {
          codes.push(
            ...[error].flat().map((one) => (one as { extensions?: { code?: string } }).extensions?.code),
          );
        }
      });
      try {
        if (may) await untilEventsPass();
        else await Promise.all(ended);
      } finally {
        await client.dispose();
      }

      const refusals = codes.filter((code) => code !== undefined);
      if (may) expect(refusals.filter((code) => code !== 'BAD_USER_INPUT')).toEqual([]);
      else expect(refusals).toEqual(places.map(() => 'FORBIDDEN'));
      expect(seen.flatMap((event) => leaksIn(JSON.parse(event), null))).toEqual([]);
    });

    /** Something happens in the other workspace, and then something here that a watcher of ours is told of. */
    async function untilEventsPass(): Promise<void> {
      const admin = (seed: Seed) => services.viewer('ADMIN', seed);
      const touch = (seed: Seed, id: string, subject: string) =>
        services.data(
          'ticket',
          admin(seed),
          `mutation { updateTicket(input: { id: "${id}", subject: "${subject}" }) { userErrors { code } }
                      viewTicket(id: "${id}", writing: true) { userErrors { code } } }`,
        );
      const last = `Barrier ${newId()}`;
      const client = createClient({
        url: services.url('ticket').replace('http', 'ws'),
        connectionParams: { [internalTokenHeader]: services.token(admin(own.seed)) },
        retryAttempts: 0,
      });
      const subjects: string[] = [];
      void (async () => {
        const query = 'subscription { ticketEvents { ticket { subject } } }';
        for await (const { data } of client.iterate<{ ticketEvents: { ticket: { subject: string } } }>({
          query,
        }))
          subjects.push(data?.ticketEvents.ticket.subject ?? '');
      })();
      try {
        await touch(foreign.seed, foreign.things.ticket, `${word} ${newId()}`);
        let tries = 0;
        await eventually(async () => {
          // A subscription is not acknowledged: it stands when an event has come.
          await touch(own.seed, own.things.ticket, `${last} ${(tries += 1)}`);
          return subjects.some((subject) => subject.startsWith(last));
        });
      } finally {
        await client.dispose();
      }
      // Who looks at a ticket is forgotten after a while anyway.
      await rows.query('ticket', 'delete from ticket_viewer where workspace_id = $1', [
        foreign.seed.workspace.id,
      ]);
      theirs = await rows.settled(foreign.seed.workspace.id);
    }
  });

  test('when all work that followed is done, the other workspace is as it was', async () => {
    await rows.settled(own.seed.workspace.id);

    expect(await rows.dump(foreign.seed.workspace.id)).toEqual(theirs);
  });

  function absentThings(): Things {
    return Object.fromEntries(Object.keys(own.things).map((kind) => [kind, newId()])) as Things;
  }
});
