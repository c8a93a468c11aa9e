const key = Symbol.for('smart-tickets.test-infrastructure');

interface Part {
  stop(): Promise<void>;
}

/** What the setup of a jest run has started and its teardown stops. Both run in one process, in modules of their own. */
export function infrastructure(): Part[] {
  const holder = globalThis as { [key]?: Part[] };
  holder[key] ??= [];
  return holder[key];
}
