import { expect, test } from '@jest/globals';
import { partiesOfMessage, partiesOfSender } from '../services/ticket/src/domain/parties.ts';
import { threadOf, type GuardedCandidate } from '../services/ticket/src/domain/stranger-guard.ts';
import { threadKeysOf } from '../services/ticket/src/domain/threading.ts';
import type { Ticket } from '../services/ticket/src/domain/ticket.ts';
import { corpusFiles, linksOf } from './support/corpus.ts';

test('of all 6,046 real mails, taken one after the other, each that names an earlier one is on its ticket if its sender has a part there', () => {
  const keys = new Map<string, { kind: 'OWN' | 'NAMED'; ticket: Ticket }>();
  /** By ticket: who has written there, to whom, and over which list. */
  const parties = new Map<string, Set<string>>();
  const ticketsOfMail = new Map<string, Set<string>>();
  const astray: string[] = [];
  let [answers, strangers] = [0, 0];

  for (const [index, file] of corpusFiles().entries()) {
    const { own, names, from, others, list } = linksOf(file);
    const named = names.filter((name) => name !== own);
    const thread = { own, inReplyTo: [], references: named, conversation: null };
    const sender = partiesOfSender({ list }, [{ kind: 'EMAIL', value: from, verified: true }]);
    const hasPart = (id: string): boolean => sender.some((party) => parties.get(id)?.has(party));
    const known = threadKeysOf(thread);
    const candidates = known.flatMap((key): GuardedCandidate[] => {
      const found = keys.get(key);
      return found === undefined ? [] : [{ key, ...found, hasPart: hasPart(found.ticket.id) }];
    });
    const message = { thread, tokens: [], fromAgent: false, report: false };
    const place = threadOf(message, candidates, { customerId: null, verified: true });
    const ticket = place.match?.ticket ?? ({ id: String(index) } as Ticket);
    if (place.stranger !== null) strangers += 1;
    const parents = named.flatMap((name) => [...(ticketsOfMail.get(name) ?? [])]).filter(hasPart);
    if (parents.length > 0) answers += 1;
    if (parents.length > 0 && !parents.includes(ticket.id)) astray.push(file);
    const company = parties.get(ticket.id) ?? new Set();
    for (const party of [...sender, ...partiesOfMessage({ others: [...others], list })]) company.add(party);
    parties.set(ticket.id, company);
    for (const key of known) {
      const before = keys.get(key);
      const kind = key === own ? 'OWN' : 'NAMED';
      if (before === undefined || (kind === 'OWN' && before.kind === 'NAMED'))
        keys.set(key, { kind, ticket });
    }
    if (own !== null) ticketsOfMail.set(own, (ticketsOfMail.get(own) ?? new Set()).add(ticket.id));
  }

  expect(astray).toEqual([]);
  expect(answers).toBeGreaterThan(1_000);
  // Mails over lists without an id, of people to whom nobody had written there.
  expect(strangers).toBe(114);
});
