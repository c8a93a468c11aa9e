import type { BlobFault, BlobStore } from '@smart-tickets/kit/blob-store';
import { FileTokens, type FileClaims, type FilePurpose } from '@smart-tickets/kit/file-link';
import type { Logger } from '@smart-tickets/kit/logger';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { gatewayError, publicError } from './errors.ts';
import { fileHeaders, rangeOf } from './file-headers.ts';
import { ScannedBlobs } from './scanned-blobs.ts';
import { Infected, ScannerFault, type Scanner } from './scanner.ts';

export interface FileOptions {
  readonly blobs: BlobStore;
  readonly internalTokenKey: string;
  readonly log: Logger;
  /** Scans what comes in and what goes out; without it nothing is scanned. */
  readonly scanner?: Scanner;
  /** After this long without a byte from or to a client its connection ends. */
  readonly idleMs?: number;
  /** Uploads at once in this process. */
  readonly mostUploads?: number;
}

const path = '/files/*';
const defaultIdleMs = 30_000;
const defaultMostUploads = 64;

const faults: Record<BlobFault, { status: number; code: string; message: string }> = {
  TOO_LONG: { status: 413, code: 'FILE_TOO_LARGE', message: 'The file is larger than it was announced.' },
  TOO_SHORT: {
    status: 422,
    code: 'FILE_INCOMPLETE',
    message: 'The file is smaller than it was announced; send all of it.',
  },
  OTHER_CONTENT: {
    status: 422,
    code: 'FILE_DIFFERS',
    message: 'The SHA-256 of the file is not the one that was announced.',
  },
};

function refuse(reply: FastifyReply, status: number, code: string, message: string): FastifyReply {
  const error = publicError(gatewayError(code, message).toJSON(), reply.request.id);
  return reply
    .code(status)
    .header('cache-control', 'no-store')
    .send({ errors: [error] });
}

/** The same whether the link is forged or has ended, or the file is gone: nothing is told about it. */
function notFound(reply: FastifyReply): FastifyReply {
  return refuse(reply, 404, 'NOT_FOUND', 'There is no such file, or the link to it has ended.');
}

/** What is answered where the scanner has found something, or cannot tell; null for any other fault. */
function refuseUnclean(
  error: unknown,
  reply: FastifyReply,
  status: number,
  log: Logger,
): FastifyReply | null {
  if (error instanceof Infected) {
    log.warn({ signature: error.signature, requestId: reply.request.id }, 'an infected file was refused');
    return refuse(reply, status, 'FILE_INFECTED', `The virus scanner finds ${error.signature} in this file.`);
  }
  if (error instanceof ScannerFault) {
    log.error({ err: error, requestId: reply.request.id }, 'a file could not be scanned');
    return unavailable(reply, 'The file cannot be scanned for viruses just now; try again in a moment.');
  }
  return null;
}

function unavailable(reply: FastifyReply, message: string): FastifyReply {
  return refuse(reply.header('retry-after', '2'), 503, 'FILES_UNAVAILABLE', message);
}

/**
 * Takes files at /files/<token> by PUT and gives them by GET and HEAD. The signed link is the right to do so; no bearer
 * token is asked for. What was announced otherwise than it comes, or is infected, is refused and leaves nothing; what is found to be
 * infected later is kept and not given.
 */
export function addFiles(app: FastifyInstance, options: FileOptions): void {
  const { blobs, log, scanner, mostUploads = defaultMostUploads, idleMs = defaultIdleMs } = options;
  const scanned = scanner === undefined ? undefined : new ScannedBlobs(blobs, scanner);
  const tokens = new FileTokens(options.internalTokenKey);
  let uploads = 0;

  const claimsOf = (request: FastifyRequest, purpose: FilePurpose): FileClaims | null => {
    const claims = tokens.read((request.params as { '*': string })['*'], Date.now());
    return claims?.purpose === purpose ? claims : null;
  };

  const take = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const claims = claimsOf(request, 'UPLOAD');
    if (claims === null) return notFound(reply);
    if (request.headers['content-encoding'] !== undefined) {
      return refuse(reply, 415, 'UNSUPPORTED_ENCODING', 'Send the bytes as they are, without encoding.');
    }
    const announced = request.headers['content-length'];
    if (announced !== undefined && Number(announced) !== claims.sizeBytes) {
      const { status, code, message } =
        Number(announced) > claims.sizeBytes ? faults.TOO_LONG : faults.TOO_SHORT;
      return refuse(reply, status, code, message);
    }
    if (uploads >= mostUploads) {
      return unavailable(reply, 'Too many files are being uploaded just now; try again in a moment.');
    }
    uploads += 1;
    try {
      return await keep(options, claims, request, reply, idleMs);
    } finally {
      uploads -= 1;
    }
  };

  const give = async (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const claims = claimsOf(request, 'DOWNLOAD');
    if (claims === null) return notFound(reply);
    try {
      // Nothing passes meanwhile; the scan has a limit of its own.
      if (request.method === 'GET') await scanned?.check(claims.workspaceId, claims.sha256);
      reply.raw.setTimeout(idleMs, () => {
        reply.raw.destroy();
      });
      return await send(blobs, claims, request, reply);
    } catch (error) {
      const refused = refuseUnclean(error, reply, 403, log);
      if (refused !== null) return refused;
      log.error({ err: error, requestId: request.id }, 'a file could not be given');
      return unavailable(reply, 'Files cannot be reached just now; try again in a moment.');
    }
  };

  void app.register((scope, _options, done) => {
    // The body is a file of any kind: nobody parses it.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, _payload, parsed) => {
      parsed(null);
    });
    scope.put(path, take);
    scope.route({ method: ['GET', 'HEAD'], url: path, handler: give });
    done();
  });
}

async function keep(
  { blobs, scanner, log }: FileOptions,
  claims: FileClaims,
  request: FastifyRequest,
  reply: FastifyReply,
  idleMs: number,
): Promise<unknown> {
  const { raw } = request;
  let late = false;
  raw.setTimeout(idleMs, () => {
    late = true;
    raw.destroy();
  });
  // Nothing passes while the scanner makes up its mind; it has a limit of its own.
  raw.once('end', () => {
    raw.setTimeout(0);
  });
  try {
    // The answer goes out on the same socket: a body that is not read to its end must not destroy it.
    const source = raw.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
    const clean = scanner === undefined ? source : scanner.through(source);
    const kept = await blobs.put(claims.workspaceId, claims, clean);
    if (kept.ok) return await reply.code(204).header('cache-control', 'no-store').send();
    const { status, code, message } = faults[kept.error];
    // What is still to come is not worth reading.
    return await refuse(reply.header('connection', 'close'), status, code, message);
  } catch (error) {
    if (late || (raw.destroyed && !raw.complete)) {
      log.info({ requestId: request.id, late }, 'an upload broke off');
      reply.hijack();
      return reply;
    }
    void reply.header('connection', 'close');
    const refused = refuseUnclean(error, reply, 422, log);
    if (refused !== null) return await refused;
    log.error({ err: error, requestId: request.id }, 'a file could not be kept');
    return await unavailable(reply, 'The file could not be kept just now; send it again in a moment.');
  }
}

async function send(
  blobs: BlobStore,
  claims: FileClaims,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { workspaceId, sha256, sizeBytes } = claims;
  const range = rangeOf(request.headers.range, sizeBytes);
  if (range === 'NOT_SATISFIABLE') {
    const refused = reply.header('content-range', `bytes */${sizeBytes}`);
    return refuse(refused, 416, 'RANGE_NOT_SATISFIABLE', `The file has ${sizeBytes} bytes.`);
  }
  const part = range === 'WHOLE' ? undefined : range;
  const length = part === undefined ? sizeBytes : part.end - part.start + 1;
  const answer = (): FastifyReply => {
    void reply.headers(fileHeaders(claims, Date.now())).header('content-length', String(length));
    if (part === undefined) return reply;
    return reply.code(206).header('content-range', `bytes ${part.start}-${part.end}/${sizeBytes}`);
  };
  if (request.method === 'HEAD') {
    return (await blobs.has(workspaceId, sha256)) ? answer().send() : notFound(reply);
  }
  const blob = await blobs.open(workspaceId, sha256, part);
  return blob === null ? notFound(reply) : answer().send(blob.stream);
}
