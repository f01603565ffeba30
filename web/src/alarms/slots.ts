/** How many alarms stand in the strip; the list has them all. */
export const SLOTS = 3;

/** A place whose alarm went while somebody pointed at the strip: it stays empty until nobody does. */
export const GONE = '';

/**
 * Which alarm stands in which place of the strip; null is a free place. While somebody points at the strip
 * nothing moves, and nothing comes into a place that has just become free: a click that was meant for one
 * alarm never answers another.
 */
export function assignSlots(
  shown: readonly (string | null)[],
  wanted: readonly string[],
  hold: boolean,
): (string | null)[] {
  if (!hold) return Array.from({ length: SLOTS }, (_, place) => wanted[place] ?? null);
  const fresh = wanted.filter((key) => !shown.includes(key));
  return Array.from({ length: SLOTS }, (_, place) => {
    const key = shown[place] ?? null;
    if (key === null) return fresh.shift() ?? null;
    return wanted.includes(key) ? key : GONE;
  });
}
