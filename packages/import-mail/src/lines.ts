/** A line with its line ending, or a piece of one that is longer than the limit. */
export interface LinePiece {
  readonly bytes: Buffer;
  /** Place of its first byte in the file. */
  readonly offset: number;
  /** False for the later pieces of an over-long line. */
  readonly startsLine: boolean;
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

/** Longest piece of a line that is held at once, in bytes: memory stays bounded when there is no line feed at all. */
export const maxPieceBytes = 65_536;

/** The lines of a byte stream, unchanged: put together again they are the stream. The last one may lack its ending. */
export async function* readLines(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
): AsyncGenerator<LinePiece, void> {
  let rest: Buffer = Buffer.alloc(0);
  let offset = 0;
  let startsLine = true;
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    let start = 0;
    while (start < bytes.length) {
      const found = bytes.indexOf(lineFeed, start);
      const whole = found !== -1;
      if (!whole && bytes.length - start < maxPieceBytes) break;
      const end = Math.min(whole ? found + 1 : bytes.length, start + maxPieceBytes);
      yield { bytes: bytes.subarray(start, end), offset, startsLine };
      startsLine = whole && end === found + 1;
      offset += end - start;
      start = end;
    }
    rest = bytes.subarray(start);
  }
  if (rest.length > 0) yield { bytes: rest, offset, startsLine };
}

/** The line without its ending, LF or CRLF. */
export function withoutEnding(line: Buffer): Buffer {
  let end = line.length;
  if (line[end - 1] === lineFeed) end -= 1;
  if (end < line.length && line[end - 1] === carriageReturn) end -= 1;
  return line.subarray(0, end);
}
