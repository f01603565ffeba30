type Guard = (leave: () => void) => void;

let guard: Guard | null = null;

/** The page that has unsaved edits asks before it is left; null: nothing to ask. */
export function guardLeaving(by: Guard | null): void {
  guard = by;
}

/** Leaves for somewhere else, now or once the guard has been answered. */
export function leave(then: () => void): void {
  if (guard) guard(then);
  else then();
}
