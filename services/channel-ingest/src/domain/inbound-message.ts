export const inboundStatuses = ['RECEIVED', 'ON_TICKET', 'DUPLICATE', 'HELD', 'DEAD_LETTER'] as const;
export type InboundStatus = (typeof inboundStatuses)[number];

/** How the raw item is written: a whole mail, the JSON of `ingestMessage`, or that of `ingestCall`. */
export type RawFormat = 'MAIL' | 'JSON' | 'CALL';

/** What a connector says of a mail's envelope. */
export interface Envelope {
  /** MAIL FROM; empty for delivery reports, null when it is not said. */
  readonly from: string | null;
  /** RCPT TO, at most 100. */
  readonly to: readonly string[];
  /** Address of the machine that brought it, and how it introduced itself. */
  readonly clientIp?: string;
  readonly helo?: string;
  /** Of a mail too large to be taken: how large it is. Only its beginning is here. */
  readonly wholeBytes?: number;
}

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
