/** An object of an answer. */
export type Plain = Record<string, unknown>;

/** Whether a value is an object of an answer, which a list is not. */
export function isPlain(value: unknown): value is Plain {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/**
 * Puts everything that `source` has into `target`: objects are merged, lists of equal length item by item, the rest is
 * replaced. What is nested in `source` is shared with `target` afterwards, unless `copying`.
 */
export function merge(target: Plain, source: Plain, copying = false): void {
  for (const key of Object.keys(source)) {
    const given = source[key];
    // Answers name no such field, and writing it would change what kind of object the target is.
    if (given === undefined || key === '__proto__') continue;
    const held = Object.hasOwn(target, key) ? target[key] : undefined;
    if (isPlain(given) && isPlain(held)) merge(held, given, copying);
    else if (Array.isArray(given) && Array.isArray(held) && given.length === held.length) {
      mergeLists(held, given, copying);
    } else target[key] = copying ? copyOf(given) : given;
  }
}

function mergeLists(target: unknown[], source: readonly unknown[], copying: boolean): void {
  for (const [nth, given] of source.entries()) {
    const held = target[nth];
    if (isPlain(given) && isPlain(held)) merge(held, given, copying);
    else target[nth] = copying ? copyOf(given) : given;
  }
}

function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isPlain(value)) return value;
  const copy: Plain = {};
  merge(copy, value, true);
  return copy;
}
