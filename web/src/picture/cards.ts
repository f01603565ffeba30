/**
 * What of the cards on the screen may not move: nothing; the order of those that are still wanted, where a
 * key would act on the first; or all of them, where a pointer or the focus is on one.
 */
export type Hold = 'nothing' | 'order' | 'all';

/** A card that has just appeared, under a pointer or before a struck key, is not answered by accident. */
export const FRESH_MS = 500;

/**
 * The cards in the order in which they stand on the screen next. A card that is wanted no more goes, unless
 * all are held; new ones come last, unless none is.
 */
export function standCards(
  standing: readonly string[],
  wanted: readonly string[],
  hold: Hold,
): string[] {
  if (hold === 'nothing') return [...wanted];
  const kept = hold === 'all' ? standing : standing.filter((id) => wanted.includes(id));
  return [...kept, ...wanted.filter((id) => !kept.includes(id))];
}

/**
 * The same for rows: those of `latest` in the order in which they stand next. One that the server has taken
 * away while all are held stays as it was last known.
 */
export function standRows<T>(
  standing: ReadonlyMap<string, T>,
  wanted: ReadonlyMap<string, T>,
  latest: ReadonlyMap<string, T>,
  hold: Hold,
): Map<string, T> {
  const next = new Map<string, T>();
  for (const id of standCards([...standing.keys()], [...wanted.keys()], hold)) {
    const row = wanted.get(id) ?? latest.get(id) ?? standing.get(id);
    if (row !== undefined) next.set(id, row);
  }
  return next;
}

/** A pointer that has not moved for so long points at nothing. */
export const RESTS_MS = 10_000;

/** What the hands hold: by the focus on a row or on their panel, or by a pointer that moved so long ago. */
export function holdOf(focused: 'row' | 'panel' | null, restedMs: number): Hold {
  if (focused === 'row' || restedMs < RESTS_MS) return 'all';
  return focused ? 'order' : 'nothing';
}

/** The row that a letter means where none has the focus, and since when, in ms, it is that one. */
export interface Meant {
  id: string | null;
  since: number;
}

export const NOBODY: Meant = { id: null, since: -Infinity };

export const meantFrom = (before: Meant, id: string | null, now: number): Meant =>
  id === before.id ? before : { id, since: now };

/** The row that a letter struck now is for; null while another one has just come into its place. */
export const settled = ({ id, since }: Meant, now: number): string | null =>
  now - since >= FRESH_MS ? id : null;

export const onlyOne = (ids: readonly string[]): string | null =>
  ids.length === 1 ? ids[0]! : null;
