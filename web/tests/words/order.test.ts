import { expect, test } from 'vitest';
import type { AidPlan, Missing, PlanFigures } from '../../src/wire/order';
import {
  byReason,
  lackName,
  missingByNeed,
  needsOf,
  needsWords,
  planWords,
} from '../../src/words/order';

const figures = (more: Partial<PlanFigures> = {}): PlanFigures => ({
  units: 7,
  mean_eta_seconds: 600,
  last_eta_seconds: 860,
  late_calls: 0.2,
  cost: 0.5,
  ...more,
});

const plan = (more: Partial<AidPlan>): AidPlan =>
  ({
    id: 'pln_1',
    status: 'greedy',
    because: '',
    pending: false,
    compared: { greedy: figures(), exact: null },
    ...more,
  }) as AidPlan;

test('a better plan is told with both figures', () => {
  const exact = figures({ late_calls: 0.12, mean_eta_seconds: 630 });
  const words = planWords(plan({ status: 'exact', compared: { greedy: figures(), exact } }));
  expect(words).toBe(
    'Better than closest first: 7 units, on average in 10:30, the last in 14:20, lenders lose 0.12 late calls;' +
      ' closest first 7 units, on average in 10:00, the last in 14:20, lenders lose 0.20 late calls',
  );
});

test('a closest-first plan says whether anybody looked for a better one', () => {
  expect(planWords(plan({ pending: true }))).toContain('being looked for');
  expect(planWords(plan({ status: 'same' }))).toContain('no other plan costs less');
  expect(planWords(plan({ because: 'call_order' }))).toContain('order lenders are called');
  expect(planWords(plan({ because: 'a_new_code' }))).toBe('Closest first: a new code');
});

test('only what is wanted is ordered', () => {
  const needs = needsOf({ als_ambulance: 5, bls_ambulance: 0, supervisor: null });
  expect(needs).toEqual([{ unit_type: 'als_ambulance', count: 5 }]);
  expect(needsWords([...needs, { unit_type: 'bls_ambulance', count: 2 }])).toBe('5 ALS, 2 BLS');
});

test('what does not come stands together by need', () => {
  const one = (need: string, lack: string) => ({ need, lack }) as Missing;
  const rows = [
    one('als_ambulance', 'floor'),
    one('supervisor', 'no_unit'),
    one('als_ambulance', 'busy'),
  ];
  expect(missingByNeed(rows).map(({ need, rows: of }) => [need, of.length])).toEqual([
    ['als_ambulance', 2],
    ['supervisor', 1],
  ]);
  expect(lackName('floor')).toBe('its lender keeps it in reserve');
});

test('units of one lender that the same clause holds back are told in one line', () => {
  const one = (lender: string) => ({ unit: { lender } }) as Missing;
  const lines = byReason([one('a'), one('b'), one('a')], () => 'clause 3.3 allows 3');
  expect(lines.map(({ rows }) => rows.map((row) => row.unit?.lender))).toEqual([['a', 'a'], ['b']]);
});
