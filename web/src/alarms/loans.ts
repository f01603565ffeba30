import { isShort } from '../picture/order';
import type { Picture } from '../picture/picture';
import type { AssignmentRow } from '../wire/types';
import { condition, type Condition } from './conditions';

/** How long a loan that broke off stays an alarm if nobody does anything about it. */
const SAID_FOR_MS = 10 * 60_000;

interface Coming {
  unit: string;
  incident: string;
  home: string;
  borrower: string;
  recalled: boolean;
  /** When it broke off on its way, null while it is coming. */
  brokenOff: number | null;
  /** Whether it went from "coming" to nothing at all: it is not on its way home, it is out. */
  gone: boolean;
}

/**
 * Lent units on their way, by assignment. A row says how things stand and not how they came about; whether a
 * unit ever arrived has to be remembered. Kept with the ledger, so that a reload forgets nothing.
 */
export type LoanMemory = Readonly<Record<string, Coming>>;

const isComing = (row: AssignmentRow) => row.state === 'dispatched' || row.state === 'en_route';

/** The memory after this picture. */
export function rememberLoans(before: LoanMemory, picture: Picture, now: number): LoanMemory {
  const after: Record<string, Coming> = {};
  for (const row of picture.assignments.values()) {
    if (row.lent && isComing(row)) after[row.id] = comingOf(row);
  }
  for (const [id, was] of Object.entries(before)) {
    if (id in after) continue;
    if (was.brokenOff !== null) {
      if (now - was.brokenOff < SAID_FOR_MS) after[id] = was;
      continue;
    }
    const row = picture.assignments.get(id);
    const ended = !row || row.state === 'ended';
    if (!ended && row.state !== 'returning') continue; // it has arrived
    if (goesOn(was, id, picture)) continue;
    after[id] = {
      ...was,
      recalled: was.recalled || Boolean(row?.recalled_at),
      brokenOff: now,
      gone: ended,
    };
  }
  return after;
}

const comingOf = (row: AssignmentRow): Coming => ({
  unit: row.unit,
  incident: row.incident,
  home: row.home,
  borrower: row.borrower,
  recalled: row.recalled_at !== null,
  brokenOff: null,
  gone: false,
});

/** Whether the same loan goes on in another assignment: a unit that stood by was sent on. */
const goesOn = (was: Coming, id: string, picture: Picture) =>
  [...picture.assignments.values()].some(
    (row) =>
      row.id !== id &&
      row.unit === was.unit &&
      row.borrower === was.borrower &&
      row.state !== 'ended',
  );

/** Lent and borrowed units that were called back, or that broke off on their way. */
export function loanConditions(
  memory: LoanMemory,
  picture: Picture,
  home: string | null,
): Condition[] {
  const found: Condition[] = [];
  for (const row of picture.assignments.values()) {
    const holds = row.lent && row.borrower === home && row.recalled_at !== null;
    if (!holds || row.state === 'returning' || row.state === 'ended') continue;
    const target = { kind: 'incident', id: row.incident } as const;
    found.push(condition('loan_recalled', row.id, target, { who: row.home, units: row.unit }));
  }
  for (const [id, was] of Object.entries(memory)) {
    if (was.brokenOff === null || was.recalled) continue;
    const incident = picture.incidents.get(was.incident);
    if (was.borrower === home && was.gone && incident && isShort(incident)) {
      const target = { kind: 'incident', id: was.incident } as const;
      found.push(condition('loan_broken_off', id, target, { who: was.home, units: was.unit }));
    }
    if (was.home === home && !was.gone) {
      const target = { kind: 'unit', id: was.unit } as const;
      found.push(condition('loan_let_go', id, target, { who: was.borrower, units: was.unit }));
    }
  }
  return found;
}
