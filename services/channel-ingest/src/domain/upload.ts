/** A file that somebody announced. Its bytes come to the gateway, and are in the blob store once all of them have come. */
export interface Upload {
  readonly id: string;
  /** An agent's id, or the id of a connector's channel. */
  readonly ownerId: string;
  readonly fileName: string;
  readonly mediaType: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** How long an announced file may be put into messages, in hours. */
export const uploadUsableHours = 24;
/**
 * After how long it is forgotten, in hours. The day in between is for the word of an answer that took it in its last
 * minute, should that word be late.
 */
export const uploadKeptHours = 48;
