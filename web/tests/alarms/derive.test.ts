import { expect, test } from 'vitest';
import { AGREEMENT_ENDS_DAYS, derive, LONG_AT_HOSPITAL_S } from '../../src/alarms/derive';
import type { CoverReason } from '../../src/wire/types';
import {
  at,
  makeAssignment,
  makeCover,
  makeFeed,
  makeIncident,
  makeRequest,
  makeUnit,
  T0,
} from '../make';
import { codes, Desk, makeAgreement, makeScene } from './make';

const lent = (row: Parameters<typeof makeAssignment>[0] = {}) =>
  makeAssignment({ lent: true, home: 'cedar', borrower: 'harlow', state: 'en_route', ...row });
const out = (row: Parameters<typeof makeAssignment>[0] = {}) =>
  lent({ home: 'harlow', borrower: 'cedar', ...row });

test('ten seconds without a word from the server are an alarm, which ends with the next frame', () => {
  const lost = (seconds: number) => codes(makeScene({}, { seconds, live: false }));
  expect(lost(10)).toEqual([]);
  expect(lost(11)).toEqual(['server_lost']);
  expect(derive(makeScene({}, { live: false })).known).toBe(false);
  const desk = new Desk().see(11, {}, false);
  expect(desk.see(12, {}).present).toEqual([]);
});

test('a board that never got an answer says so too', () => {
  expect(codes(makeScene({}, { picture: null, live: false, seconds: 11 }))).toEqual([
    'server_lost',
  ]);
});

test('while the picture is old nothing else is raised and nothing is taken for gone', () => {
  const desk = new Desk().see(0, { requests: [makeRequest()] });
  desk.see(20, { incidents: [makeIncident({ opened_at: at(-300) })] }, false);
  expect(desk.raised).toEqual(['request_to_answer', 'server_lost']);
  expect(desk.present).toEqual(['request_to_answer', 'server_lost']);
});

test('a recalled unit is an alarm for its borrower, until it is on its way home', () => {
  const recalled = lent({ recalled_at: at(0) });
  expect(codes(makeScene({ assignments: [recalled] }))).toEqual(['loan_recalled']);
  expect(codes(makeScene({ assignments: [{ ...recalled, state: 'returning' }] }))).toEqual([]);
  expect(codes(makeScene({ assignments: [out({ recalled_at: at(0) })] }))).toEqual([]);
});

test('a borrowed unit that drops out on its way is an alarm while the call is still short', () => {
  const incidents = [makeIncident({ priority: 'emergent' })];
  const coming = { incidents, assignments: [lent()] };
  const desk = new Desk().see(0, coming).see(5, { incidents });
  expect(desk.present).toEqual(['loan_broken_off']);
  desk.see(6, { incidents: [makeIncident({ priority: 'emergent', assigned: ['u9'] })] });
  expect(desk.present).toEqual([]);
});

test("a borrowed unit that is let go by one's own centre is no alarm, nor one that had arrived", () => {
  const incidents = [makeIncident({ priority: 'emergent' })];
  const desk = new Desk().see(0, { incidents, assignments: [lent()] });
  desk.see(5, { incidents, assignments: [lent({ state: 'returning' })] }).see(90, { incidents });
  expect(desk.raised).toEqual([]);
  const other = new Desk().see(0, { incidents, assignments: [lent()] });
  other.see(5, { incidents, assignments: [lent({ state: 'on_scene' })] }).see(90, { incidents });
  expect(other.raised).toEqual([]);
});

test('a lent unit that its borrower lets go on the way is an alarm at home, for ten minutes at most', () => {
  const desk = new Desk().see(0, { assignments: [out()] });
  desk.see(5, { assignments: [out({ state: 'returning' })] });
  expect(desk.present).toEqual(['loan_let_go']);
  expect(desk.see(606, { assignments: [out({ state: 'returning' })] }).present).toEqual([]);
  expect(desk.see(700, {}).raised).toEqual(['loan_let_go']);
});

test('a lent unit that was called back, or arrived, or was sent on, was not let go', () => {
  const ends = [
    [out({ recalled_at: at(3) }), [out({ recalled_at: at(3), state: 'returning' })]],
    [out({ state: 'on_scene' }), [out({ state: 'returning' })]],
    [out(), [out({ id: 'a2', incident: 'i2' })]],
  ] as const;
  for (const [before, after] of ends) {
    const desk = new Desk().see(0, { assignments: [out()] }).see(4, { assignments: [before] });
    expect(desk.see(5, { assignments: [...after] }).raised).toEqual([]);
  }
});

test('a lost feed with forty units is one alarm, with none for what its units last said', () => {
  const units = Array.from({ length: 40 }, (_, place) =>
    makeUnit({ id: `u${place}`, status: 'at_hospital', changed_at: at(-7200) }),
  );
  const feeds = [makeFeed({ state: 'stale' })];
  expect(codes(makeScene({ units, feeds }))).toEqual(['feed_stale']);
  expect(codes(makeScene({ units, feeds: [makeFeed()] }))).toHaveLength(40);
  expect(codes(makeScene({ feeds: [makeFeed({ state: 'silent' })] }))).toEqual(['feed_stale']);
});

test("a neighbour's feed is the neighbour's alarm", () => {
  expect(
    codes(makeScene({ feeds: [makeFeed({ state: 'stale', jurisdiction: 'cedar' })] })),
  ).toEqual([]);
});

const red = (codesOfReasons: CoverReason['code'][], row: Parameters<typeof makeCover>[0] = {}) =>
  makeCover({
    state: 'red',
    free: 0,
    reasons: codesOfReasons.map((code) => ({ code, figures: {}, sentence: '' })),
    ...row,
  });

test('own cover that turns red is an alarm; amber, a partner’s and one set by hand are none', () => {
  expect(codes(makeScene({ covers: [red(['level_zero'])] }))).toEqual(['cover_red']);
  expect(codes(makeScene({ covers: [red(['level_zero'], { jurisdiction: 'cedar' })] }))).toEqual(
    [],
  );
  expect(codes(makeScene({ covers: [makeCover({ state: 'amber' })] }))).toEqual([]);
  const override = {
    id: 'o1',
    jurisdiction: 'harlow',
    state: 'red' as const,
    reason: '',
    by: 'dana',
  };
  const times = { begins_at: at(0), ends_at: at(600) };
  expect(
    codes(makeScene({ covers: [red(['level_zero'], { override: { ...override, ...times } })] })),
  ).toEqual([]);
});

test('red that only settles keeps its alarm and raises none', () => {
  const desk = new Desk().see(0, { covers: [red(['settling'])] });
  expect(desk.raised).toEqual([]);
  desk.see(1, { covers: [red(['level_zero'])] }).acknowledgeAll(2);
  desk.see(3, { covers: [red(['settling'])] }).see(4, { covers: [red(['level_zero'])] });
  expect(desk.raised).toEqual(['cover_red']);
  expect(desk.see(5, { covers: [makeCover()] }).present).toEqual([]);
});

test('red because of a call that waits is the alarm of that call, where it is one', () => {
  const covers = [red(['pending_too_long'], { free: 2 })];
  const p1 = makeIncident({ opened_at: at(-100) });
  expect(codes(makeScene({ covers, incidents: [p1] }))).toEqual(['p1_waiting']);
  const p2 = makeIncident({ priority: 'emergent', opened_at: at(-900) });
  expect(codes(makeScene({ covers, incidents: [p2] }))).toEqual(['cover_red']);
});

test('red because of a call that was served and is only not closed yet is no alarm', () => {
  const covers = [red(['pending_too_long'], { free: 2 })];
  const incidents = [makeIncident({ opened_at: at(-900), came: 1 })];
  expect(codes(makeScene({ covers, incidents }))).toEqual([]);
});

test('an own unit long at hospital is seen, once for each stay', () => {
  const stay = (changed: number, row = {}) =>
    makeUnit({ status: 'at_hospital', changed_at: at(changed), ...row });
  const over = -LONG_AT_HOSPITAL_S - 1;
  expect(codes(makeScene({ units: [stay(-LONG_AT_HOSPITAL_S)] }))).toEqual([]);
  expect(codes(makeScene({ units: [stay(over)] }))).toEqual(['long_at_hospital']);
  expect(codes(makeScene({ units: [stay(over, { own: false })] }))).toEqual([]);
  const desk = new Desk().see(0, { units: [stay(over)] }).see(1, { units: [makeUnit()] });
  expect(desk.present).toEqual([]);
});

test('an agreement that ends is for those who can renew it', () => {
  const ends = (days: number) => [
    makeAgreement({ effective_to: new Date(T0 + days * 86_400_000).toISOString() }),
  ];
  const see = (role: 'admin' | 'supervisor' | 'dispatcher' | 'analyst', days: number) =>
    codes(makeScene({}, { role, agreements: ends(days) }));
  expect(see('admin', 29)).toEqual(['agreement_ends']);
  expect(see('supervisor', AGREEMENT_ENDS_DAYS)).toEqual(['agreement_ends']);
  expect(see('dispatcher', 29)).toEqual([]);
  expect(see('admin', 31)).toEqual([]);
  expect(see('admin', -1)).toEqual([]);
  expect(
    codes(makeScene({}, { role: 'admin', agreements: [{ ...ends(9)[0]!, state: 'proposed' }] })),
  ).toEqual([]);
});

test('four fifths of a cap are seen, offers counted, where the cap is large enough to have fifths', () => {
  const capped = (most: number) => [
    makeAgreement({ clauses: [{ id: '3.2', type: 'concurrent_cap', at_most: most }] }),
  ];
  const loans = ['a1', 'a2', 'a3'].map((id) => out({ id, agreement: 'harlow-cedar' }));
  const rows = { assignments: loans, requests: [makeRequest({ expires_at: at(0) })] };
  expect(codes(makeScene(rows, { agreements: capped(5) }))).toEqual(['cap_near']);
  expect(codes(makeScene({ assignments: loans }, { agreements: capped(5) }))).toEqual([]);
  expect(codes(makeScene(rows, { agreements: capped(4) }))).toEqual([]);
});

test('who only looks on is called upon by nothing', () => {
  const rows = { requests: [makeRequest()], covers: [red(['level_zero'])] };
  expect(codes(makeScene(rows, { role: 'analyst' }))).toEqual([]);
  expect(codes(makeScene(rows, { role: 'analyst', live: false, seconds: 99 }))).toEqual([]);
});
