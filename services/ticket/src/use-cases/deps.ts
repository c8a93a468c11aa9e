import type pg from 'pg';

/** What every use-case is given first. */
export interface Deps {
  /** Connections of the app role. */
  readonly pool: pg.Pool;
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
