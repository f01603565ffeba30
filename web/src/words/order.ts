import type { AidPlan, Lack, Missing, NotAsked, PlanFigures } from '../wire/order';
import type { Need, UnitType } from '../wire/types';
import { mmss, plural } from './format';
import { codeName } from './names';
import { levelOf } from './statuses';

const LACKS: Record<Lack, string> = {
  floor: 'its lender keeps it in reserve',
  cap: 'its lender has as many out as agreed',
  terms: 'a clause forbids it',
  too_far: 'too far away',
  busy: 'busy',
  crew: 'its crew has been on duty too long',
  no_agreement: 'no agreement lets it come',
  no_unit: 'no other unit is known',
};

export const lackName = (lack: Lack): string => LACKS[lack] ?? codeName(lack);

const BECAUSE: Record<string, string> = {
  call_order: 'an agreement fixes in which order lenders are called',
  plain: 'the agency wants plain closest first',
  timed_out: 'no better plan was found in time',
  refused: 'the agreements refuse the better plan',
  failed: 'no better plan could be looked for',
};

/** What there is to say of how a plan was found, with both figures where two were. */
export function planWords(plan: AidPlan): string {
  const { greedy, exact } = plan.compared;
  if (plan.pending) return 'Closest first; a better plan is being looked for…';
  if (plan.status === 'same') return 'Closest first: no other plan costs less';
  if (plan.status !== 'exact' || !exact) {
    return `Closest first: ${BECAUSE[plan.because] ?? (codeName(plan.because) || 'it stands')}`;
  }
  return `Better than closest first: ${figuresWords(exact)}; closest first ${figuresWords(greedy)}`;
}

/** "0.12 late calls, 6 units, the last at 14:20". */
export function figuresWords(figures: PlanFigures): string {
  const last =
    figures.last_eta_seconds === null ? '' : `, the last in ${mmss(figures.last_eta_seconds)}`;
  const mean =
    figures.mean_eta_seconds === null ? '' : `, on average in ${mmss(figures.mean_eta_seconds)}`;
  return `${plural(figures.units, 'unit')}${mean}${last}, lenders lose ${figures.late_calls.toFixed(2)} late calls`;
}

/** "2 ALS": what does not come, by need in the order of the plan. */
export function missingByNeed(missing: readonly Missing[]): { need: UnitType; rows: Missing[] }[] {
  const found = new Map<UnitType, Missing[]>();
  for (const one of missing) found.set(one.need, [...(found.get(one.need) ?? []), one]);
  return [...found].map(([need, rows]) => ({ need, rows }));
}

/** Those that one and the same thing keeps away stand in one line. */
export function byReason(
  rows: readonly Missing[],
  sentenceOf: (row: Missing) => string,
): { sentence: string; rows: Missing[] }[] {
  const found = new Map<string, { sentence: string; rows: Missing[] }>();
  for (const row of rows) {
    const sentence = sentenceOf(row);
    const key = `${row.unit?.lender ?? ''}|${sentence}`;
    found.set(key, { sentence, rows: [...(found.get(key)?.rows ?? []), row] });
  }
  return [...found.values()];
}

/** "5 ALS, 2 BLS", without those of which none is wanted. */
export const needsWords = (needs: readonly Need[]): string =>
  needs.map((need) => `${need.count} ${levelOf(need.unit_type)}`).join(', ');

/** What was typed per type, as needs: nothing for an empty or a zero field. */
export function needsOf(counts: Partial<Record<UnitType, number | null>>): Need[] {
  return Object.entries(counts).flatMap(([type, count]) =>
    count && count > 0 ? [{ unit_type: type as UnitType, count: Math.round(count) }] : [],
  );
}

/** Why a unit of a plan could not be asked any more, where it is not a clause that says it. */
export const notAskedWords = (row: NotAsked, holderName: (holder: string) => string): string =>
  row.details.holder ? `held by ${holderName(row.details.holder)}` : codeName(row.code);
