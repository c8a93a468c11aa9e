import type { BlobStore } from '@smart-tickets/kit/blob-store';
import type { FileLinks } from '@smart-tickets/kit/file-link';
import type pg from 'pg';

/** What every use-case is given first. */
export interface Deps {
  /** Connections of the app role. */
  readonly pool: pg.Pool;
  /** Bytes of files. */
  readonly blobs: BlobStore;
  readonly links: FileLinks;
  /** Whether webhooks may go by http and to addresses that are not public. */
  readonly allowInsecureWebhooks: boolean;
  /** To be called after a commit that wrote events. */
  readonly eventsWritten: () => void;
  /** The present instant. */
  readonly now: () => Date;
  /** A new id. */
  readonly newId: () => string;
}

/** Who calls and under which request. */
export interface Caller {
  readonly workspaceId: string;
  readonly agentId: string;
  readonly requestId: string;
}
