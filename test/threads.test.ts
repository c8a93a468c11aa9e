import { expect, test } from '@jest/globals';
import { findThread, threadKeysOf, type ThreadCandidate } from '../services/ticket/src/domain/threading.ts';
import type { Ticket } from '../services/ticket/src/domain/ticket.ts';
import { corpusFiles, linksOf } from './support/corpus.ts';

test('of all 6,046 real mails, taken one after the other, each that names an earlier one is on its ticket', () => {
  const keys = new Map<string, { kind: 'OWN' | 'NAMED'; ticket: Ticket }>();
  const ticketsOfMail = new Map<string, Set<string>>();
  const astray: string[] = [];
  let answers = 0;

  for (const [index, file] of corpusFiles().entries()) {
    const { own, names } = linksOf(file);
    const others = names.filter((name) => name !== own);
    const thread = { own, inReplyTo: [], references: others, conversation: null };
    const known = threadKeysOf(thread);
    const candidates = known.flatMap((key): ThreadCandidate[] => {
      const found = keys.get(key);
      return found === undefined ? [] : [{ key, ...found }];
    });
    const ticket = findThread(thread, candidates)?.ticket ?? ({ id: String(index) } as Ticket);
    for (const key of known) {
      const before = keys.get(key);
      const kind = key === own ? 'OWN' : 'NAMED';
      if (before === undefined || (kind === 'OWN' && before.kind === 'NAMED'))
        keys.set(key, { kind, ticket });
    }
    const parents = others.flatMap((name) => [...(ticketsOfMail.get(name) ?? [])]);
    if (parents.length > 0) answers += 1;
    if (parents.length > 0 && !parents.includes(ticket.id)) astray.push(file);
    if (own !== null) ticketsOfMail.set(own, (ticketsOfMail.get(own) ?? new Set()).add(ticket.id));
  }

  expect(astray).toEqual([]);
  expect(answers).toBeGreaterThan(1_000);
});
