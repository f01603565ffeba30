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
 * old; else known rows keep their places, gone ones leave, new ones come last. Who asks for another
 * order by hand (`asked`) gets it at once.
 */
export function nextStanding(
  standing: Standing,
  wanted: readonly string[],
  now: number,
  { held, asked = false }: { held: boolean; asked?: boolean },
): Standing {
  const rested = now - standing.sortedAt >= RESORT_MS;
  if (asked || (rested && !held)) return { rows: wanted, sortedAt: now };
  return { rows: holdOrder(standing.rows, wanted), sortedAt: standing.sortedAt };
}
