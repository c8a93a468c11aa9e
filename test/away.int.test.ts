import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { Departments, departmentsSeed } from './support/departments.ts';
import { Services } from './support/services.ts';

const away = { 'Auto-Submitted': 'auto-replied' };
const trusted = { 'Authentication-Results': 'mx.example.com; dmarc=pass' };

interface View {
  readonly status: string;
  readonly awaitingReplySince: string | null;
  readonly firstRepliedAt: string | null;
  readonly timeline: {
    readonly nodes: readonly {
      readonly __typename: string;
      readonly text?: string;
      readonly automatic?: boolean;
    }[];
  };
}

describe.each(queueBackends.slice(0, 1))('scenario 23: somebody is away, on $name', ({ open }) => {
  const seed = departmentsSeed();
  let services: Services;
  let desk: Departments;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    desk = new Departments(services, seed);
    await desk.set('support', { mailServer: 'mx.example.com' });
  });
  afterAll(() => services.stop());

  async function view(viewer: Parameters<Services['data']>[1], id: string): Promise<View> {
    const { ticket } = await services.data<{ ticket: View }>(
      'ticket',
      viewer,
      `query ($id: ID!) { ticket(id: $id) { status awaitingReplySince firstRepliedAt timeline(first: 100) { nodes {
         __typename ... on Message { text automatic } ... on Note { text } } } } }`,
      { id },
    );
    return ticket;
  }

  /** An answered ticket, with the Message-ID of the answer. */
  async function answered(): Promise<{ id: string; inReplyTo: string }> {
    const question = mail({ from: 'cust@example.org', messageId: `${newId()}@example.org`, text: 'Help' });
    const [first] = await desk.arrive(question, ['support']);
    const id = first?.ticket?.id ?? '';
    const { headers } = await desk.answer(id, 'Here you are');
    return { id, inReplyTo: headers['Message-ID'] ?? '' };
  }

  test('a customer: it is on the timeline as a machine’s word; status, what waits and who has answered stay', async () => {
    const { id, inReplyTo } = await answered();
    const admin = services.viewer('ADMIN', seed);
    const { timeline: _then, ...before } = await view(admin, id);

    const [notice] = await desk.arrive(
      mail({
        from: 'cust@example.org',
        inReplyTo,
        messageId: `${newId()}@example.org`,
        text: 'Away',
        headers: away,
      }),
      ['support'],
    );

    const { timeline, ...after } = await view(admin, id);
    expect(notice).toMatchObject({ status: 'ON_TICKET', ticket: { id } });
    expect(after).toEqual(before);
    expect(timeline.nodes).toContainEqual({ __typename: 'Message', text: 'Away', automatic: true });
  });

  test('an agent: it is a note for the house, which the customer is not shown', async () => {
    const { id, inReplyTo } = await answered();
    const admin = services.viewer('ADMIN', seed);
    const { timeline: _then, ...before } = await view(admin, id);

    const [notice] = await desk.arrive(
      mail({
        from: 'bob@example.com',
        inReplyTo,
        messageId: `${newId()}@example.com`,
        text: 'I am on holiday',
        headers: { ...away, ...trusted },
      }),
      ['support'],
    );

    const { timeline, ...after } = await view(admin, id);
    expect(notice).toMatchObject({ status: 'ON_TICKET', ticket: { id } });
    expect(after).toEqual(before);
    expect(timeline.nodes).toContainEqual({ __typename: 'Note', text: 'I am on holiday' });
    expect(await desk.texts(id)).toEqual(['Help', 'Here you are']);
    const { deliveries } = await services.data<{ deliveries: { nodes: { content: { text: string } }[] } }>(
      'channel-ingest',
      admin,
      '{ deliveries(first: 100) { nodes { content { text } } } }',
      {},
    );
    expect(deliveries.nodes.filter(({ content }) => content.text.includes('holiday'))).toEqual([]);
  });
});
