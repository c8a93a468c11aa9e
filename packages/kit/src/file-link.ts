import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

/** What a link is about: one file of one workspace. */
export interface LinkedFile {
  readonly workspaceId: string;
  readonly attachmentId: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly fileName: string;
  readonly mediaType: string;
  /** Shown inside a text, as an image of an HTML mail is. */
  readonly inline: boolean;
}

/** What a link gives a right to. */
export type FilePurpose = 'UPLOAD' | 'DOWNLOAD';

/** A link as it was signed; `expiresAt` in seconds since 1970. */
export interface FileClaims extends LinkedFile {
  readonly purpose: FilePurpose;
  readonly expiresAt: number;
}

/** How long links are good for, in seconds. */
export const uploadLinkSeconds = 7_200;
export const downloadLinkSeconds = 3_600;

const longestToken = 4_000;

const claimsSchema = z
  .object({
    w: z.uuid(),
    a: z.uuid(),
    h: z.string().regex(/^[0-9a-f]{64}$/),
    s: z.int().min(0),
    f: z.string(),
    m: z.string(),
    i: z.boolean(),
    p: z.enum(['UPLOAD', 'DOWNLOAD']),
    e: z.int(),
  })
  .transform((claims): FileClaims => ({
    workspaceId: claims.w,
    attachmentId: claims.a,
    sha256: claims.h,
    sizeBytes: claims.s,
    fileName: claims.f,
    mediaType: claims.m,
    inline: claims.i,
    purpose: claims.p,
    expiresAt: claims.e,
  }));

/** Key of file links: of the internal token key, but no internal token can be made with it, nor the other way round. */
function linkKey(internalTokenKey: string): Buffer {
  return Buffer.from(hkdfSync('sha256', internalTokenKey, '', 'smart-tickets file links', 32));
}

function signature(key: Buffer, body: string): Buffer {
  return createHmac('sha256', key).update(body).digest();
}

/** Makes links to files. Whoever has one may do what it says until it ends, and nothing else: no further token is asked. */
export class FileLinks {
  #key: Buffer;
  #base: string;

  /**
   * @param publicUrl where the gateway is reached from outside; without it links are relative to the gateway's root.
   */
  constructor(internalTokenKey: string, publicUrl: string | undefined) {
    this.#key = linkKey(internalTokenKey);
    this.#base = publicUrl?.replace(/\/+$/, '') ?? '';
  }

  /** A link by which the file's bytes are handed in by PUT, good for two hours. */
  upload(file: LinkedFile, nowMs: number): string {
    return this.#link({ ...file, purpose: 'UPLOAD', expiresAt: expiry(nowMs, uploadLinkSeconds) });
  }

  /** A link by which the file is fetched, good for an hour. */
  download(file: LinkedFile, nowMs: number): string {
    return this.#link({ ...file, purpose: 'DOWNLOAD', expiresAt: expiry(nowMs, downloadLinkSeconds) });
  }

  #link(claims: FileClaims): string {
    const { workspaceId: w, attachmentId: a, sha256: h, sizeBytes: s, fileName: f } = claims;
    const { mediaType: m, inline: i, purpose: p, expiresAt: e } = claims;
    const body = Buffer.from(JSON.stringify({ w, a, h, s, f, m, i, p, e })).toString('base64url');
    return `${this.#base}/files/${body}.${signature(this.#key, body).toString('base64url')}`;
  }
}

function expiry(nowMs: number, seconds: number): number {
  return Math.floor(nowMs / 1_000) + seconds;
}

/** Reads the tokens of file links. */
export class FileTokens {
  #key: Buffer;

  constructor(internalTokenKey: string) {
    this.#key = linkKey(internalTokenKey);
  }

  /** What a token gives a right to, or null when it is forged, damaged or has ended. */
  read(token: string, nowMs: number): FileClaims | null {
    if (token.length > longestToken) return null;
    const [body, sent, ...rest] = token.split('.');
    if (body === undefined || sent === undefined || rest.length > 0) return null;
    const expected = signature(this.#key, body);
    const given = Buffer.from(sent, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null;
    let claims: FileClaims;
    try {
      claims = claimsSchema.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
    } catch {
      return null;
    }
    return claims.expiresAt > nowMs / 1_000 ? claims : null;
  }
}
