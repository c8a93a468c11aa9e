import type { BlobStore } from '@smart-tickets/kit/blob-store';
import type { ChannelTokens } from '@smart-tickets/kit/channel-token';
import type { FileLinks } from '@smart-tickets/kit/file-link';
import type { RatingSubject } from '@smart-tickets/kit/link-token';
import type { Logger } from '@smart-tickets/kit/logger';
import type pg from 'pg';
import type { AnswerIds } from './answer-ids.ts';
import type { CheckSender } from './mail/sender-checks.ts';

/** What every use-case is given first. */
export interface Deps {
  /** Connections of the app role. */
  readonly pool: pg.Pool;
  /** Connections of the system role. */
  readonly systemPool: pg.Pool;
  /** Bytes of files. */
  readonly blobs: BlobStore;
  readonly links: FileLinks;
  /** The marks in answers by which their replies and bounces are recognised. */
  readonly answerIds: AnswerIds;
  /** What connectors of channels show to be let in. */
  readonly channelTokens: ChannelTokens;
  /** Where a customer rates an answer; null where the gateway's address is not configured. */
  readonly ratingLink: (subject: RatingSubject, nowMs: number) => string | null;
  /** Asks DNS whether the sender of a mail is who it says; without it only the channel's own mail server is believed. */
  readonly checkSender?: CheckSender;
  readonly log: Logger;
  /** To be called after a commit that wrote events. */
  readonly eventsWritten: () => void;
  /** To be called after a commit that changed answers of a channel on their way out, or what its token may. */
  readonly deliveriesChanged: (workspaceId: string, channelId: string) => void;
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
