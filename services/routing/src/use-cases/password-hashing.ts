import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

const derive = promisify(argon2);

/** What one hash costs: KiB of memory, passes over it, lanes. */
export interface HashingCost {
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** Source: OWASP Password Storage Cheat Sheet, argon2id: 19 MiB, two passes, one lane. */
const standardCost: HashingCost = { memory: 19_456, passes: 2, parallelism: 1 };
const tagLength = 32;
const saltLength = 16;

/** More at once would take the threads of libuv from files and names, and the processor from everything else. */
const mostAtOnce = 2;
const mostWaiting = 16;

interface Parsed extends HashingCost {
  readonly salt: Buffer;
  readonly tag: Buffer;
}

/** A hash in the usual text form: `$argon2id$v=19$m=…,t=…,p=…$salt$tag`; null when it is none of ours. */
function parse(text: string): Parsed | null {
  const found =
    /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/.exec(text);
  if (found === null) return null;
  const [, memory, passes, parallelism, salt = '', tag = ''] = found;
  return {
    memory: Number(memory),
    passes: Number(passes),
    parallelism: Number(parallelism),
    salt: Buffer.from(salt, 'base64'),
    tag: Buffer.from(tag, 'base64'),
  };
}

const unpadded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');

/** Thrown when so many passwords wait to be hashed that one more would only wait. */
export class HashingBusy extends Error {}

/** Hashes passwords by argon2id, two at once in a process, each in some 100 ms off the event loop. */
export class PasswordHasher {
  #cost: HashingCost;
  #running = 0;
  #waiting: (() => void)[] = [];

  constructor(cost: HashingCost = standardCost) {
    this.#cost = cost;
  }

  /** The hash to be kept, with a salt of its own. Throws `HashingBusy`. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltLength);
    const tag = await this.#derive(password, { ...this.#cost, salt, tag: Buffer.alloc(tagLength) });
    const { memory, passes, parallelism } = this.#cost;
    return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(salt)}$${unpadded(tag)}`;
  }

  /** Whether the password is the hash's. With null it is nobody's, which takes as long to find out. Throws `HashingBusy`. */
  async verify(password: string, hash: string | null): Promise<boolean> {
    const known = hash === null ? null : parse(hash);
    const nobody = { ...this.#cost, salt: Buffer.alloc(saltLength), tag: Buffer.alloc(tagLength) };
    const parsed = known ?? nobody;
    const tag = await this.#derive(password, parsed);
    return timingSafeEqual(tag, parsed.tag) && known !== null;
  }

  async #derive(password: string, { salt, tag, ...cost }: Parsed): Promise<Buffer> {
    if (this.#running === mostAtOnce) {
      if (this.#waiting.length === mostWaiting) throw new HashingBusy();
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running += 1;
    }
    try {
      return await derive('argon2id', { message: password, nonce: salt, tagLength: tag.length, ...cost });
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running -= 1;
      else next();
    }
  }
}
