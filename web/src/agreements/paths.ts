/**
 * Where a server's path is on the form. Every input carries the path that it fills, as the server
 * would name it (`clauses[4].keep`, `parties[1]`, `clauses[2].windows[0].since`).
 */

export const fieldId = (path: string) =>
  `term-${path.replace(/[^A-Za-z0-9]+/g, '-').replace(/-$/, '')}`;

/** The path and the paths around it, the innermost first: `a[0].b` -> `a[0].b`, `a[0]`, `a`. */
export function enclosing(path: string): string[] {
  const found = [path];
  let rest = path;
  while (rest) {
    rest = rest.replace(/(?:\.[^.[\]]+|\[\d+\]|^[^.[\]]+)$/, '');
    if (!rest || rest === found.at(-1)) break;
    found.push(rest);
  }
  return found;
}

/** The input that shows what was said about `path`: its own, else the nearest around it. Null: none. */
export function placeOf(path: string, known: ReadonlySet<string>): string | null {
  return enclosing(path).find((candidate) => known.has(candidate)) ?? null;
}

/** Whether something said about `path` belongs to the field at `field` or within it. */
export function isWithin(path: string, field: string): boolean {
  return path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`);
}

/** The index of the clause that a path leads into. */
export function clauseIndex(path: string): number | null {
  const found = /^clauses\[(\d+)\]/.exec(path);
  return found ? Number(found[1]) : null;
}

/**
 * What a path says to people: "clause 3.1: Keeps at least", "Parties 2". `titles` are those of the inputs, by
 * path; a name without one stands for itself.
 */
export function pathWords(
  path: string,
  clauseIds: readonly string[],
  titles: ReadonlyMap<string, string> = new Map(),
): string {
  const titled = enclosing(path).find((around) => titles.has(around));
  const index = clauseIndex(path);
  const rest =
    titled !== undefined
      ? `${titles.get(titled)}${path.slice(titled.length)}`
      : index === null
        ? path
        : path.replace(/^clauses\[\d+\]\.?/, '');
  const words = rest
    .replace(/\[(\d+)\]/g, (_, n: string) => ` ${Number(n) + 1}`)
    .replaceAll('.', ', ')
    .replaceAll('_', ' ');
  if (index === null) return words;
  return `clause ${clauseIds[index] ?? index + 1}${words ? `: ${words}` : ''}`;
}
