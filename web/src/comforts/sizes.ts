import type { Preferences, SizedPanel } from './preferences';

export interface ColumnSizes {
  left: number;
  centre: number;
  right: number;
}

const RIGHT: readonly SizedPanel[] = ['recommendation', 'requests', 'assignments', 'cover'];

/**
 * The largest text, in per cent, of each of the board's columns: what its width has to hold. `away`: the
 * panels that stand in windows of their own.
 */
export function columnSizes(
  { font_percent, panel_font_percent }: Pick<Preferences, 'font_percent' | 'panel_font_percent'>,
  away: ReadonlySet<string> = new Set(),
): ColumnSizes {
  const size = (panel: SizedPanel) =>
    away.has(panel) ? font_percent : (panel_font_percent[panel] ?? font_percent);
  return {
    left: size('units'),
    centre: Math.max(font_percent, size('incidents')),
    right: Math.max(font_percent, ...RIGHT.map(size)),
  };
}
