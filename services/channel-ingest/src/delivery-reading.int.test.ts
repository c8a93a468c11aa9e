import { statementsIn } from '@smart-tickets/testing/statements';
import type { Attachment } from '@smart-tickets/contracts';
import { FileTokens } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import pg from 'pg';
import { IntakeDesk, type Asking } from '../test/intake-desk.ts';
import { claimDeliveries } from './use-cases/claim-deliveries.ts';
import { reportDelivery } from './use-cases/report-delivery.ts';

let desk: IntakeDesk;
beforeAll(async () => {
  desk = await IntakeDesk.open();
});
afterAll(() => desk.close());

const fields = `id status to attempts nextAttemptAt leasedUntil inDoubt externalId error channel { id }
  recipients { address status error } content { subject text html headers threadKey attachments { fileName url contentId } }`;

const connector = (subject: string, parts: Asking = {}): Asking => ({ role: 'CONNECTOR', subject, ...parts });
const claim = `mutation { claimDeliveries { ${fields} } }`;
const reportAs = `mutation ($input: ReportDeliveryInput!) {
  reportDelivery(input: $input) { delivery { id status error } userErrors { code field } } }`;
const redrive = `mutation ($id: ID!) { redriveDelivery(id: $id) { delivery { id status } userErrors { code field } } }`;

const file: Attachment = {
  id: newId(),
  fileName: 'plan.pdf',
  mediaType: 'application/pdf',
  sizeBytes: 3,
  sha256: 'ab'.repeat(32),
  inline: true,
  contentId: 'plan@x',
};

describe('a connector', () => {
  test('claims what it sends, with links to the files, and reports what became of it', async () => {
    const { messageId } = await desk.carry({
      channelId: desk.ours.salesId,
      cc: ['bob@example.org'],
      html: '<p>Here</p>',
      attachments: [file],
    });
    const asking = connector(desk.ours.salesId);

    const { claimDeliveries: claimed } = await desk.data<{ claimDeliveries: Claimed[] }>(claim, {}, asking);
    const input = { deliveryId: messageId, status: 'SENT', externalId: ' <a@b> ' };
    const { reportDelivery: reported } = await desk.data<{ reportDelivery: unknown }>(
      reportAs,
      { input },
      asking,
    );

    expect(claimed).toMatchObject([
      {
        id: messageId,
        status: 'CLAIMED',
        to: ['ada@example.org', 'bob@example.org'],
        nextAttemptAt: null,
        leasedUntil: expect.any(String),
        inDoubt: false,
        channel: { id: desk.ours.salesId },
        content: {
          subject: 'Re: Help',
          text: expect.stringContaining('Here you are'),
          headers: { 'Message-ID': expect.stringMatching(/^<.+@example\.com>$/), Cc: 'bob@example.org' },
          attachments: [{ fileName: 'plan.pdf', contentId: 'plan@x' }],
        },
      },
    ]);
    const token = new URL(claimed[0]?.content.attachments[0]?.url ?? '', 'http://x').pathname
      .split('/')
      .at(-1);
    expect(new FileTokens(desk.key).read(token ?? '', Date.now())).toMatchObject({
      workspaceId: desk.ours.workspaceId,
      sha256: file.sha256,
      purpose: 'DOWNLOAD',
    });
    expect(reported).toEqual({ delivery: { id: messageId, status: 'SENT', error: null }, userErrors: [] });
    expect((await desk.delivery(messageId)).externalId).toBe('a@b');
  });

  test.each([
    ['max', 0],
    ['max', 101],
    ['leaseSeconds', 4],
    ['leaseSeconds', 3_601],
  ])('may not claim with %s %s', async (name, value) => {
    const answer = await desk.ask(
      `mutation { claimDeliveries(${name}: ${value}) { id } }`,
      {},
      connector(desk.ours.chatId),
    );

    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([
    ['max', 1],
    ['max', 100],
    ['leaseSeconds', 5],
    ['leaseSeconds', 3_600],
  ])('may claim with %s %s', async (name, value) => {
    const query = `mutation { claimDeliveries(${name}: ${value}) { id } }`;

    expect(await desk.data(query, {}, connector(desk.ours.chatId))).toEqual({ claimDeliveries: [] });
  });

  test('may not report that an answer is queued', async () => {
    const input = { deliveryId: newId(), status: 'QUEUED' };

    const answer = await desk.ask(reportAs, { input }, connector(desk.ours.chatId));

    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('sees its own channel’s answers, and no others', async () => {
    const [own, other] = [
      await desk.carry({ channelId: desk.ours.chatId, channelKind: 'CHAT' }),
      await desk.carry(),
    ];
    const query = `query ($own: ID!, $other: ID!) {
      own: delivery(id: $own) { id } other: delivery(id: $other) { id }
      deliveries { nodes { channel { id } } }
      others: deliveries(channelId: "${desk.ours.mailboxId}") { nodes { id } }
      _entities(representations: [{ __typename: "Delivery", id: $own }, { __typename: "Delivery", id: $other },
        { __typename: "Message", id: $own }, { __typename: "Message", id: $other }]) {
          ... on Delivery { id } ... on Message { delivery { id } } } }`;
    const ids = { own: own.messageId, other: other.messageId };

    const seen = await desk.data<Seen>(query, ids, connector(desk.ours.chatId));

    expect(seen).toMatchObject({
      own: { id: own.messageId },
      other: null,
      others: { nodes: [] },
      _entities: [{ id: own.messageId }, null, { delivery: { id: own.messageId } }, { delivery: null }],
    });
    expect(new Set(seen.deliveries.nodes.map(({ channel }) => channel.id))).toEqual(
      new Set([desk.ours.chatId]),
    );
  });
});

interface Claimed {
  readonly content: { readonly attachments: readonly { readonly url: string }[] };
}
interface Seen {
  readonly deliveries: { readonly nodes: readonly { readonly channel: { readonly id: string } }[] };
}

describe('who may do what', () => {
  test.each([
    ['ADMIN', 'FORBIDDEN', 'FORBIDDEN', undefined],
    ['AGENT', 'FORBIDDEN', 'FORBIDDEN', undefined],
    ['VIEWER', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
    ['CUSTOMER', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN'],
    ['CONNECTOR', undefined, undefined, 'FORBIDDEN'],
  ] as const)('%s: claims %s, reports %s, tries again %s', async (role, ...expected) => {
    const asking = { role, subject: role === 'CONNECTOR' ? desk.ours.chatId : newId() };
    const input = { deliveryId: newId(), status: 'SENT' };

    const answers = [
      await desk.ask(claim, {}, asking),
      await desk.ask(reportAs, { input }, asking),
      await desk.ask(redrive, { id: newId() }, asking),
    ];

    expect(answers.map(({ errors }) => errors?.[0]?.extensions.code)).toEqual(expected);
  });

  test.each([
    ['ADMIN', true],
    ['AGENT', true],
    ['VIEWER', true],
    ['CUSTOMER', false],
  ] as const)('%s sees what became of a message: %s', async (role, sees) => {
    const { messageId } = await desk.carry();
    const query = `query ($id: ID!) { _entities(representations: [{ __typename: "Message", id: $id }]) {
      ... on Message { delivery { status to } } } }`;

    const seen = await desk.data(query, { id: messageId }, { role });

    const delivery = sees ? { status: 'QUEUED', to: ['ada@example.org'] } : null;
    expect(seen).toEqual({ _entities: [{ delivery }] });
  });

  test('nobody sees another workspace’s, and it looks like what is not there', async () => {
    const { messageId } = await desk.carry({}, desk.theirs);
    const query = `query ($id: ID!) { delivery(id: $id) { id } deliveries(channelId: "${desk.theirs.mailboxId}") { nodes { id } }
      _entities(representations: [{ __typename: "Delivery", id: $id }, { __typename: "Message", id: $id }]) {
        ... on Delivery { status } ... on Message { delivery { id } } } }`;

    const [theirs, absent] = [
      await desk.data(query, { id: messageId }),
      await desk.data(query, { id: newId() }),
    ];

    expect(theirs).toEqual({
      delivery: null,
      deliveries: { nodes: [] },
      _entities: [null, { delivery: null }],
    });
    expect(absent).toEqual(theirs);
    expect(await desk.data(redrive, { id: messageId })).toEqual({
      redriveDelivery: { delivery: null, userErrors: [{ code: 'NOT_FOUND', field: ['id'] }] },
    });
  });
});

describe('a list of answers', () => {
  test('is paged through, newest first, each once, by channel and status', async () => {
    const channelId = desk.ours.salesId;
    await desk.system.query('delete from delivery_content; delete from delivery');
    const made: string[] = [];
    for (let nth = 0; nth < 5; nth += 1) made.push((await desk.carry({ channelId })).messageId);
    await desk.carry();
    await claimDeliveries(desk.deps, desk.ours.connector(channelId), { max: 1, leaseSeconds: 60 });
    // All at one instant: the order is by id then.
    await desk.system.query('update delivery set created_at = now()');
    const query = `query ($after: String) { deliveries(channelId: "${channelId}", status: [QUEUED], first: 2, after: $after) {
      nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage endCursor } } }`;

    const pages: Page[] = [];
    for (let after: string | null = null; ;) {
      const { deliveries }: { deliveries: Page } = await desk.data(query, { after });
      pages.push(deliveries);
      after = deliveries.pageInfo.endCursor;
      if (!deliveries.pageInfo.hasNextPage) break;
    }

    expect(pages.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([
      made.slice(3).toReversed(),
      made.slice(1, 3).toReversed(),
    ]);
    expect(pages.map(({ pageInfo }) => pageInfo.hasPreviousPage)).toEqual([false, true]);
  });

  test.each(['first: 0', 'first: 101', 'after: "x"'])('is refused with %s', async (args) => {
    const answer = await desk.ask(`{ deliveries(${args}) { nodes { id } } }`);

    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('a cursor of another list is refused', async () => {
    const { messageId } = await desk.carry();
    const { deliveries } = await desk.data<{ deliveries: Page }>(
      '{ deliveries(first: 1) { nodes { id } pageInfo { hasNextPage hasPreviousPage endCursor } } }',
    );

    const answer = await desk.ask(
      `{ inboundMessages(after: "${deliveries.pageInfo.endCursor ?? messageId}") { nodes { id } } }`,
    );

    expect(answer.errors).toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test.each([1, 20])(
    'of %s messages with their answers and channels is the same number of statements',
    async (many) => {
      const ids: string[] = [];
      for (let nth = 0; nth < many; nth += 1) ids.push((await desk.carry()).messageId);
      const representations = ids.map((id) => ({ __typename: 'Message', id }));
      const spied = jest.spyOn(pg.Client.prototype, 'query');

      await desk.data(
        `query ($representations: [_Any!]!) { _entities(representations: $representations) {
         ... on Message { delivery { ${fields} } } } }`,
        { representations },
      );

      const names = spied.mock.calls.flatMap(([given]) => statementsIn(given).map(({ name }) => name));
      spied.mockRestore();
      const read = names.filter((name) => /^(channels|delivery-)/.test(name ?? ''));
      expect(read).toHaveLength(3);
      expect(new Set(read)).toEqual(new Set(['delivery-by-id', 'channels', 'delivery-contents']));
    },
  );
});

interface Page {
  readonly nodes: readonly { readonly id: string }[];
  readonly pageInfo: {
    readonly hasNextPage: boolean;
    readonly hasPreviousPage: boolean;
    readonly endCursor: string | null;
  };
}

test('an agent tries an answer again that has failed', async () => {
  const { messageId } = await desk.carry({ channelId: desk.ours.salesId });
  const own = desk.ours.connector(desk.ours.salesId);
  await claimDeliveries(desk.deps, own, { max: 100, leaseSeconds: 60 });
  const failed = {
    deliveryId: messageId,
    status: 'FAILED',
    externalId: null,
    error: 'no',
    permanent: true,
  } as const;
  await reportDelivery(desk.deps, own, failed);

  const [first, second] = [
    await desk.data(redrive, { id: messageId }, { role: 'AGENT' }),
    await desk.data(redrive, { id: messageId }, { role: 'AGENT' }),
  ];

  expect(first).toEqual({
    redriveDelivery: { delivery: { id: messageId, status: 'QUEUED' }, userErrors: [] },
  });
  expect(second).toMatchObject({ redriveDelivery: { userErrors: [{ code: 'NOT_ALLOWED_IN_STATUS' }] } });
});
