import type { Measure } from './types';

/** A figure in its unit: seconds as m:ss, shares as percent, all else as it is. */
export function figure(value: number | null, unit: string): string {
  if (value === null || value === undefined || !Number.isFinite(value)) return '–';
  const minus = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (unit === 'seconds' || unit === 's') {
    const whole = Math.round(size);
    return `${minus}${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, '0')}`;
  }
  if (unit === 'share') return `${minus}${trimmed(size * 100)}\u00a0%`;
  if (unit === 'percent' || unit === '%') return `${minus}${trimmed(size)}\u00a0%`;
  return `${minus}${trimmed(size)}`;
}

const trimmed = (size: number) => Number(size.toFixed(size < 100 ? 1 : 0)).toLocaleString('en');

/** A change with its sign. */
export function changeWords(value: number | null, unit: string): string {
  if (value === null || value === undefined) return '–';
  const said = figure(value, unit);
  if ((unit === 'seconds' || unit === 's') && value !== 0 && Math.abs(value) < 0.5) {
    return value > 0 ? 'under 1 s later' : 'under 1 s sooner';
  }
  return value > 0 ? `+${said}` : said;
}

/** Whether the change is for the better; null where it is none, or may be none. */
export function isBetter(measure: Measure): boolean | null {
  const { change, low, high, better } = measure;
  if (!change) return null;
  // An interval that holds zero says that the change may be chance.
  if (low !== null && high !== null && low <= 0 && high >= 0) return null;
  if (better !== 'up' && better !== 'down') return null;
  return change > 0 === (better === 'up');
}

/** The unit's word after the measure's title; what figures or title say by themselves needs none. */
export function unitWords({ title, unit }: Pick<Measure, 'title' | 'unit'>): string {
  const shown = ['seconds', 's', 'share', 'percent', '%', ''].includes(unit);
  return shown || title.toLowerCase().includes(unit.replace(/s$/, '')) ? '' : ` (${unit})`;
}

/** The change's interval; empty where there is none, and where nothing changed at all. */
export function intervalWords({ low, high, unit }: Measure): string {
  if (low === null || high === null || (low === 0 && high === 0)) return '';
  return `${changeWords(low, unit)} … ${changeWords(high, unit)}`;
}

/** The measures of each party together, in the order in which the parties first come. */
export function byParty(measures: readonly Measure[]): { party: string; measures: Measure[] }[] {
  const found = new Map<string, Measure[]>();
  for (const measure of measures) {
    const party = measure.party ?? '';
    found.set(party, [...(found.get(party) ?? []), measure]);
  }
  return [...found].map(([party, own]) => ({ party, measures: own }));
}
