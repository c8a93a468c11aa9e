import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import type { BlobStore } from '@smart-tickets/kit/blob-store';
import { newId } from '@smart-tickets/kit/ids';
import { isOutage, NotNow } from '@smart-tickets/kit/outage';
import { mail } from '@smart-tickets/testing/mail';
import { MailDesk } from '../test/mail-desk.ts';
import { ingestEmail } from './use-cases/ingest-email.ts';
import { processInbound } from './use-cases/process-inbound.ts';

let desk: MailDesk;
beforeAll(async () => {
  desk = await MailDesk.open();
});
afterAll(() => desk.close());

const mebibyte = 1024 * 1024;

async function handIn(fileBytes: number): Promise<string> {
  const file = Buffer.alloc(fileBytes, newId()).toString('base64');
  const raw = mail({
    messageId: `${newId()}@example.org`,
    from: `${newId()}@example.org`,
    headers: { 'Content-Type': 'multipart/mixed; boundary=B' },
    text: `--B\n\nSee the file.\n--B\nContent-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n${file}\n--B--`,
  });
  const result = await ingestEmail(desk.deps, desk.connector(), {
    raw: raw.toString('base64'),
    receivedAt: null,
  });
  if (!result.ok) throw new Error(result.error.code);
  return result.value.message.id;
}

/** The store of files, which says how many mails at once have come so far as to keep theirs. */
function watched(blobs: BlobStore): { readonly blobs: BlobStore; readonly most: () => number } {
  let now = 0;
  let most = 0;
  const put: BlobStore['put'] = async (...parts) => {
    now += 1;
    most = Math.max(most, now);
    // Long enough for the others to come so far, were they let.
    await pause(150);
    try {
      return await blobs.put(...parts);
    } finally {
      now -= 1;
    }
  };
  const proxy = new Proxy(blobs, {
    get: (target, name) => {
      if (name === 'put') return put;
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
  return { blobs: proxy, most: () => most };
}

/** Processes an item as the queue does: again and again while it is not its turn. */
async function process(blobs: BlobStore, messageId: string): Promise<void> {
  for (;;) {
    try {
      await processInbound({ ...desk.deps, blobs }, desk.job({ messageId }));
      return;
    } catch (error) {
      if (!(error instanceof NotNow)) throw error;
      await pause(20);
    }
  }
}

async function filesOf(ids: readonly string[]): Promise<Map<string, number[]>> {
  const { rows } = await desk.deps.systemPool.query<{ id: string; sizes: number[] }>(
    `select payload ->> 'messageId' as id, jsonb_path_query_array(payload, '$.attachments[*].sizeBytes') as sizes
       from outbox where topic = 'inbound.normalised' and payload ->> 'messageId' = any($1)`,
    [ids],
  );
  return new Map(rows.map(({ id, sizes }) => [id, sizes]));
}

test.each([
  ['large mails are taken in one at a time', 4 * mebibyte, 1],
  ['small mails are taken in together', 1_000, 4],
])('fault 16: %s, and all of them', async (_what, fileBytes, together) => {
  const ids = await Promise.all([1, 2, 3, 4].map(() => handIn(fileBytes)));
  const { blobs, most } = watched(desk.deps.blobs);

  await Promise.all(ids.map((id) => process(blobs, id)));

  expect(most()).toBe(together);
  expect(await filesOf(ids)).toEqual(new Map(ids.map((id) => [id, [fileBytes]])));
});

test('fault 16: a small mail does not wait for large ones, and their workers are free for it', async () => {
  const large = await Promise.all([1, 2, 3].map(() => handIn(4 * mebibyte)));
  const small = await handIn(1_000);
  const begun = Promise.withResolvers<void>();
  const free = Promise.withResolvers<void>();
  const { deps } = desk;
  const put: BlobStore['put'] = async (...parts) => {
    if (parts[1].sizeBytes > mebibyte) {
      begun.resolve();
      await free.promise;
    }
    return deps.blobs.put(...parts);
  };
  const blobs = { ...watched(deps.blobs).blobs, put };

  const first = process(blobs, large[0] ?? '');
  await begun.promise;
  const others = await Promise.allSettled(
    large.slice(1).map((messageId) => processInbound({ ...deps, blobs }, desk.job({ messageId }))),
  );
  await process(blobs, small);
  const passed = await filesOf([...large, small]);
  free.resolve();
  await first;
  for (const id of large.slice(1)) await process(blobs, id);

  expect(others.map((one) => one.status === 'rejected' && isOutage(one.reason))).toEqual([true, true]);
  expect(passed).toEqual(new Map([[small, [1_000]]]));
  expect((await filesOf(large)).size).toBe(3);
});
