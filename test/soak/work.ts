import type { RunningSystem } from '@smart-tickets/testing/processes';
import { setTimeout as pause } from 'node:timers/promises';
import { gatewayData } from '../support/gateway-client.ts';
import type { Random } from '../support/random.ts';
import { subjectOf, type Office } from './office.ts';

interface Call {
  readonly token: 'agent' | 'admin' | 'connector';
  readonly document: string;
  readonly input: Record<string, unknown>;
}

/** Answers of one document have one of these forms. */
interface Outcome {
  readonly userErrors?: readonly unknown[];
  readonly results?: readonly { readonly userErrors: readonly unknown[] }[];
}

type Kind = (office: Office, random: Random, nth: number) => Call;

const updateDocument =
  'mutation SoakUpdate($input: UpdateTicketInput!) { outcome: updateTicket(input: $input) { userErrors { code } } }';
const updateManyDocument =
  'mutation SoakUpdateMany($input: UpdateTicketsInput!) { outcome: updateTickets(input: $input) { results { userErrors { code } } } }';
const noteDocument =
  'mutation SoakNote($input: AddNoteInput!) { outcome: addNote(input: $input) { userErrors { code } } }';
const replyDocument =
  'mutation SoakReply($input: ReplyToTicketInput!) { outcome: replyToTicket(input: $input) { userErrors { code } } }';
const ingestDocument =
  'mutation SoakIngest($input: IngestMessageInput!) { outcome: ingestMessage(input: $input) { userErrors { code } } }';

const update: Kind = (office, random, nth) => {
  const input = { id: random.pick(office.ticketIds), subject: subjectOf(nth) };
  const changes = [
    { priority: random.pick(['LOW', 'NORMAL', 'HIGH', 'URGENT']) },
    { status: random.pick(['OPEN', 'PENDING', 'ON_HOLD', 'RESOLVED']) },
    { assigneeId: random.oneIn(4) ? null : random.pick(office.agentIds) },
    { teamId: random.pick(office.teamIds) },
    { addTags: [random.pick(office.tags)], removeTags: [random.pick(office.tags)] },
  ];
  const change = random.pick(changes);
  const tags = 'addTags' in change && change.addTags?.[0] === change.removeTags?.[0];
  return { token: 'agent', document: updateDocument, input: { ...input, ...(tags ? {} : change) } };
};

/** Several tickets selected in a list and changed at once, in two ways: seldom does a ticket have both already. */
const updateMany: Kind = (office, random) => {
  const ids = [...new Set(Array.from({ length: manyAtOnce }, () => random.pick(office.ticketIds)))];
  const priority = random.pick(['LOW', 'NORMAL', 'HIGH', 'URGENT']);
  const status = random.pick(['OPEN', 'PENDING', 'ON_HOLD']);
  const change = random.pick([
    { priority, assigneeId: random.oneIn(4) ? null : random.pick(office.agentIds) },
    { teamId: random.pick(office.teamIds), addTags: [random.pick(office.tags)], priority },
    { removeTags: [random.pick(office.tags)], priority, status },
  ]);
  return { token: 'agent', document: updateManyDocument, input: { ids, ...change } };
};

const note: Kind = (office, random, nth) => ({
  token: 'admin',
  document: noteDocument,
  input: { ticketId: random.pick(office.ticketIds), text: `Note ${nth}: asked the carrier.` },
});

const reply: Kind = (office, random, nth) => ({
  token: 'agent',
  document: replyDocument,
  input: {
    ticketId: random.pick(office.answerableIds),
    text: `Answer ${nth}: it is on its way.`,
    status: random.pick(['OPEN', 'PENDING']),
  },
});

/** Each conversation has a ticket of its own, on which later messages land. */
const conversations = 40;

const ingest: Kind = (_office, random, nth) => {
  const conversation = random.int(conversations);
  return {
    token: 'connector',
    document: ingestDocument,
    input: {
      externalId: `soak-${nth}`,
      threadId: `soak-thread-${conversation}`,
      from: { name: `Caller ${conversation}`, externalId: `soak-caller-${conversation}` },
      subject: `Conversation ${conversation}`,
      text: `Message ${nth}: where is it?`,
    },
  };
};

const kinds: readonly Kind[] = [
  ...Array.from({ length: 8 }, () => update),
  ...Array.from({ length: 4 }, () => updateMany),
  ...Array.from({ length: 3 }, () => note),
  ...Array.from({ length: 3 }, () => reply),
  ...Array.from({ length: 2 }, () => ingest),
];

const manyAtOnce = 8;
const mostInFlight = 30;
const mostOwedSeconds = 10;
/** Whoever is not answered rests for so long, as a person would. */
const restMs = 500;
const tickMs = 10;

/**
 * People and connectors at work: so many changes a second through the gateway, on average. What fails in an outage is
 * made up for afterwards, at one and a half times the rate at most, as far as it is not longer ago than a few seconds.
 */
export class Work {
  /** Changes that were made, changes that a rule of the desk refused, and calls without such an answer. */
  readonly counts = { done: 0, refused: 0, failed: 0 };
  #system: RunningSystem;
  #office: Office;
  #random: Random;
  #rate: number;
  #stopped = false;
  #begun = 0;
  #open = new Set<Promise<void>>();
  #running: Promise<void> = Promise.resolve();

  constructor(system: RunningSystem, office: Office, random: Random, rate: number) {
    this.#system = system;
    this.#office = office;
    this.#random = random;
    this.#rate = rate;
  }

  start(): void {
    this.#stopped = false;
    this.#running = this.#run();
  }

  /** Begins nothing more, and resolves when what was begun has ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#running;
    await Promise.all(this.#open);
  }

  /** Does so many things one after the other, all with success. */
  async finish(count: number): Promise<void> {
    for (const until = this.counts.done + count; this.counts.done < until;) await this.#call();
  }

  async #run(): Promise<void> {
    const { counts } = this;
    let budget = 0;
    let owed = 0;
    let doneBefore = counts.done;
    for (let lookedAt = performance.now(); !this.#stopped;) {
      await pause(tickMs);
      const now = performance.now();
      const seconds = (now - lookedAt) / 1_000;
      lookedAt = now;
      budget = Math.min(budget + seconds * this.#rate * 1.5, this.#rate / 4);
      // On a machine that cannot keep up, what is owed must not pile up until nothing else is done.
      owed = Math.min(owed + seconds * this.#rate - (counts.done - doneBefore), this.#rate * mostOwedSeconds);
      doneBefore = counts.done;
      const due = owed - this.#open.size;
      for (let left = Math.min(budget, due); left >= 1 && this.#open.size < mostInFlight; left -= 1) {
        budget -= 1;
        const call: Promise<void> = this.#call().finally(() => this.#open.delete(call));
        this.#open.add(call);
      }
    }
  }

  async #call(): Promise<void> {
    this.#begun += 1;
    const { url, tokens } = this.#system;
    const kind = this.#random.pick(kinds);
    const { token, document, input } = kind(this.#office, this.#random, this.#begun);
    const bearer = token === 'connector' ? (tokens.channels['API'] ?? '') : tokens[token];
    try {
      const { outcome } = await gatewayData<{ outcome: Outcome }>(url, bearer, document, { input });
      for (const { userErrors } of outcome.results ?? [{ userErrors: outcome.userErrors ?? [] }]) {
        this.counts[userErrors.length === 0 ? 'done' : 'refused'] += 1;
      }
    } catch {
      this.counts.failed += 1;
      await pause(restMs);
    }
  }
}
