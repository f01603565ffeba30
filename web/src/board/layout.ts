export type Layout = 'wide' | 'two' | 'one';

/** Below these widths, in CSS px at normal text, three columns and then two no longer fit. */
const THREE_COLUMNS = 1180;
const TWO_COLUMNS = 760;

/** How many columns the board has: larger text needs the room that a smaller window lacks. */
export function layoutOf(width: number, fontPercent: number): Layout {
  const room = width / Math.max(1, fontPercent / 100);
  if (room >= THREE_COLUMNS) return 'wide';
  return room >= TWO_COLUMNS ? 'two' : 'one';
}
