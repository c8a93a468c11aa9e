import { signInternalToken, type Viewer } from '@smart-tickets/kit/internal-token';
import type { RatingSubject } from '@smart-tickets/kit/link-token';
import { BoundedMap } from '@smart-tickets/kit/bounded-map';
import type { Balance } from './budgets.ts';

/** What every operation carries through Apollo to the data sources. */
export interface GatewayContext {
  readonly viewer: Viewer;
  readonly requestId: string;
  /** What the caller has left after the operation. */
  readonly balance?: Balance;
}

/** The customer whom a link speaks for: no more than that may be asked for with it. */
export function customerOf({ workspaceId, customerId }: RatingSubject): Viewer {
  return { workspaceId, role: 'CUSTOMER', subject: customerId, generation: null };
}

/** One text per viewer class: callers with the same text get the same answers. */
export function viewerKey(viewer: Viewer): string {
  return JSON.stringify([viewer.workspaceId, viewer.role, viewer.subject, viewer.generation]);
}

const reuseMs = 30_000;

/** Internal tokens, made once per viewer class and used for 30 s of the 60 s that they are valid. */
export class InternalTokens {
  #key: string;
  #made = new BoundedMap<string, { token: string; until: number }>(10_000);

  constructor(key: string) {
    this.#key = key;
  }

  of(viewer: Viewer, nowMs: number = Date.now()): string {
    const key = viewerKey(viewer);
    const held = this.#made.get(key);
    if (held !== undefined && held.until > nowMs) return held.token;
    const token = signInternalToken(this.#key, viewer, nowMs);
    this.#made.set(key, { token, until: nowMs + reuseMs });
    return token;
  }
}
