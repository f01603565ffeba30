import { expect, test } from 'vitest';
import type { CoverLevel, PreAlertRow } from '../../src/wire/cover';
import type { AgreementInfo, CoverReason } from '../../src/wire/types';
import {
  coverSaid,
  measured,
  partnersOf,
  seenBy,
  toSee,
  worthTelling,
} from '../../src/words/cover';
import { at, makeCover } from '../make';

const level = (row: Partial<CoverLevel> = {}): CoverLevel => ({
  state: 'green',
  free: 2,
  lent: 0,
  total: 3,
  silent: 0,
  pending: 0,
  percent: 5,
  reasons: [],
  ...row,
});

const alert = (row: Partial<PreAlertRow> = {}): PreAlertRow => ({
  id: 'p1',
  jurisdiction: 'cedar',
  to: ['harlow', 'dunmere'],
  state: 'amber',
  free: 1,
  total: 6,
  percent: 62,
  minutes: 20,
  note: '',
  sentence: 'Cedar Fen: level zero likely within 20 min: 62 %',
  sent_by: 'cedar-dispatcher',
  sent_at: at(0),
  expires_at: at(1800),
  acknowledged: [],
  ...row,
});

test('a free BLS ambulance does not hide that no ALS ambulance is free', () => {
  const cover = makeCover({
    state: 'green',
    levels: { any: level(), als: level({ state: 'red', free: 0 }) },
  });
  const said = coverSaid(cover, 'Harlow');
  expect(said.state).toBe('red');
  expect(said.headline).toBe(
    "Harlow's ALS is overwhelmed: level zero (0 of 3 ALS ambulances free)",
  );
});

test('where all are as short, all ambulances are what is said', () => {
  const levels = { any: level({ state: 'red' }), als: level({ state: 'red', free: 0 }) };
  const cover = makeCover({ state: 'red', free: 2, total: 3, pending: 4, levels });
  expect(coverSaid(cover, 'Harlow').headline).toBe(
    'Harlow is overwhelmed: 2 of 3 ambulances free, 4 calls waiting',
  );
});

test('a state set by hand is never told as if it were measured', () => {
  const override = {
    id: 'o1',
    jurisdiction: 'harlow',
    state: 'green' as const,
    reason: 'Crews return',
    by: 'dana',
    begins_at: at(0),
    ends_at: at(3600),
  };
  const cover = makeCover({ state: 'green', free: 0, override, levels: {} });
  expect(coverSaid(cover, 'Harlow').headline).toBe(
    'Harlow is green by hand: 0 of 4 ambulances free',
  );
  const reasons: CoverReason[] = [
    { code: 'overridden', figures: {}, sentence: 'Set by hand to green until 15:00 UTC.' },
    { code: 'level_zero', figures: {}, sentence: 'Level zero: no ambulance is on duty.' },
  ];
  expect(measured(reasons)).toEqual(['Level zero: no ambulance is on duty']);
});

test('only an agreement in force makes a partner', () => {
  const pact = (state: string, ...parties: string[]) => ({ state, parties }) as AgreementInfo;
  const agreements = [
    pact('active', 'harlow', 'cedar'),
    pact('notice_given', 'dunmere', 'harlow'),
    pact('expired', 'harlow', 'tarn'),
    pact('active', 'cedar', 'quill'),
    pact('active', 'harlow', 'cedar', 'marlow'),
  ];
  expect(partnersOf(agreements, 'harlow')).toEqual(['cedar', 'dunmere', 'marlow']);
});

test('a pre-alert waits for those who have not said that they saw it', () => {
  expect(seenBy(alert({ acknowledged: ['dunmere'] }))).toEqual({
    seen: ['dunmere'],
    waiting: ['harlow'],
  });
});

test("one's own pre-alerts and those seen already are not to be seen", () => {
  const rows = [
    alert({ id: 'new' }),
    alert({ id: 'own', jurisdiction: 'harlow' }),
    alert({ id: 'seen', acknowledged: ['harlow'] }),
  ];
  expect(toSee(rows, 'harlow').map((row) => row.id)).toEqual(['new']);
});

test('those with the most to spare are told first, and the overwhelmed not at all', () => {
  const covers = [
    makeCover({ jurisdiction: 'a', free: 1 }),
    makeCover({ jurisdiction: 'b', free: 5 }),
    makeCover({ jurisdiction: 'c', free: 3, state: 'red' }),
    makeCover({ jurisdiction: 'd', free: 0 }),
  ];
  expect(worthTelling(covers)).toEqual(['b', 'a']);
});
