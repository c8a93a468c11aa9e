import type { Logger } from '@smart-tickets/kit/logger';
import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';

/** Keys are read anew after so long, so that one that was taken out of the set ends. */
const freshMs = 600_000;
/** Keys that cannot be read anew are believed for so long: the provider may be down, and all who work here go on. */
const longestMs = 86_400_000;
/** A key that is not in the set makes it be read again, but not more often than this: anybody can name a key. */
const cooldownMs = 30_000;
/** After a failure the provider is left alone for so long. */
const retryMs = 5_000;

export interface ProviderKeysOptions {
  readonly url: URL;
  readonly log: Logger;
  readonly now?: () => number;
  /** Limit for the provider's answer. */
  readonly timeoutMs?: number;
}

/**
 * The keys of an identity provider. New keys are found when the first token comes that was signed with one; while the
 * provider does not answer, those known are good for a day. Rejects with the provider's fault when nothing is known, and
 * for an unknown key while the provider cannot be asked.
 */
export function createProviderKeys(options: ProviderKeysOptions): JWTVerifyGetKey {
  const { url, log, now = Date.now, timeoutMs = 5_000 } = options;
  // When to read is decided here: by itself it would refuse everybody as soon as the provider is down.
  const remote = createRemoteJWKSet(url, {
    cacheMaxAge: Infinity,
    cooldownDuration: Infinity,
    timeoutDuration: timeoutMs,
  });
  let loadedAt = -Infinity;
  let failed: { readonly at: number; readonly reason: Error } | undefined;
  let loading: Promise<void> | undefined;

  const load = (): Promise<void> => {
    if (failed !== undefined && now() - failed.at < retryMs) return Promise.reject(failed.reason);
    loading ??= remote
      .reload()
      .then(
        () => {
          loadedAt = now();
          failed = undefined;
        },
        (cause: unknown) => {
          const reason = cause instanceof Error ? cause : new Error(String(cause));
          failed = { at: now(), reason };
          log.warn({ err: reason }, 'the keys of the identity provider cannot be read');
          throw reason;
        },
      )
      .finally(() => {
        loading = undefined;
      });
    return loading;
  };

  return async (header, token) => {
    const age = now() - loadedAt;
    if (age >= longestMs) await load();
    // Whoever comes meanwhile need not wait for a provider that answers slowly.
    else if (age >= freshMs) load().catch(() => undefined);
    try {
      return await remote(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || now() - loadedAt < cooldownMs) throw error;
      await load();
      return remote(header, token);
    }
  };
}
