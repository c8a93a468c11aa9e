/** One text for many readers: what they have in common of its bytes is made once, however many they are. */
export class SharedText {
  readonly text: string;
  #made = new Map<(text: string) => string, Buffer>();
  #last: { readonly write: (text: string) => string; readonly bytes: Buffer } | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** UTF-8 of what `write` makes of the text, made once for each such function. Not to be changed by anybody. */
  bytes(write: (text: string) => string): Buffer {
    if (this.#last?.write === write) return this.#last.bytes;
    let made = this.#made.get(write);
    if (made === undefined) {
      made = Buffer.from(write(this.text));
      this.#made.set(write, made);
    }
    this.#last = { write, bytes: made };
    return made;
  }
}
