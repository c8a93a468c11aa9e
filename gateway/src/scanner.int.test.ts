import { openBlobs } from '@smart-tickets/kit/blobs';
import type { BlobStore } from '@smart-tickets/kit/blob-store';
import { FileLinks, type LinkedFile } from '@smart-tickets/kit/file-link';
import { newId } from '@smart-tickets/kit/ids';
import { createLogger } from '@smart-tickets/kit/logger';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import Fastify, { type FastifyInstance } from 'fastify';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { addFiles } from './files.ts';
import { Scanner } from './scanner.ts';
import {
  eicar,
  hasClamd,
  mostOfFile,
  mostScannedBytes,
  startClamd,
  type TestClamd,
} from '@smart-tickets/testing/clamd';
import { internalTokenKey } from './testing/graph.ts';

const links = new FileLinks(internalTokenKey, undefined);
const workspaceId = newId();
const folder = mkdtempSync(join(tmpdir(), 'scanned-'));
const blobs: BlobStore = openBlobs({ BLOB_URL: pathToFileURL(folder).href });
const apps: FastifyInstance[] = [];
afterAll(async () => {
  for (const app of apps) await app.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A gateway's files, scanned at an address; how to send a file there, and how to fetch it. */
async function serve(scannerUrl: string, limitMs?: number, idleMs?: number) {
  const app = Fastify({ forceCloseConnections: true });
  const scanner = new Scanner(scannerUrl, limitMs);
  const log = createLogger('test', 'silent');
  addFiles(app, { blobs, internalTokenKey, log, scanner, ...(idleMs === undefined ? {} : { idleMs }) });
  apps.push(app);
  const base = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    upload: (file: LinkedFile, bytes: Buffer) =>
      fetch(base + links.upload(file, Date.now()), { method: 'PUT', body: new Uint8Array(bytes) }),
    download: (file: LinkedFile, init: RequestInit = {}) =>
      fetch(base + links.download(file, Date.now()), init),
  };
}
type Files = Awaited<ReturnType<typeof serve>>;

function fileOf(bytes: Buffer): LinkedFile {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const named = { fileName: 'report.pdf', mediaType: 'application/pdf', inline: false };
  return { workspaceId, attachmentId: newId(), sha256, sizeBytes: bytes.length, ...named };
}

/** A file that is kept already, as one that came in a mail is. */
async function kept(bytes: Buffer): Promise<LinkedFile> {
  const file = fileOf(bytes);
  await blobs.put(workspaceId, file, Readable.from([bytes], { objectMode: true }));
  return file;
}

async function codeOf(response: Response): Promise<[number, unknown]> {
  const { errors } = (await response.json()) as { errors: { extensions: { code: string } }[] };
  return [response.status, errors[0]?.extensions.code];
}

const describeWithClamd = hasClamd() ? describe : describe.skip;
describeWithClamd('with ClamAV', () => {
  let clamd: TestClamd;
  let files: Files;
  beforeAll(async () => {
    clamd = await startClamd();
    files = await serve(clamd.url);
  }, 60_000);
  afterAll(() => clamd.stop());

  test('fault 19: EICAR’s test file is refused and leaves nothing', async () => {
    const file = fileOf(eicar);

    const answer = await files.upload(file, eicar);

    expect(await codeOf(answer)).toEqual([422, 'FILE_INFECTED']);
    expect(await blobs.has(workspaceId, file.sha256)).toBe(false);
  });

  test('fault 19: EICAR’s test file that came in a mail is not given to anybody, nor a part of it', async () => {
    const file = await kept(eicar);

    const answers = await Promise.all([
      files.download(file),
      files.download(file),
      files.download(file, { headers: { range: 'bytes=0-9' } }),
    ]);
    answers.push(await files.download(file));

    for (const answer of answers) expect(await codeOf(answer)).toEqual([403, 'FILE_INFECTED']);
    expect(await blobs.has(workspaceId, file.sha256)).toBe(true);
  });

  test('clean files go in and out byte by byte, small and large', async () => {
    for (const size of [0, 1, 70_000, mostOfFile - 1_000]) {
      const bytes = Buffer.alloc(size, newId());
      const file = fileOf(bytes);

      const sent = await files.upload(file, bytes);
      const [got, part] = await Promise.all([
        files.download(file),
        files.download(file, size < 20 ? {} : { headers: { range: 'bytes=10-19' } }),
      ]);

      expect([sent.status, got.status, part.status]).toEqual([204, 200, size < 20 ? 200 : 206]);
      expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
      await part.arrayBuffer();
    }
  });

  test('a file that is larger than it takes is refused, as nothing is known of it', async () => {
    const bytes = Buffer.alloc(3 * mostScannedBytes, newId());
    const file = await kept(bytes);

    for (const _again of [1, 2]) {
      expect(await codeOf(await files.download(file))).toEqual([503, 'FILES_UNAVAILABLE']);
    }
    const other = Buffer.alloc(3 * mostScannedBytes, newId());
    // It may be told so while it still sends, and its connection be ended.
    const answer = await files.upload(fileOf(other), other).catch(() => null);
    expect([503, undefined]).toContain(answer?.status);
    expect(await blobs.has(workspaceId, fileOf(other).sha256)).toBe(false);
  });

  test('a file of which it would look at a part only is refused as infected', async () => {
    const bytes = Buffer.alloc(mostOfFile + 1_000, newId());

    expect(await codeOf(await files.download(await kept(bytes)))).toEqual([403, 'FILE_INFECTED']);
    const other = Buffer.alloc(mostOfFile + 1_000, newId());
    expect(await codeOf(await files.upload(fileOf(other), other))).toEqual([422, 'FILE_INFECTED']);
  });

  test('a file that is gone is not there, scanned or not', async () => {
    expect(await codeOf(await files.download(fileOf(Buffer.from(newId()))))).toEqual([404, 'NOT_FOUND']);
  });
});

describe('while the scanner', () => {
  const servers: Server[] = [];
  const sockets: Socket[] = [];
  afterAll(() => {
    for (const socket of sockets) socket.destroy();
    for (const server of servers) server.close();
  });

  /** Something that takes connections where a scanner should be. */
  async function listen(use: (socket: Socket) => void): Promise<string> {
    const server = createServer((socket) => {
      sockets.push(socket);
      socket.on('error', () => undefined);
      use(socket);
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    return `tcp://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  }

  const states: Record<string, () => Promise<string>> = {
    'is away': () => Promise.resolve('tcp://127.0.0.1:1'),
    'never answers': () => listen((socket) => socket.resume()),
    'takes no bytes': () => listen((socket) => socket.pause()),
    'hangs up at once': () => listen((socket) => socket.destroy()),
    'hangs up in the middle of its answer': () =>
      listen((socket) => {
        socket.once('data', () => {
          socket.end('stream: O');
        });
      }),
    'says what nobody expects': () =>
      listen((socket) => {
        socket.resume().write('UNKNOWN COMMAND\0');
      }),
  };
  test.each(Object.keys(states))('%s, no file comes in or goes out', async (state) => {
    const url = (await states[state]?.()) ?? '';
    const files = await serve(url, 300);
    const bytes = Buffer.alloc(2_000_000, newId());
    const held = await kept(Buffer.from(newId()));

    expect(await codeOf(await files.download(held))).toEqual([503, 'FILES_UNAVAILABLE']);
    const answer = await files.upload(fileOf(bytes), bytes).catch(() => null);
    expect([503, undefined]).toContain(answer?.status);
    expect(await blobs.has(workspaceId, fileOf(bytes).sha256)).toBe(false);
  });

  test('is slower than a client may be silent, who fetches or has sent a file is told so', async () => {
    const files = await serve(await listen((socket) => socket.resume()), 600, 200);
    const bytes = Buffer.from(newId());

    expect(await codeOf(await files.download(await kept(Buffer.from(newId()))))).toEqual([
      503,
      'FILES_UNAVAILABLE',
    ]);
    expect(await codeOf(await files.upload(fileOf(bytes), bytes))).toEqual([503, 'FILES_UNAVAILABLE']);
  });

  test('is away, whether a file is there can be asked', async () => {
    const files = await serve('tcp://127.0.0.1:1');
    const held = await kept(Buffer.from(newId()));

    expect((await files.download(held, { method: 'HEAD' })).status).toBe(200);
  });
});
