export const inboundStatuses = ['RECEIVED', 'ON_TICKET', 'DUPLICATE', 'HELD', 'DEAD_LETTER'] as const;
export type InboundStatus = (typeof inboundStatuses)[number];

/** How the raw item is written: a whole mail, or the JSON of `ingestMessage`. */
export type RawFormat = 'MAIL' | 'JSON';

/** Something received, without its raw bytes. */
export interface InboundMessage {
  readonly id: string;
  readonly channelId: string;
  readonly externalId: string;
  readonly status: InboundStatus;
  readonly ticketId: string | null;
  readonly reason: string | null;
  readonly receivedAt: string;
  readonly processedAt: string | null;
  readonly attempts: number;
  readonly sizeBytes: number;
}
