import type { Duplex } from 'node:stream';

/** Up to so many bytes it is cheaper to copy them than to hand over one piece more. Measured with Node 26. */
const mostCopied = 2_048;
/** First byte of a message in one frame: FIN, and text as the opcode. */
const wholeText = 0x81;
/** Lengths up to this are in the second byte itself; those that two bytes can hold follow it, else eight bytes do. */
const shortest = 125;
const longestOfTwoBytes = 0xffff;

/**
 * Writes one text message, made of a part of the socket's own and of one that many sockets share, to the connection under
 * a WebSocket of ours: small ones as a single buffer, and of long ones the shared part is never copied, so that it is in
 * memory once however many sockets it waits for. Does not wait; a failed write ends the socket. The socket must be open, a
 * server's and without extensions: then ws holds nothing back, and what it sends itself keeps its place in between.
 * See docs/adr/0018-frames-of-subscriptions.md. Source: RFC 6455 §5.2.
 */
export function writeJoined(stream: Duplex, own: Buffer, shared: Buffer): void {
  const length = own.length + shared.length;
  const copied = length <= mostCopied;
  const headerBytes = length <= shortest ? 2 : length <= longestOfTwoBytes ? 4 : 10;
  const frame = Buffer.allocUnsafe(headerBytes + (copied ? length : own.length));
  writeHeader(frame, length);
  frame.set(own, headerBytes);
  if (copied) {
    frame.set(shared, headerBytes + own.length);
    stream.write(frame);
    return;
  }
  stream.cork();
  stream.write(frame);
  stream.write(shared);
  stream.uncork();
}

function writeHeader(frame: Buffer, length: number): void {
  frame[0] = wholeText;
  if (length <= shortest) frame[1] = length;
  else if (length <= longestOfTwoBytes) {
    frame[1] = 126;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(length), 2);
  }
}
