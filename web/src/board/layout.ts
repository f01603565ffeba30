import type { ColumnSizes } from '../comforts/sizes';

export type Layout = 'wide' | 'two' | 'one';

/** What each column needs at least, in CSS px at normal text. */
const THREE_COLUMNS: ColumnSizes = { left: 396, centre: 432, right: 352 };
const TWO_COLUMNS: ColumnSizes = { left: 0, centre: 440, right: 320 };

/** How many columns the board has: larger text needs the room that a smaller window lacks. */
export function layoutOf(width: number, sizes: ColumnSizes): Layout {
  if (width >= needed(THREE_COLUMNS, sizes)) return 'wide';
  return width >= needed(TWO_COLUMNS, sizes) ? 'two' : 'one';
}

function needed(columns: ColumnSizes, sizes: ColumnSizes): number {
  const grown = (column: keyof ColumnSizes) => columns[column] * Math.max(1, sizes[column] / 100);
  return grown('left') + grown('centre') + grown('right');
}
