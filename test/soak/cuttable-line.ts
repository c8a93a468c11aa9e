import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One client's way through the line. `armed` waits for the next bytes from the far end and breaks off within them. */
interface Way {
  readonly near: Socket;
  readonly far: Socket;
  armed: boolean;
}

/** How long an armed way waits for bytes to break off in before it is cut without. */
const armedMs = 400;

/** A TCP line between clients and a server that can be cut in the middle of what it carries, or held up. */
export class CuttableLine {
  readonly port: number;
  /** Ways cut so far, those of them in the middle of a write of the server. */
  readonly cuts = { all: 0, midway: 0 };
  #server: Server;
  #ways: Set<Way>;
  #held: { now: boolean };
  #down = false;

  private constructor(server: Server, ways: Set<Way>, held: { now: boolean }) {
    this.#server = server;
    this.#ways = ways;
    this.#held = held;
    this.port = (server.address() as AddressInfo).port;
  }

  /** Opens a line on a free loopback port to a loopback port. */
  static async to(port: number): Promise<CuttableLine> {
    const ways = new Set<Way>();
    const held = { now: false };
    const server = createServer((near) => {
      if (line.#down) {
        near.resetAndDestroy();
        return;
      }
      const far = connect(port, '127.0.0.1');
      const way: Way = { near, far, armed: false };
      ways.add(way);
      const end = (): void => {
        ways.delete(way);
        near.destroy();
        far.destroy();
      };
      for (const socket of [near, far]) {
        socket.setNoDelay(true);
        socket.on('error', end);
        socket.on('close', end);
      }
      near.on('data', (bytes) => {
        if (!far.write(bytes)) near.pause();
      });
      far.on('drain', () => near.resume());
      far.on('data', (bytes: Buffer) => {
        if (way.armed) {
          line.#breakOff(way, bytes);
          return;
        }
        if (!near.write(bytes) || held.now) far.pause();
      });
      near.on('drain', () => {
        if (!held.now) far.resume();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const line = new CuttableLine(server, ways, held);
    return line;
  }

  /** Ways that are open. */
  get size(): number {
    return this.#ways.size;
  }

  /** Cuts each way for which `chosen` says so within the next bytes that come over it, or soon in any case. */
  cut(chosen: () => boolean): void {
    for (const way of this.#ways) {
      if (!chosen()) continue;
      way.armed = true;
      setTimeout(() => {
        this.#end(way, false);
      }, armedMs).unref();
    }
  }

  /** Hands on half of the bytes, then nothing more in either direction. */
  #breakOff(way: Way, bytes: Buffer): void {
    way.near.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => {
      this.#end(way, true);
    });
    way.far.pause();
  }

  /** Takes no new connections, as while a network is away, until `accept`. */
  refuse(): void {
    this.#down = true;
  }

  /** Takes new connections again. */
  accept(): void {
    this.#down = false;
  }

  /** Takes nothing more from the server, as a client that has stopped reading does. */
  hold(): void {
    this.#held.now = true;
    for (const { far } of this.#ways) far.pause();
  }

  /** Carries again; what has come meanwhile comes now. */
  release(): void {
    this.#held.now = false;
    for (const { far } of this.#ways) far.resume();
  }

  #end(way: Way, midway: boolean): void {
    if (!this.#ways.delete(way)) return;
    this.cuts.all += 1;
    if (midway) this.cuts.midway += 1;
    way.near.destroy();
    // Without a farewell, as when a machine is gone.
    way.far.resetAndDestroy();
  }

  async close(): Promise<void> {
    this.#server.close();
    for (const { near, far } of this.#ways) {
      near.destroy();
      far.destroy();
    }
    await once(this.#server, 'close');
  }
}
