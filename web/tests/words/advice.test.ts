import { expect, test } from 'vitest';
import type { SecondOpinion } from '../../src/wire/advice';
import type { Recommendation } from '../../src/wire/types';
import {
  courseName,
  costParts,
  crewWords,
  disagreement,
  givenWords,
  inAdvisedOrder,
  lateCalls,
  opinionKind,
  partsOf,
  shortList,
  spread,
  type Shown,
} from '../../src/words/advice';

const unit = (id: string, own = false) =>
  ({ unit: id, permit: own ? null : { agreement: 'a' } }) as unknown as Shown;

const arrival = (low: number, high: number) => ({
  expected_seconds: 500,
  low_seconds: low,
  high_seconds: high,
  basis: ['road'],
  parts: [
    { code: 'asked' as const, seconds: 45 },
    { code: 'drive' as const, seconds: 475 },
    { code: 'learned' as const, seconds: -20 },
  ],
});

const said = (more: Partial<SecondOpinion> = {}): SecondOpinion => ({
  recommendation: 'rec_1',
  status: 'given',
  because: 'compared',
  advised: { course: 'ask', unit: 'M-4' },
  opinion: { course: 'ask', unit: 'C-2' },
  agrees: false,
  fallback: null,
  courses: [
    { course: 'ask', unit: 'M-4', home: 'm', mean: 0.2, difference: 0, standard_error: 0 },
    { course: 'ask', unit: 'C-2', home: 'c', mean: 0.16, difference: -0.04, standard_error: 0.01 },
  ],
  futures: 100,
  horizon_seconds: 4500,
  seed: 1,
  sentence: '',
  ...more,
});

test('own units and candidates stand in one list, as advised', () => {
  const found = {
    own: [unit('o1', true)],
    candidates: [unit('c1'), unit('c2'), unit('never-weighed')],
    advice: { order: [{ unit: 'c2' }, { unit: 'o1' }, { unit: 'elsewhere' }, { unit: 'c1' }] },
  } as unknown as Recommendation;
  expect(inAdvisedOrder(found).map((u) => u.unit)).toEqual(['c2', 'o1', 'c1', 'never-weighed']);
});

test('the best own unit is in sight however far down it stands', () => {
  const order = ['a', 'b', 'c', 'd', 'e'].map((id) => unit(id));
  const listed = shortList([...order, unit('own', true), unit('own2', true)], 4);
  expect(listed.map(({ unit: u, rank }) => [u.unit, rank])).toEqual([
    ['a', 1],
    ['b', 2],
    ['c', 3],
    ['d', 4],
    ['own', 6],
  ]);
  expect(shortList([unit('own', true), ...order], 4)).toHaveLength(4);
});

test('a spread is rounded outwards, so that it never claims more than is known', () => {
  expect(spread(arrival(264, 414))).toBe('4–7 min');
  expect(spread(arrival(300, 300))).toBe('5 min');
  expect(spread(null)).toBe('');
});

test('an arrival is told in its parts, and what was learned may shorten it', () => {
  expect(partsOf(arrival(1, 2))).toBe('asking 00:45 + driving 07:55 − learned 00:20');
});

test('a cost that rounds to nothing is not said to be nothing', () => {
  expect(lateCalls(0)).toBe('0.00');
  expect(lateCalls(0.0049)).toBe('<0.01');
  expect(lateCalls(0.0529)).toBe('0.05');
  expect(lateCalls(-0.02)).toBe('−0.02');
});

test('a cost names its parts without those that are nothing', () => {
  const figures = {
    lateness: 0.03,
    cover_loss: 0,
    aid_price: 0.02,
    ledger_price: -0.01,
    crew_price: 0,
  };
  const names = costParts(figures as never).map(({ name }) => name);
  expect(names).toEqual(['this call late', 'asking for aid', 'balance of aid']);
});

test('what a lender has given is said where it counts, and nothing where it does not', () => {
  const said = (given_hours: number) => givenWords({ given_hours } as never);
  expect(said(0)).toBe('');
  expect(said(0.4)).toBe('counts 0.4 unit-hours lent more than borrowed, fading with time');
  expect(said(12.3)).toBe('counts 12 unit-hours lent more than borrowed, fading with time');
});

test('of a crew only what is known is said', () => {
  const crew = {
    on_duty_seconds: null,
    busy_seconds_last_12h: 0,
    aid_missions_this_shift: 0,
    price: 0,
    another_first: false,
  };
  expect(crewWords(crew)).toBe('');
  expect(crewWords(null)).toBe('');
  expect(crewWords({ ...crew, on_duty_seconds: 11.9 * 3600, another_first: true })).toBe(
    'on duty 11 h · another crew goes first',
  );
});

test('a disagreement names both units and how sure the futures are', () => {
  expect(disagreement(said(), (id) => id)).toBe(
    'Simulated futures favour C-2: 0.040 ± 0.010 late calls less in 100 futures of 75 min; advised M-4.',
  );
});

test('an opinion is seen where it differs, quiet where it agrees, and in words on doubt', () => {
  expect(opinionKind(said())).toBe('differs');
  expect(opinionKind(said({ agrees: true }))).toBe('agrees');
  expect(opinionKind(said({ fallback: 'deadline' }))).toBe('doubt');
  expect(opinionKind(said({ status: 'pending' }))).toBe('none');
  expect(opinionKind(null)).toBe('none');
});

test('holding is waiting for a unit, and no unit is nobody', () => {
  expect(courseName({ course: 'hold', unit: 'M-4' }, (id) => id)).toBe('waiting for M-4');
  expect(courseName({ course: 'nobody', unit: null }, (id) => id)).toBe('nobody');
});
