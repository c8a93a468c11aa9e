import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import { mail } from '@smart-tickets/testing/mail';
import { queueBackends } from '@smart-tickets/testing/queue-backends';
import { Departments, departmentsSeed } from './support/departments.ts';
import { Services } from './support/services.ts';

const to = 'support@example.com';
const ask = (parts: object = {}) =>
  mail({ from: 'ada@example.org', to, messageId: `${newId()}@example.org`, ...parts });

describe.each(queueBackends.slice(0, 1))('scenario 14: another subject in an answer on $name', ({ open }) => {
  const seed = departmentsSeed();
  let services: Services;
  let desk: Departments;
  beforeAll(async () => {
    services = await Services.start(open, seed);
    desk = new Departments(services, seed);
  });
  afterAll(() => services.stop());

  /** A ticket "Printer on fire" with an answer; gives back its id and the answer's Message-ID. */
  async function talk(): Promise<{ id: string; answered: string }> {
    const [first] = await desk.arrive(ask(), ['support']);
    const id = first?.ticket?.id ?? '';
    const { headers, subject } = await desk.answer(id, 'Use water');
    expect(subject).toBe('Re: Printer on fire');
    return { id, answered: headers['Message-ID'] ?? '' };
  }

  /** The subjects that are told as new, by what was said. */
  async function told(id: string): Promise<Record<string, string>> {
    const { timeline } = await desk.ticket(id);
    return Object.fromEntries(
      timeline.nodes.flatMap(({ text, changedSubject }) =>
        changedSubject == null ? [] : [[text, changedSubject]],
      ),
    );
  }

  async function splitAt(ticketId: string, text: string, subject: string): Promise<string> {
    const { timeline } = await desk.ticket(ticketId);
    const fromMessageId = timeline.nodes.find((entry) => entry.text === text)?.id;
    const { splitTicket } = await services.data<{ splitTicket: { ticket: { id: string } | null } }>(
      'ticket',
      services.viewer('ADMIN', seed),
      `mutation ($input: SplitTicketInput!) { splitTicket(input: $input) { ticket { id } userErrors { message } } }`,
      { input: { ticketId, fromMessageId, subject } },
    );
    return splitTicket.ticket?.id ?? JSON.stringify(splitTicket);
  }

  test('is told on the message, and our answer goes out under it', async () => {
    const { id, answered } = await talk();

    await desk.arrive(ask({ inReplyTo: answered, subject: 'Invoice 7', text: 'Another thing' }), ['support']);

    expect(await told(id)).toEqual({ 'Another thing': 'Invoice 7' });
    expect((await desk.ticket(id)).subject).toBe('Printer on fire');
    expect((await desk.answer(id, 'It is paid')).subject).toBe('Re: Invoice 7');
  });

  test('is told once, and not where it is the same with other marks, or a machine’s', async () => {
    const { id, answered } = await talk();
    const replies = [
      { subject: 'AW: Printer on fire', text: 'Same' },
      { subject: 'Invoice 7', text: 'New' },
      { subject: 'Re: Invoice 7', text: 'Same as before' },
      { subject: 'WG: Printer  on fire', text: 'Back' },
      { subject: 'Out of office', text: 'Machine', headers: { 'Auto-Submitted': 'auto-replied' } },
    ];

    for (const reply of replies) await desk.arrive(ask({ inReplyTo: answered, ...reply }), ['support']);

    expect(await told(id)).toEqual({ New: 'Invoice 7' });
  });

  test('is where the ticket can be split: the new one has it, and its answers too', async () => {
    const { id, answered } = await talk();
    await desk.arrive(ask({ inReplyTo: answered, subject: 'Invoice 7', text: 'Another thing' }), ['support']);

    const splitId = await splitAt(id, 'Another thing', 'Invoice 7');

    const split = await desk.ticket(splitId);
    expect(split.subject).toBe('Invoice 7');
    expect(await told(splitId)).toEqual({});
    expect((await desk.answer(splitId, 'It is paid')).subject).toBe('Re: Invoice 7');
    expect((await desk.answer(id, 'And the printer?')).subject).toBe('Re: Printer on fire');
  });

  test('is none where an agent has renamed the ticket', async () => {
    const { id, answered } = await talk();
    await services.data(
      'ticket',
      services.viewer('ADMIN', seed),
      `mutation ($input: UpdateTicketInput!) { updateTicket(input: $input) { userErrors { message } } }`,
      { input: { id, subject: 'Fire on floor 3' } },
    );

    await desk.arrive(ask({ inReplyTo: answered, subject: 'Re: Printer on fire', text: 'Out' }), ['support']);

    expect(await told(id)).toEqual({});
  });
});
