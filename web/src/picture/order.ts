import { rankOf } from '../words/names';
import { levelOf, statusRank } from '../words/statuses';
import type { IncidentRow, UnitRow } from '../wire/types';
import type { Fix } from './picture';

export type SortKey = 'unit' | 'level' | 'agency' | 'status' | 'time' | 'incident' | 'age';

export interface Sort {
  key: SortKey;
  down: boolean;
}

/** Own units first, whatever the column: a dispatcher looks at home before abroad. */
export function orderUnits(
  units: Iterable<UnitRow>,
  fixes: ReadonlyMap<string, Fix>,
  sort: Sort,
): string[] {
  const by = keyOf(sort.key, fixes);
  const rows = [...units].map((unit) => ({ unit, key: by(unit) }));
  const way = sort.down ? -1 : 1;
  rows.sort(
    (a, b) =>
      Number(b.unit.own) - Number(a.unit.own) ||
      way * compare(a.key, b.key) ||
      compare(a.unit.jurisdiction, b.unit.jurisdiction) ||
      natural(a.unit.call_sign, b.unit.call_sign),
  );
  return rows.map((row) => row.unit.id);
}

function keyOf(key: SortKey, fixes: ReadonlyMap<string, Fix>): (unit: UnitRow) => number | string {
  switch (key) {
    case 'unit':
      return (unit) => unit.call_sign;
    case 'level':
      return (unit) => levelOf(unit.unit_type);
    case 'agency':
      return (unit) => unit.jurisdiction;
    case 'status':
      return (unit) => statusRank(unit.status);
    case 'time':
      return (unit) => (unit.changed_at ? Date.parse(unit.changed_at) : Infinity);
    case 'incident':
      return (unit) => unit.incident ?? '\uffff';
    case 'age':
      return (unit) => -(fixes.get(unit.id)?.at ?? -Infinity);
  }
}

const collator = new Intl.Collator('en', { numeric: true });
const natural = (a: string, b: string) => collator.compare(a, b);

function compare(a: number | string, b: number | string): number {
  if (typeof a === 'string' && typeof b === 'string') return natural(a, b);
  return a < b ? -1 : a > b ? 1 : 0;
}

export const neededUnits = (incident: IncidentRow) =>
  incident.needs.reduce((sum, need) => sum + need.count, 0);

/** Whether the incident still waits for a unit. */
export const isShort = (incident: IncidentRow) =>
  incident.state === 'active' && incident.assigned.length < Math.max(1, neededUnits(incident));

/** Waiting ones first, then by priority, then the oldest. */
export function orderIncidents(incidents: Iterable<IncidentRow>): string[] {
  return [...incidents]
    .sort(
      (a, b) =>
        Number(isShort(b)) - Number(isShort(a)) ||
        rankOf(a.priority) - rankOf(b.priority) ||
        Date.parse(a.opened_at) - Date.parse(b.opened_at),
    )
    .map((incident) => incident.id);
}

/**
 * A new order for rows that somebody points at: known rows keep their places, rows that went leave,
 * new rows come last. Nothing jumps under a pointer or a focus.
 */
export function holdOrder(shown: readonly string[], wanted: readonly string[]): string[] {
  const present = new Set(wanted);
  const kept = shown.filter((id) => present.has(id));
  const known = new Set(kept);
  return [...kept, ...wanted.filter((id) => !known.has(id))];
}
