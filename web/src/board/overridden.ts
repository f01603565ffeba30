import type { Recommendation, RequestRow, UnitStatus } from '../wire/types';

/** A unit was chosen for an incident where another one was advised. */
export interface Overridden {
  incident: string;
  recommendation: string;
  advised: string;
  unit: string;
}

/** What the board knew when the unit was chosen. */
export interface Choice {
  incident: string;
  unit: string;
  /** The one that was shown. */
  recommendation: Recommendation | null;
  /** Whom simulated futures favoured instead, where they were shown and differed. */
  favoured: string | null;
  requests: Iterable<RequestRow>;
  /** The units that were assigned to the incident already. */
  assigned: readonly string[];
  /** Null for a unit that the board does not show. */
  statusOf: (unit: string) => UnitStatus | null;
}

/** What a unit may be in that is still there to be sent. */
const THERE: ReadonlySet<UnitStatus> = new Set<UnitStatus>([
  'available',
  'available_delayed',
  'unknown',
]);
/** Courses whose unit is free when they are advised. */
const OF_A_FREE_UNIT = new Set(['send_own', 'ask']);

const ASKED_FOR_MS = 90_000;
const DOUBLE_CLICK_MS = 700;

/** Whether a question has stood for so long that it goes by itself. Both in ms since 1970. */
export const isOver = (askedAt: number, now: number): boolean => now - askedAt > ASKED_FOR_MS;
/** Whether a click comes so soon that it was still meant for what stood there before the question. */
export const isTooSoon = (askedAt: number, now: number): boolean => now - askedAt < DOUBLE_CLICK_MS;

/**
 * Whether the choice leaves advice aside for a reason that only a person knows; null where it does not.
 * Not so where the advised unit was chosen before (another one comes beside it, or after it could not), where
 * it is gone meanwhile, or where the board itself spoke for the other one.
 */
export function overriddenBy(choice: Choice): Overridden | null {
  const { incident, unit, recommendation } = choice;
  const advised = recommendation?.advice.unit;
  if (!recommendation || !advised || advised === unit || choice.favoured === unit) return null;
  if (choice.assigned.includes(advised)) return null;
  for (const row of choice.requests) {
    if (row.incident === incident && row.unit === advised) return null;
  }
  const status = choice.statusOf(advised);
  const course = recommendation.advice.course;
  if (OF_A_FREE_UNIT.has(course) && status && !THERE.has(status)) return null;
  return { incident, recommendation: recommendation.id, advised, unit };
}
