import { holdOrder } from './order';

/** A table's rows as they stand on the screen, and since when in that order. */
export interface Standing {
  rows: readonly string[];
  /** ms; -Infinity: never sorted yet. */
  sortedAt: number;
}

export const NOT_SORTED: Standing = { rows: [], sortedAt: -Infinity };

export const RESORT_MS = 1000;

/**
 * What stands on the screen next: the wanted order, where nothing is held and the last one is a second
 * old. Before that known rows keep their order, and new ones stand where they belong among them; while
 * the table is held new ones come last, so that nothing moves. Who asks for another order by hand
 * (`asked`) gets it at once.
 */
export function nextStanding(
  standing: Standing,
  wanted: readonly string[],
  now: number,
  { held, asked = false }: { held: boolean; asked?: boolean },
): Standing {
  const rested = now - standing.sortedAt >= RESORT_MS;
  if (asked || (rested && !held)) return { rows: wanted, sortedAt: now };
  const rows = (held ? holdOrder : joinOrder)(standing.rows, wanted);
  return { rows, sortedAt: standing.sortedAt };
}

/** Known rows in the order that they have, each new one before the known one that is to follow it. */
function joinOrder(shown: readonly string[], wanted: readonly string[]): string[] {
  const known = new Set(shown);
  const before = new Map<string, string[]>();
  let waiting: string[] = [];
  for (const id of wanted) {
    if (!known.has(id)) waiting.push(id);
    else if (waiting.length) {
      before.set(id, waiting);
      waiting = [];
    }
  }
  const present = new Set(wanted);
  const stayed = shown.filter((id) => present.has(id));
  return [...stayed.flatMap((id) => [...(before.get(id) ?? []), id]), ...waiting];
}
