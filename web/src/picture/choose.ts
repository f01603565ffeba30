import { STATUSES, type Look } from '../words/statuses';
import type { UnitRow } from '../wire/types';

/** What a units' table is narrowed to. */
export interface Choice {
  only: Look | null;
  /** Units of the own jurisdiction, and those that a neighbour has lent to it. */
  mine: boolean;
  home: string | null;
}

export function isChosen(unit: UnitRow, { only, mine, home }: Choice): boolean {
  if (only && STATUSES[unit.status].look !== only) return false;
  return !mine || unit.own || (home !== null && unit.lent_to === home);
}
