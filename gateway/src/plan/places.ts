/** Where entities lie in an answer: names of fields, and `@` for every item of a list. */
export type Places = readonly string[];

/** What lies there, without nulls; the order is that of `pathsOf`. Throws on answers that are not built like that. */
export function valuesAt(root: unknown, places: Places): unknown[] {
  const found: unknown[] = [];
  walk(root, places, 0, [], (value) => {
    found.push(value);
  });
  return found;
}

/** The path of everything that lies there, with the positions in lists. */
export function pathsOf(root: unknown, places: Places): (string | number)[][] {
  const found: (string | number)[][] = [];
  walk(root, places, 0, [], (_value, path) => {
    found.push([...path]);
  });
  return found;
}

function walk(
  root: unknown,
  places: Places,
  from: number,
  path: (string | number)[],
  visit: (value: unknown, path: readonly (string | number)[]) => void,
): void {
  const depth = path.length;
  let value = root;
  for (let at = from; at < places.length; at += 1) {
    if (value === null || value === undefined) break;
    const place = places[at] ?? '';
    if (place === '@') {
      if (!Array.isArray(value)) throw new TypeError(`a subgraph gave no list at ${places.join('.')}`);
      for (let nth = 0; nth < value.length; nth += 1) {
        path.push(nth);
        walk(value[nth], places, at + 1, path, visit);
        path.pop();
      }
      path.length = depth;
      return;
    }
    if (Array.isArray(value)) throw new TypeError(`a subgraph gave a list at ${places.join('.')}`);
    value = (value as Record<string, unknown>)[place];
    path.push(place);
  }
  if (value !== null && value !== undefined) visit(value, path);
  path.length = depth;
}
