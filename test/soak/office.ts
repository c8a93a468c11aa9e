import type { RunningSystem } from '@smart-tickets/testing/processes';
import { gatewayData } from '../support/gateway-client.ts';
import type { Random } from '../support/random.ts';

/** Viewer classes: whoever has the same shares upstreams, others never do. */
export const viewers = ['admin', 'agent', 'viewer', 'ben', 'cleo'] as const;

/** What there is to watch and to change, and who may. */
export interface Office {
  readonly ticketIds: readonly string[];
  readonly answerableIds: readonly string[];
  readonly agentIds: readonly string[];
  readonly teamIds: readonly string[];
  readonly tags: readonly string[];
}

const tags = ['red', 'blue', 'green', 'billing', 'parcel', 'refund', 'vip', 'bug'];
const inFlight = 8;

const createDocument = `mutation ($input: CreateTicketInput!) {
  createTicket(input: $input) { ticket { id } userErrors { code message } } }`;

/** A subject long enough that events with it weigh something. */
export function subjectOf(nth: number): string {
  return `Order ${nth} `.padEnd(400, 'has not arrived although the tracking page says so; ');
}

/** Makes so many tickets, a third of them of customers, with agents, teams and tags. */
export async function furnish(system: RunningSystem, count: number, random: Random): Promise<Office> {
  const { url, tokens } = system;
  const { agents, teams } = await gatewayData<{ agents: { id: string }[]; teams: { id: string }[] }>(
    url,
    tokens.agent,
    '{ agents { id } teams { id } }',
  );
  const agentIds = agents.map(({ id }) => id);
  const teamIds = teams.map(({ id }) => id);
  const ticketIds: string[] = [];
  const answerableIds: string[] = [];
  const inputs = Array.from({ length: count }, (_, nth) => ({
    subject: subjectOf(nth),
    tags: [random.pick(tags)],
    teamId: random.pick(teamIds),
    ...(random.oneIn(2) ? { assigneeId: random.pick(agentIds) } : {}),
    ...(nth % 3 === 0 ? { customerEmail: `customer-${nth}@soak.example` } : {}),
  }));
  const make = async (): Promise<void> => {
    for (let input = inputs.shift(); input !== undefined; input = inputs.shift()) {
      const { createTicket } = await gatewayData<{
        createTicket: { ticket: { id: string } | null; userErrors: unknown[] };
      }>(url, tokens.agent, createDocument, { input });
      if (createTicket.ticket === null) throw new Error(JSON.stringify(createTicket.userErrors));
      ticketIds.push(createTicket.ticket.id);
      if ('customerEmail' in input) answerableIds.push(createTicket.ticket.id);
    }
  };
  await Promise.all(Array.from({ length: inFlight }, make));
  return { ticketIds: ticketIds.sort(), answerableIds: answerableIds.sort(), agentIds, teamIds, tags };
}

/** Often: glibc keeps some of the memory that hashing a password takes, up to a bound, which is to be reached early. */
const renewAfterMs = 20_000;
const mailOf: Readonly<Record<string, string>> = { ben: 'ben@example.com', cleo: 'cleo@example.com' };

/** Tokens of the viewer classes; those of agents who sign in are renewed before they end. */
export class TokenDesk {
  #system: RunningSystem;
  #signedIn = new Map<string, { readonly token: Promise<string>; readonly at: number }>();

  constructor(system: RunningSystem) {
    this.#system = system;
  }

  /** A token that is good for minutes. Rejects while the gateway is away and none is held. */
  of(viewer: string): Promise<string> {
    const { tokens } = this.#system;
    if (viewer === 'admin' || viewer === 'agent' || viewer === 'viewer')
      return Promise.resolve(tokens[viewer]);
    const held = this.#signedIn.get(viewer);
    if (held !== undefined && Date.now() - held.at < renewAfterMs) return held.token;
    const token = this.#signIn(mailOf[viewer] ?? '');
    this.#signedIn.set(viewer, { token, at: Date.now() });
    token.catch(() => {
      if (this.#signedIn.get(viewer)?.token === token) this.#signedIn.delete(viewer);
    });
    return token;
  }

  async #signIn(email: string): Promise<string> {
    const response = await fetch(new URL('/sign-in', this.#system.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password: this.#system.tokens.passwords[email] }),
      signal: AbortSignal.timeout(10_000),
    });
    if (response.status !== 200) throw new Error(`signing in: ${response.status} ${await response.text()}`);
    return ((await response.json()) as { token: string }).token;
  }
}
