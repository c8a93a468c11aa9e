import { readLines, withoutEnding, type LinePiece } from './lines.ts';
import { beginsWithFrom, isDatedEnvelope, isFieldLine } from './mail-shape.ts';

/** One mail of an mbox. */
export interface MboxMail {
  /** Place of its `From ` line in the file: together with the path it names the mail. */
  readonly offset: number;
  /** The mail as it was before it was put into the mbox; null when it is larger than the limit. */
  readonly raw: Buffer | null;
  readonly sizeBytes: number;
}

/**
 * The mails of an mbox, one at a time; memory holds one mail of at most `maxBytes`.
 *
 * A mail begins at a line `From ` at the beginning of the file or after an empty line, when that line carries a date
 * or a header field follows: the sentence "From now on …" does not cut a mail in two in mboxes whose writer did not
 * quote. Lines `>From `, `>>From ` … lose one `>` (mboxrd), and the empty line that the writer put behind each mail is
 * taken away; a file with one mail keeps what stands at its end. All other bytes stay as they are.
 * Source: RFC 4155 appendix A, and the mboxrd convention of qmail's mbox(5).
 */
export async function* readMbox(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  maxBytes: number,
): AsyncGenerator<MboxMail, void> {
  let mail: MailBuilder | undefined;
  let afterEmptyLine = true;
  let undecided: LinePiece | undefined;
  let cut = false;

  for await (const piece of readLines(chunks)) {
    if (undecided !== undefined) {
      if (isFieldLine(piece.bytes)) {
        if (mail !== undefined) yield mail.finish(true);
        mail = new MailBuilder(undecided.offset, maxBytes);
        cut = true;
      } else {
        mail?.add(undecided);
      }
      undecided = undefined;
    }
    if (piece.startsLine && afterEmptyLine && beginsWithFrom(piece.bytes)) {
      afterEmptyLine = false;
      if (mail !== undefined && !isDatedEnvelope(piece.bytes)) {
        undecided = piece;
        continue;
      }
      if (mail !== undefined) {
        yield mail.finish(true);
        cut = true;
      }
      mail = new MailBuilder(piece.offset, maxBytes);
      continue;
    }
    mail?.add(piece);
    afterEmptyLine = piece.startsLine && withoutEnding(piece.bytes).length === 0;
  }
  if (undecided !== undefined) mail?.add(undecided);
  if (mail !== undefined) yield mail.finish(cut);
}

const quote = 0x3e;

class MailBuilder {
  readonly #offset: number;
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #sizeBytes = 0;
  #emptyLineBytes = 0;

  constructor(offset: number, maxBytes: number) {
    this.#offset = offset;
    this.#maxBytes = maxBytes;
  }

  add(piece: LinePiece): void {
    const bytes = piece.startsLine && isQuotedFrom(piece.bytes) ? piece.bytes.subarray(1) : piece.bytes;
    this.#sizeBytes += bytes.length;
    this.#emptyLineBytes = piece.startsLine && withoutEnding(bytes).length === 0 ? bytes.length : 0;
    // The writer's empty line is not the mail's: two bytes more than the limit may come before it is taken away.
    if (this.#sizeBytes > this.#maxBytes + 2) this.#pieces = [];
    // A copy: the piece is a view of a chunk and would keep all of it.
    else this.#pieces.push(Buffer.from(bytes));
  }

  finish(dropEmptyLine: boolean): MboxMail {
    if (dropEmptyLine && this.#emptyLineBytes > 0) {
      this.#pieces.pop();
      this.#sizeBytes -= this.#emptyLineBytes;
    }
    return {
      offset: this.#offset,
      sizeBytes: this.#sizeBytes,
      raw: this.#sizeBytes > this.#maxBytes ? null : Buffer.concat(this.#pieces),
    };
  }
}

function isQuotedFrom(line: Buffer): boolean {
  let at = 0;
  while (line[at] === quote) at += 1;
  return at > 0 && beginsWithFrom(line.subarray(at));
}
