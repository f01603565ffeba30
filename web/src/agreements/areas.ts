import type { ClauseDoc } from './types';
import { parseWkt, type Polygon } from './wkt';

/** The jurisdictions that zone clauses name. */
export function zonesOf(clauses: readonly ClauseDoc[]): Set<string> {
  const named = clauses.flatMap((clause) => clause['jurisdictions']);
  return new Set(named.filter((one): one is string => typeof one === 'string'));
}

/** The areas that clauses draw, but for the one at `except` (a path such as `clauses[3].area`). */
export function shapesOf(clauses: readonly ClauseDoc[], except = ''): Polygon[] {
  return clauses.flatMap((clause, i) => {
    const area = clause['area'];
    if (typeof area !== 'string' || except === `clauses[${i}].area`) return [];
    return parseWkt(area) ?? [];
  });
}

/** Clause and field of a path such as `clauses[3].area`; null for a path of the head. */
export function clauseField(path: string): { index: number; name: string } | null {
  const found = /^clauses\[(\d+)\]\.([a-z_]+)$/.exec(path);
  return found ? { index: Number(found[1]), name: found[2]! } : null;
}
