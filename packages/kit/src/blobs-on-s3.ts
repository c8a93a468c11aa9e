import { AwsV4Signer } from 'aws4fetch';
import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import {
  blobKey,
  blobOutageCode,
  CheckedContent,
  type BlobContent,
  type BlobFault,
  type BlobStore,
  type ByteRange,
  type OpenBlob,
} from './blob-store.ts';
import { err, ok, type Result } from './result.ts';

export interface S3Place {
  /** Such as `https://s3.eu-central-1.amazonaws.com`; the bucket is a part of the path. */
  readonly endpoint: string;
  readonly region: string;
  readonly bucket: string;
  /** Without slashes at its ends; may be empty. */
  readonly prefix: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

const answerLimitMs = 15_000;
/** The gateway gives an upload five minutes. */
const putLimitMs = 330_000;
const hashOfNothing = createHash('sha256').digest('hex');

interface Request {
  readonly method: 'GET' | 'HEAD' | 'PUT' | 'DELETE';
  /** SHA-256 of the body. */
  readonly sha256: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: AsyncIterable<Uint8Array> | null;
}

/**
 * Blobs as objects of a bucket, by the S3 protocol in path style. The hash of the bytes is signed along with each PUT, so
 * that the store, too, refuses other bytes. The credentials need GetObject, PutObject, DeleteObject, and ListBucket:
 * without the last, AWS answers 403 for what is not there.
 */
export class S3Blobs implements BlobStore {
  #place: S3Place;

  constructor(place: S3Place) {
    this.#place = place;
  }

  async put(
    workspaceId: string,
    content: BlobContent,
    source: AsyncIterable<Uint8Array>,
  ): Promise<Result<undefined, BlobFault>> {
    const checked = new CheckedContent(content, source);
    try {
      if (await this.has(workspaceId, content.sha256)) await checked.drain();
      else await this.#write(workspaceId, content, checked);
      return ok(undefined);
    } catch (error) {
      if (checked.fault !== undefined) return err(checked.fault);
      throw checked.broken === undefined ? error : checked.broken.reason;
    }
  }

  async #write(
    workspaceId: string,
    { sha256, sizeBytes }: BlobContent,
    checked: CheckedContent,
  ): Promise<void> {
    if (sizeBytes === 0) await checked.drain();
    const request = {
      method: 'PUT',
      sha256,
      headers: { 'content-length': String(sizeBytes), 'content-type': 'application/octet-stream' },
      body: sizeBytes === 0 ? null : checked,
    } as const;
    const response = await this.#send(workspaceId, sha256, request, putLimitMs);
    await response.body?.cancel();
    if (!response.ok) throw refused(response, 'a file was not kept');
  }

  async open(workspaceId: string, sha256: string, range?: ByteRange): Promise<OpenBlob | null> {
    const headers = range === undefined ? {} : { range: `bytes=${range.start}-${range.end}` };
    const request = { method: 'GET', sha256: hashOfNothing, headers } as const;
    const response = await this.#send(workspaceId, sha256, request, answerLimitMs);
    if (response.ok && response.body !== null) {
      // The whole size stands behind the slash of `bytes 0-9/100`.
      const whole = response.headers.get('content-range')?.split('/')[1];
      const sizeBytes = Number(whole ?? response.headers.get('content-length'));
      return { stream: Readable.from(response.body), sizeBytes };
    }
    await response.body?.cancel();
    if (response.status === 404) return null;
    throw refused(response, 'a file was not given');
  }

  async has(workspaceId: string, sha256: string): Promise<boolean> {
    const request = { method: 'HEAD', sha256: hashOfNothing } as const;
    const response = await this.#send(workspaceId, sha256, request, answerLimitMs);
    await response.body?.cancel();
    if (response.ok) return true;
    if (response.status === 404) return false;
    throw refused(response, 'a file was not looked up');
  }

  async delete(workspaceId: string, sha256: string): Promise<void> {
    const request = { method: 'DELETE', sha256: hashOfNothing } as const;
    const response = await this.#send(workspaceId, sha256, request, answerLimitMs);
    await response.body?.cancel();
    if (!response.ok && response.status !== 404) throw refused(response, 'a file was not deleted');
  }

  /** A PUT that breaks off leaves no object. */
  tidy(): Promise<number> {
    return Promise.resolve(0);
  }

  /** Resolves with the head of the answer, within the limit; its body may take longer. */
  async #send(workspaceId: string, name: string, request: Request, limitMs: number): Promise<Response> {
    const { endpoint, bucket, prefix, region, accessKeyId, secretAccessKey } = this.#place;
    const segments = [bucket, ...(prefix === '' ? [] : [prefix]), ...blobKey(workspaceId, name)];
    const signed = await new AwsV4Signer({
      method: request.method,
      url: `${endpoint.replace(/\/+$/, '')}/${segments.join('/')}`,
      headers: { ...request.headers, 'x-amz-content-sha256': request.sha256 },
      service: 's3',
      region,
      accessKeyId,
      secretAccessKey,
    }).sign();
    // What is compressed on the way would have another length. Not signed: to a Range, fetch adds the same by itself.
    if (!signed.headers.has('range')) signed.headers.set('accept-encoding', 'identity');
    const late = new AbortController();
    const timer = setTimeout(() => {
      late.abort(new Error(`the blob store did not answer within ${limitMs} ms`));
    }, limitMs);
    try {
      return await fetch(signed.url, {
        method: request.method,
        headers: signed.headers,
        signal: late.signal,
        redirect: 'error',
        ...(request.body == null ? {} : { body: Readable.from(request.body), duplex: 'half' }),
      });
    } catch (error) {
      throw Object.assign(new Error('the blob store is out of reach', { cause: error }), {
        code: blobOutageCode,
      });
    } finally {
      clearTimeout(timer);
    }
  }
}

function refused({ status }: Response, what: string): Error {
  const error = new Error(`${what}: the blob store answered ${status}`);
  return status >= 500 || status === 429 ? Object.assign(error, { code: blobOutageCode }) : error;
}
