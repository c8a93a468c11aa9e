import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';

/** An S3 service for tests: objects in memory, and every request's signature checked. */
export interface S3Server {
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Objects by bucket and key, as in `bucket/key`. */
  readonly objects: Map<string, Buffer>;
  /** What was refused, as `METHOD path: code`. */
  readonly refusals: string[];
  close(): Promise<void>;
}

const region = 'eu-central-1';
const bucket = 'tickets';
const accessKeyId = 'AKIATEST';
const secretAccessKey = 'a secret of forty characters, for a test';

function sha256(data: string | Buffer): string {
  return createHash('sha256').update(data).digest('hex');
}

function hmac(key: string | Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

/**
 * Why a request's signature does not count, or null when it does. Written from the specification, not with the library
 * that signs. Source: AWS, "Signature Version 4 for API requests", authorization header with a single chunk.
 */
function signatureFault(request: IncomingMessage, body: Buffer): string | null {
  const header = request.headers.authorization ?? '';
  const parts =
    /^AWS4-HMAC-SHA256 Credential=(?<key>[^/]+)\/(?<date>\d{8})\/(?<region>[^/]+)\/s3\/aws4_request, ?SignedHeaders=(?<names>[^,]+), ?Signature=(?<signature>[0-9a-f]{64})$/.exec(
      header,
    )?.groups;
  if (parts === undefined) return 'AccessDenied';
  const { key, date = '', names = '', signature = '' } = parts;
  const stamp = String(request.headers['x-amz-date']);
  const payloadHash = String(request.headers['x-amz-content-sha256']);
  if (key !== accessKeyId || parts['region'] !== region || !stamp.startsWith(date))
    return 'InvalidAccessKeyId';
  const signed = names.split(';');
  if (!['host', 'x-amz-content-sha256', 'x-amz-date'].every((name) => signed.includes(name))) {
    return 'AccessDenied';
  }
  const url = new URL(request.url ?? '/', 'http://host');
  const query = [...url.searchParams].map((pair) => pair.map(encodeURIComponent).join('=')).sort();
  const canonical = [
    request.method,
    url.pathname,
    query.join('&'),
    ...signed.map((name) => `${name}:${String(request.headers[name]).trim()}`),
    '',
    names,
    payloadHash,
  ].join('\n');
  const scope = `${date}/${region}/s3/aws4_request`;
  const text = ['AWS4-HMAC-SHA256', stamp, scope, sha256(canonical)].join('\n');
  const dated = hmac(`AWS4${secretAccessKey}`, date);
  const signingKey = hmac(hmac(hmac(dated, region), 's3'), 'aws4_request');
  const expected = hmac(signingKey, text);
  if (!timingSafeEqual(expected, Buffer.from(signature, 'hex'))) return 'SignatureDoesNotMatch';
  return sha256(body) === payloadHash ? null : 'XAmzContentSHA256Mismatch';
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of request) pieces.push(piece as Buffer);
  return Buffer.concat(pieces);
}

function give(request: IncomingMessage, response: ServerResponse, object: Buffer | undefined): void {
  if (object === undefined) {
    response.writeHead(404).end();
    return;
  }
  const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
  const [start, end] = range === null ? [0, object.length - 1] : [Number(range[1]), Number(range[2])];
  const part = object.subarray(start, end + 1);
  response.setHeader('content-length', part.length);
  if (range !== null) response.setHeader('content-range', `bytes ${start}-${end}/${object.length}`);
  response.writeHead(range === null ? 200 : 206).end(request.method === 'HEAD' ? undefined : part);
}

/** Starts one on a free loopback port. It knows PUT, GET with a range, HEAD and DELETE of one bucket, in path style. */
export async function startS3Server(): Promise<S3Server> {
  const objects = new Map<string, Buffer>();
  const refusals: string[] = [];
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = await bodyOf(request);
    const key = decodeURIComponent(new URL(request.url ?? '/', 'http://host').pathname).slice(1);
    const lengthFault =
      request.method === 'PUT' && request.headers['content-length'] === undefined
        ? 'MissingContentLength'
        : null;
    const fault =
      signatureFault(request, body) ?? lengthFault ?? (key.startsWith(`${bucket}/`) ? null : 'NoSuchBucket');
    if (fault !== null) {
      refusals.push(`${request.method} /${key}: ${fault}`);
      response.writeHead(403).end(`<Error><Code>${fault}</Code></Error>`);
      return;
    }
    if (request.method === 'PUT') {
      objects.set(key, body);
      response.writeHead(200).end();
    } else if (request.method === 'DELETE') {
      objects.delete(key);
      response.writeHead(204).end();
    } else give(request, response, objects.get(key));
  };
  const server = createServer((request, response) => {
    // A request that breaks off is no object.
    serve(request, response).catch(() => {
      response.destroy();
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    region,
    bucket,
    accessKeyId,
    secretAccessKey,
    objects,
    refusals,
    close: () =>
      new Promise((resolve) => {
        server.close(() => {
          resolve();
        });
        server.closeAllConnections();
      }),
  };
}
