import { describe, expect, test } from '@jest/globals';
import { newId } from '@smart-tickets/kit/ids';
import fc from 'fast-check';
import { AnswerIds } from './answer-ids.ts';

const key = 'a key of at least thirty-two characters';
const ids = new AnswerIds(key);
const workspaceId = newId();
const uuids = fc.uuid();

/** A text with some of its letters in the other case. */
function recased(text: string, upper: readonly boolean[]): string {
  return text
    .split('')
    .map((char, at) => (upper[at % upper.length] ? char.toUpperCase() : char))
    .join('');
}
const cases = fc.array(fc.boolean(), { minLength: 1, maxLength: 60 });

describe('the marks of an answer', () => {
  test('are recognised in any case, with or without brackets, under any domain', () => {
    fc.assert(
      fc.property(uuids, uuids, cases, (workspace, message, upper) => {
        const id = ids.messageId(workspace, message, 'example.com');
        const address = ids.plusAddress(workspace, message, 'support@example.com') ?? '';

        expect(id).toMatch(/^[a-z2-7]{26}\.[a-z2-7]{16}@example\.com$/);
        expect(ids.ofMessageId(workspace, recased(id, upper))).toBe(message);
        expect(ids.ofMessageId(workspace, `<${id.replace('example.com', 'mx.example.net')}>`)).toBe(message);
        expect(ids.ofAddress(workspace, recased(address, upper))).toBe(message);
      }),
    );
  });

  test('are always the same for the same answer', () => {
    const message = newId();

    expect(new AnswerIds(key).messageId(workspaceId, message, 'a.b')).toBe(
      ids.messageId(workspaceId, message, 'a.b'),
    );
  });

  test('forged, damaged, of another workspace or of another key are not recognised', () => {
    const message = newId();
    const token = ids.token(workspaceId, message);
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: token.length - 1 }),
        fc.constantFrom(...'abcdefghijklmnopqrstuvwxyz234567'.split('')),
        (at, char) => {
          fc.pre(token[at] !== char);
          const forged = token.slice(0, at) + char + token.slice(at + 1);

          expect(ids.ofAddress(workspaceId, `support+${forged}@example.com`)).toBeNull();
          expect(
            ids.ofMessageId(workspaceId, `${forged.slice(0, 26)}.${forged.slice(26)}@example.com`),
          ).toBeNull();
        },
      ),
      { numRuns: 500 },
    );

    expect(ids.ofAddress(newId(), `support+${token}@example.com`)).toBeNull();
    expect(new AnswerIds(`${key}!`).ofAddress(workspaceId, `support+${token}@example.com`)).toBeNull();
  });

  test('are in nothing else, whatever it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(ids.ofMessageId(workspaceId, text)).toBeNull();
        expect(ids.ofAddress(workspaceId, text)).toBeNull();
        expect(ids.ofAddress(workspaceId, `a+${text}@b.c`)).toBeNull();
      }),
    );
    expect(ids.ofAddress(workspaceId, `a+${'ſ'.repeat(42)}@b.c`)).toBeNull();
    expect(ids.ofMessageId(workspaceId, `<${'a'.repeat(1_000_000)}`)).toBeNull();
  });
});

describe('the address of an answer’s replies', () => {
  const message = newId();
  const token = ids.token(workspaceId, message);

  test.each([
    ['support@example.com', `support+${token}@example.com`],
    ['support+eu@example.com', `support+eu+${token}@example.com`],
    ['hilfe@bücher.example', `hilfe+${token}@bücher.example`],
    ['a.name.of.21.letters.@example.com', `a.name.of.21.letters.+${token}@example.com`],
    // Longer ones have no room for a token: their answers are known by the Message-ID alone.
    ['a.name.of.22.letters..@example.com', null],
    ['ünïcödé.näme.@example.com', `ünïcödé.näme.+${token}@example.com`],
    ['ünïcödé.nämé-lang@example.com', null],
    ['no address', null],
  ])('of the mailbox %s', (mailbox, expected) => {
    expect(ids.plusAddress(workspaceId, message, mailbox)).toBe(expected);
    if (expected !== null) expect(ids.ofAddress(workspaceId, expected)).toBe(message);
  });
});
