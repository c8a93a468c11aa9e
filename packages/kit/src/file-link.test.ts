import { describe, expect, test } from '@jest/globals';
import { signInternalToken } from './internal-token.ts';
import { downloadLinkSeconds, FileLinks, FileTokens, uploadLinkSeconds } from './file-link.ts';
import { newId } from './ids.ts';

const key = 'a key of at least thirty-two characters';
const now = Date.UTC(2026, 2, 2, 9);
const file = {
  workspaceId: newId(),
  attachmentId: newId(),
  sha256: 'a'.repeat(64),
  sizeBytes: 12,
  fileName: 'Größe 📎.pdf',
  mediaType: 'application/pdf',
  inline: false,
};
const tokenOf = (link: string): string => link.slice(link.lastIndexOf('/') + 1);

describe('a link to a file', () => {
  test('carries what it was made for until it ends', () => {
    const tokens = new FileTokens(key);
    const token = tokenOf(new FileLinks(key, undefined).download(file, now));
    const expiresAt = now / 1_000 + downloadLinkSeconds;

    expect(tokens.read(token, now)).toEqual({ ...file, purpose: 'DOWNLOAD', expiresAt });
    expect(tokens.read(token, expiresAt * 1_000 - 1)).not.toBeNull();
    expect(tokens.read(token, expiresAt * 1_000)).toBeNull();
  });

  test('begins with the address of the gateway where that is known', () => {
    expect(new FileLinks(key, 'https://desk.example/').upload(file, now)).toMatch(
      /^https:\/\/desk\.example\/files\/[\w.-]+$/,
    );
    expect(new FileLinks(key, undefined).upload(file, now)).toMatch(/^\/files\/[\w.-]+$/);
  });

  test('to upload is good for two hours and for nothing else', () => {
    const token = tokenOf(new FileLinks(key, undefined).upload(file, now));

    expect(new FileTokens(key).read(token, now)).toMatchObject({
      purpose: 'UPLOAD',
      expiresAt: now / 1_000 + uploadLinkSeconds,
    });
  });

  test('of another key, changed in one character, cut, or made of something else is none', () => {
    const tokens = new FileTokens(key);
    const token = tokenOf(new FileLinks(key, undefined).download(file, now));
    const dot = token.indexOf('.');
    const changed = `${token.slice(0, 10)}${token[10] === 'A' ? 'B' : 'A'}${token.slice(11)}`;
    const viewer = { workspaceId: newId(), role: 'ADMIN' as const, subject: newId(), generation: null };

    const forged = [
      tokenOf(new FileLinks(`${key}!`, undefined).download(file, now)),
      changed,
      token.slice(0, dot),
      token.slice(0, -2),
      `${token}.${token}`,
      `${token.slice(0, dot)}.`,
      signInternalToken(key, viewer, now),
      'x'.repeat(5_000),
      '',
    ];

    for (const text of forged) expect(tokens.read(text, now)).toBeNull();
  });
});
