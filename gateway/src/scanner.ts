import { connect, type Socket } from 'node:net';

/** Thrown when a virus scanner has found something; `signature` is its name for it. */
export class Infected extends Error {
  readonly signature: string;

  constructor(signature: string) {
    super(`the scanner finds ${signature}`);
    this.signature = signature;
  }
}

/** Thrown when the scanner could not be asked, did not answer, or could not scan: nothing is known of the bytes. */
export class ScannerFault extends Error {
  /** What the scanner said; null when it was away. The same bytes would be told the same. */
  readonly reply: string | null;

  constructor(message: string, reply: string | null = null) {
    super(message);
    this.reply = reply;
  }
}

const silenceMs = 60_000;
const longestReply = 1_000;

/** Asks a ClamAV daemon about bytes. Source: clamd(8), INSTREAM. */
export class Scanner {
  #host: string;
  #port: number;
  #limitMs: number;

  /**
   * @param url of clamd, such as tcp://127.0.0.1:3310
   * @param limitMs how long it may take to accept a connection, to take bytes, or to answer
   */
  constructor(url: string, limitMs: number = silenceMs) {
    const { hostname, port } = new URL(url);
    this.#host = hostname.replaceAll(/^\[|\]$/g, '');
    this.#port = Number(port === '' ? 3310 : port);
    this.#limitMs = limitMs;
  }

  /**
   * Passes bytes on and has them scanned on the way. Whoever reads to the end has clean ones: it throws `Infected` or
   * `ScannerFault` there, and before when the scanner goes away; and what reading the source throws.
   */
  async *through(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
    const line = new ScanLine(connect(this.#port, this.#host), this.#limitMs);
    try {
      await line.begin();
      for await (const piece of source) {
        if (piece.byteLength === 0) continue;
        await line.send(piece);
        yield piece;
      }
      const reply = await line.end();
      const found = /^stream: (.+) FOUND$/.exec(reply);
      if (found !== null) throw new Infected(found[1] ?? '');
      if (reply !== 'stream: OK') throw new ScannerFault(`the scanner says: ${reply}`, reply);
    } finally {
      line.close();
    }
  }

  /** Scans bytes and keeps nothing; throws as `through` does. */
  async scan(source: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const piece of this.through(source)) void piece;
  }
}

/** One scan on one connection. */
class ScanLine {
  #socket: Socket;
  #reply = '';
  #ended: Promise<string>;

  constructor(socket: Socket, limitMs: number) {
    this.#socket = socket;
    socket.setNoDelay(true);
    socket.setTimeout(limitMs, () => {
      socket.destroy(new ScannerFault(`the scanner was silent for ${limitMs} ms`));
    });
    this.#ended = new Promise((resolve, reject) => {
      socket.setEncoding('utf8');
      socket.on('data', (text: string) => {
        this.#reply = (this.#reply + text).slice(0, longestReply);
        if (this.#reply.includes('\0')) resolve(this.#reply.slice(0, this.#reply.indexOf('\0')));
      });
      socket.on('error', (error) => {
        reject(
          error instanceof ScannerFault ? error : new ScannerFault(`the scanner is away: ${error.message}`),
        );
      });
      socket.on('close', () => {
        reject(new ScannerFault('the scanner closed the connection'));
      });
    });
    // Nobody may be waiting for it just then.
    this.#ended.catch(() => undefined);
  }

  begin(): Promise<void> {
    return this.#write(Buffer.from('zINSTREAM\0'));
  }

  /** Resolves when there is room for more; rejects when the scanner has already spoken, or is away. */
  async send(piece: Uint8Array): Promise<void> {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(piece.byteLength);
    await this.#write(Buffer.concat([length, piece]));
  }

  /** What the scanner says of all that was sent. */
  async end(): Promise<string> {
    this.#socket.write(Buffer.alloc(4));
    return this.#ended;
  }

  close(): void {
    this.#socket.destroy();
  }

  async #write(bytes: Buffer): Promise<void> {
    const written = new Promise<null>((resolve) => {
      this.#socket.write(bytes, () => {
        resolve(null);
      });
    });
    // It answers before the end only when it takes no more.
    const early = await Promise.race([written, this.#ended]);
    if (early !== null) throw new ScannerFault(`the scanner says: ${early}`, early);
  }
}
