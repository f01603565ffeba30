import type { Duty } from '../wire/standing';

/** Reasons that protect the lender alone, so that the lender may let them rest for once. */
const WAIVABLE = new Set([
  'reserve_floor',
  'concurrent_cap',
  'incident_cap',
  'daily_cap',
  'hours',
  'holiday',
]);

/** Whether a unit's refusal rests on nothing but clauses that its home may waive. */
export const mayBeWaived = (reasons: readonly { code: string; clause: string | null }[]) =>
  reasons.length > 0 && reasons.every((reason) => reason.clause && WAIVABLE.has(reason.code));

/** One duty in words. `at` is its wall-clock time. */
export function dutySentence(duty: Duty, at: string): string {
  const over = duty.state === 'overdue';
  switch (duty.code) {
    case 'written_confirmation':
      return over ? `Written confirmation was due at ${at}` : `Confirm in writing by ${at}`;
    case 'duration_over':
      return over ? `The agreed time was over at ${at}` : `The agreed time ends at ${at}`;
    case 'handover':
      return 'An own unit is free: hand over';
    case 'free_hours_over':
      return duty.state === 'due' ? `Costs money since ${at}` : `Free of charge until ${at}`;
    case 'stand_down':
      return duty.sentence ?? `May go home since ${at}`;
    case 'recall':
      return over ? `Recalled: may be taken home since ${at}` : `Recalled: to go home by ${at}`;
  }
}
