import { createSourceEventStream, execute, type ExecutionArgs, type ExecutionResult } from 'graphql';

/** How many events of a stream may be answered at once. */
const ahead = new WeakMap<object, number>();

/**
 * Says of a stream of events that up to `most` of them may be read ahead and answered at once, and gives it back. Not for
 * one that tells a state: it would be told late what it was, not what it is.
 */
export function answeredAhead<T extends AsyncIterable<unknown>>(stream: T, most: number): T {
  ahead.set(stream, most);
  return stream;
}

type Answer = IteratorResult<ExecutionResult, undefined>;
const over: Answer = { done: true, value: undefined };

/**
 * Does what `subscribe` of graphql-js does, which answers one event after the other: each waits for the reads of all before
 * it. Here those of a stream that is `answeredAhead` are answered side by side, and leave in their order all the same.
 */
export async function subscribeAhead(
  args: ExecutionArgs,
): Promise<AsyncIterableIterator<ExecutionResult, undefined> | ExecutionResult> {
  const stream = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in stream)) return stream;
  return new Answers(stream[Symbol.asyncIterator](), ahead.get(stream) ?? 1, async (event) =>
    execute({ ...args, rootValue: event }),
  );
}

/** The answers to the events of a source, in its order. */
class Answers implements AsyncIterableIterator<ExecutionResult, undefined> {
  #source: AsyncIterator<unknown>;
  #most: number;
  #answer: (event: unknown) => Promise<ExecutionResult>;
  /** Those to come, the next one first; each event is read when the one before it has been. */
  #coming: Promise<Answer>[] = [];
  #lastRead: Promise<unknown> = Promise.resolve();

  constructor(
    source: AsyncIterator<unknown>,
    most: number,
    answer: (event: unknown) => Promise<ExecutionResult>,
  ) {
    this.#source = source;
    this.#most = most;
    this.#answer = answer;
  }

  async next(): Promise<Answer> {
    while (this.#coming.length < this.#most) this.#coming.push(this.#readOne());
    try {
      return (await this.#coming.shift()) ?? over;
    } catch (error) {
      await this.#leave();
      throw error;
    }
  }

  async return(): Promise<Answer> {
    await this.#source.return?.();
    return over;
  }

  async throw(error: unknown): Promise<Answer> {
    await this.#leave();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Frees the source on the way out with a fault, which a second one must not hide. */
  async #leave(): Promise<void> {
    try {
      await this.#source.return?.();
    } catch {
      // The first fault is the one to be told.
    }
  }

  #readOne(): Promise<Answer> {
    const read = this.#lastRead.then(() => this.#source.next());
    const answered = read.then(async ({ done, value }): Promise<Answer> =>
      done === true ? over : { done: false, value: await this.#answer(value) },
    );
    this.#lastRead = read.catch(() => undefined);
    // Whoever reads it hears of a fault; after the first one nobody reads any more.
    answered.catch(() => undefined);
    return answered;
  }
}
