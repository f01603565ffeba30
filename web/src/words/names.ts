import type { Priority, RequestRow } from '../wire/types';

export const PRIORITIES: { id: Priority; short: string; name: string }[] = [
  { id: 'critical', short: 'P1', name: 'P1 critical' },
  { id: 'emergent', short: 'P2', name: 'P2 emergent' },
  { id: 'lower_acuity', short: 'P3', name: 'P3 lower acuity' },
  { id: 'non_acute', short: 'P4', name: 'P4 non-acute' },
];

export const rankOf = (priority: Priority) => PRIORITIES.findIndex((p) => p.id === priority) + 1;
export const shortPriority = (priority: Priority) => `P${rankOf(priority) || '?'}`;

/** Seconds that an incident may wait for its first unit before it is marked, by rank. */
export const WAIT_LIMIT_S: Record<number, number> = { 1: 60, 2: 300, 3: 900, 4: 1800 };

export const DECLINE_REASONS: { id: string; name: string }[] = [
  { id: 'no_unit', name: 'No unit can be spared' },
  { id: 'coverage_floor', name: 'Own cover would fall too low' },
  { id: 'capability', name: 'Unit does not fit the need' },
  { id: 'weather', name: 'Weather or roads' },
  { id: 'crew_fatigue', name: 'Crew fatigue' },
  { id: 'other', name: 'Other reason' },
];

/** Why a borrower leaves the unit that it was offered instead. */
export const LEAVE_REASONS = DECLINE_REASONS.filter(({ id }) =>
  ['capability', 'other'].includes(id),
);

const REASONS: Record<string, string> = {
  ...Object.fromEntries(DECLINE_REASONS.map((r) => [r.id, r.name.toLowerCase()])),
  no_answer: 'no answer in time',
  other_unit: 'another unit was offered',
};

export const reasonName = (reason: string) => REASONS[reason] ?? reason.replaceAll('_', ' ');

const DEGRADED: Record<string, string> = {
  straight_line: 'road times missing: straight-line estimates (≈)',
  stale_positions: 'some positions are old',
  station_positions: 'some units are taken to be at their station',
  post_positions: 'some units are taken to be at their standby post, or on the way to it',
  cover_figures_not_ready: 'cover is not weighed yet: plain closest first',
};

export const degradedName = (note: string) => DEGRADED[note] ?? note.replaceAll('_', ' ');

/** Human words for a code that came without its sentence. */
export const codeName = (code: string) => code.replaceAll('_', ' ');

/** What happens if nobody answers a request, from the reader's side. */
export function withoutAnswer(request: RequestRow, borrower: string): string {
  const goesOn = request.on_no_answer === 'next_candidate';
  if (request.offered_by_lender) {
    return goesOn ? 'No answer: the next candidate is asked' : 'No answer: the offer lapses';
  }
  return goesOn
    ? `No answer: ${borrower} asks the next candidate`
    : 'No answer: the request lapses';
}
