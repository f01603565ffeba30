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
