import type { SortKey } from '../picture/order';

/** A column of the units' table. `width` is a grid track; lengths grow with the person's text. */
export interface Column {
  key: SortKey;
  name: string;
  /** What the short heading stands for. */
  title: string;
  width: string;
}

const text = (px: number) => `calc(${px}px * var(--text-scale))`;

export const COLUMNS: readonly Column[] = [
  { key: 'unit', name: 'Unit', title: 'Unit', width: `minmax(${text(46)}, 0.9fr)` },
  { key: 'level', name: 'Lvl', title: 'Level', width: `minmax(${text(43)}, 0.6fr)` },
  { key: 'agency', name: 'Agency', title: 'Agency', width: `minmax(${text(60)}, 1.6fr)` },
  { key: 'status', name: 'Status', title: 'Status', width: `minmax(${text(48)}, 0.7fr)` },
  { key: 'time', name: 'Time in', title: 'Time in status', width: `minmax(${text(54)}, 0.8fr)` },
  { key: 'incident', name: 'Inc.', title: 'Incident', width: `minmax(${text(44)}, 0.8fr)` },
  { key: 'age', name: 'Pos.', title: 'Age of the position', width: `minmax(${text(50)}, 0.8fr)` },
];

export const ALL_COLUMNS: readonly SortKey[] = COLUMNS.map((column) => column.key);

/** Whose row it is must be known: this one cannot be hidden. */
export const FIXED_COLUMN: SortKey = 'unit';

const BY_KEY = new Map(COLUMNS.map((column) => [column.key, column]));
export const columnOf = (key: SortKey): Column => BY_KEY.get(key)!;
export const isColumn = (key: unknown): key is SortKey => BY_KEY.has(key as SortKey);

/** A choice of columns as anybody may have written it: strange and repeated ones fall away. */
export function readColumns(given: unknown): SortKey[] | null {
  if (!Array.isArray(given)) return null;
  const columns = [...new Set(given.filter(isColumn))];
  return columns.includes(FIXED_COLUMN) ? columns : null;
}

/** With the column if it was hidden, at its usual place or later; without it if it was shown. */
export function toggleColumn(shown: readonly SortKey[], key: SortKey): SortKey[] {
  if (key === FIXED_COLUMN) return [...shown];
  if (shown.includes(key)) return shown.filter((one) => one !== key);
  const before = ALL_COLUMNS.slice(0, ALL_COLUMNS.indexOf(key));
  const at = shown.findLastIndex((one) => before.includes(one)) + 1;
  return [...shown.slice(0, at), key, ...shown.slice(at)];
}

/** One place to the left (-1) or to the right (1), as far as there is one. */
export function moveColumn(shown: readonly SortKey[], key: SortKey, way: 1 | -1): SortKey[] {
  const from = shown.indexOf(key);
  const to = from + way;
  if (from < 0 || to < 0 || to >= shown.length) return [...shown];
  const moved = shown.filter((one) => one !== key);
  moved.splice(to, 0, key);
  return moved;
}
