import type { BlobStore } from '@smart-tickets/kit/blob-store';
import type { FileLinks } from '@smart-tickets/kit/file-link';
import type pg from 'pg';

/** What every use-case is given first. */
export interface Deps {
  /** Connections of the app role. */
  readonly pool: pg.Pool;
  /** Connections of the system role. */
  readonly systemPool: pg.Pool;
  /** Bytes of files. */
  readonly blobs: BlobStore;
  readonly links: FileLinks;
  /** To be called after a commit that wrote events. */
  readonly eventsWritten: () => void;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** The connector that hands something in: it speaks for one channel. */
export interface Connector {
  readonly workspaceId: string;
  readonly channelId: string;
  readonly generation: number;
  readonly requestId: string;
}
