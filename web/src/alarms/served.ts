import type { Picture } from '../picture/picture';
import type { AssignmentState } from '../wire/types';

const ARRIVED: ReadonlySet<AssignmentState> = new Set(['on_scene', 'transporting', 'at_hospital']);

/**
 * Calls that a unit has come to, by id. Once its units have left, a call's row looks as if nobody had ever come:
 * it waits to be closed, and for no unit.
 */
export type Served = Readonly<Record<string, true>>;

/** The memory after this picture: calls that left the board are forgotten. */
export function rememberServed(before: Served, picture: Picture): Served {
  const after: Record<string, true> = {};
  for (const id of Object.keys(before)) if (picture.incidents.has(id)) after[id] = true;
  for (const row of picture.assignments.values()) {
    if (ARRIVED.has(row.state) && picture.incidents.has(row.incident)) after[row.incident] = true;
  }
  return after;
}
