import { expect, test } from 'vitest';
import { CLASSES } from '../../src/alarms/classes';
import { derive } from '../../src/alarms/derive';
import type { RequestRow } from '../../src/wire/types';
import { at, makeAssignment, makeIncident, makeRequest } from '../make';
import { codes, Desk, makeScene } from './make';

const sent = (row: Partial<RequestRow> = {}): RequestRow =>
  makeRequest({ direction: 'out', borrower: 'harlow', lender: 'cedar', ...row } as RequestRow);
const incident = makeIncident({ priority: 'emergent' });
const p1 = makeIncident();
const TWO = [{ unit_type: 'als_ambulance' as const, count: 2 }];

test('a request to answer is an alarm until it is answered or its time is over', () => {
  const desk = new Desk().see(0, { requests: [makeRequest()] });
  expect(desk.present).toEqual(['request_to_answer']);
  desk.see(20, { requests: [makeRequest({ state: 'accepted', answered_at: at(20) })] });
  expect(desk.present).toEqual([]);
  expect(codes(makeScene({ requests: [makeRequest()] }, { seconds: 60 }))).toEqual([]);
});

test('an order for four units is one question, also when its first request is answered before the others', () => {
  const order = ['r1', 'r2', 'r3', 'r4'].map((id, place) =>
    makeRequest({ id, unit: `u${place}`, requested_at: at(place * 0.01) }),
  );
  const desk = new Desk().see(0, { requests: order });
  desk.see(5, { requests: [{ ...order[0]!, state: 'accepted' }, ...order.slice(1)] });
  expect(desk.raised).toEqual(['request_to_answer']);
  expect(desk.present).toEqual(['request_to_answer']);
  desk.see(6, { requests: order.map((row) => ({ ...row, state: 'accepted' as const })) });
  expect(desk.present).toEqual([]);
});

test('a second question for the same call is a new alarm', () => {
  const later = makeRequest({ id: 'r2', unit: 'u2', requested_at: at(20), expires_at: at(80) });
  const desk = new Desk().see(0, { requests: [makeRequest()] }).acknowledgeAll(1);
  desk.see(20, { requests: [makeRequest(), later] });
  expect(desk.raised).toEqual(['request_to_answer', 'request_to_answer']);
});

test("a lender's own counter-offer is for the borrower to answer", () => {
  const row = { offered_by_lender: true, delivered_at: null };
  expect(codes(makeScene({ requests: [sent(row)] }, { seconds: 50 }))).toEqual([
    'counter_offer_to_answer',
  ]);
  expect(codes(makeScene({ requests: [makeRequest(row as Partial<RequestRow>)] }))).toEqual([]);
});

test('an offer of ours that has not arrived is an alarm as a question is, and says that it is an offer', () => {
  const offer = makeRequest({ offered_by_lender: true, delivered_at: null });
  const scene = makeScene({ requests: [offer] }, { seconds: 11 });
  expect(codes(scene)).toEqual(['request_undelivered']);
  const [found] = derive(scene).conditions;
  const names = { place: (id: string) => id, unit: (id: string) => id };
  expect(CLASSES.request_undelivered.sentence(found!.facts, names)).toBe(
    `Offer of ${offer.unit} has not reached ${offer.borrower}`,
  );
});

test('an offer that the lender takes back is a refusal once nobody else is asked', () => {
  const offer = declined({ id: 'r2', offered_by_lender: true, reason: 'offer_withdrawn' });
  const rows = { incidents: [incident], requests: [declined({ reason: 'other_unit' }), offer] };
  expect(codes(makeScene(rows, { seconds: 50 }))).toEqual(['request_refused']);
});

test('another unit offered instead is no refusal, and declining it is our own answer', () => {
  const first = declined({ reason: 'other_unit' });
  expect(codes(makeScene({ incidents: [incident], requests: [first] }, { seconds: 50 }))).toEqual(
    [],
  );
  const offer = declined({ id: 'r2', unit: 'u2', offered_by_lender: true });
  const rows = { incidents: [incident], requests: [first, offer] };
  expect(codes(makeScene(rows, { seconds: 50 }))).toEqual([]);
});

test('what has not arrived is not also unanswered: one cause, one alarm', () => {
  const desk = new Desk();
  const rows = { requests: [sent({ delivered_at: null })] };
  desk.see(11, rows).see(31, rows);
  expect(desk.raised).toEqual(['request_undelivered']);
  desk.see(32, { requests: [sent({ delivered_at: at(32) })] });
  expect(desk.present).toEqual(['request_unanswered']);
});

test('a request that goes on to the next candidate is a new cause', () => {
  const first = sent({ state: 'expired', answered_at: at(60), next: 'asked', delivered_at: at(1) });
  const second = sent({
    id: 'r2',
    attempt: 2,
    requested_at: at(60),
    expires_at: at(120),
    delivered_at: at(61),
  });
  const desk = new Desk()
    .see(31, { requests: [sent({ delivered_at: at(1) })], incidents: [incident] })
    .acknowledgeAll(32);
  desk.see(61, { requests: [first, second], incidents: [incident] });
  expect(desk.present).toEqual([]);
  desk.see(91, { requests: [first, second], incidents: [incident] });
  expect(desk.raised).toEqual(['request_unanswered', 'request_unanswered']);
});

test('a P1 with nobody on the way and nobody asked is an alarm after a minute', () => {
  expect(codes(makeScene({ incidents: [p1] }, { seconds: 60 }))).toEqual([]);
  expect(codes(makeScene({ incidents: [p1] }, { seconds: 61 }))).toEqual(['p1_waiting']);
  const others = [
    { priority: 'emergent' as const },
    { own: false },
    { purpose: 'standby' as const },
    { assigned: ['u1'] },
    { state: 'closed' as const },
  ];
  for (const row of others) {
    expect(codes(makeScene({ incidents: [makeIncident(row)] }, { seconds: 61 }))).toEqual([]);
  }
});

test('while a neighbour is asked a P1 is no alarm, and after a refusal it is a new one', () => {
  const asked = sent({ requested_at: at(70), expires_at: at(130) });
  const desk = new Desk().see(61, { incidents: [p1] }).acknowledgeAll(62);
  desk.see(71, { incidents: [p1], requests: [asked] });
  expect(desk.present).toEqual([]);
  const declined = {
    ...asked,
    state: 'declined' as const,
    answered_at: at(80),
    next: 'none' as const,
  };
  desk.see(81, { incidents: [p1], requests: [declined] });
  expect(desk.raised).toEqual(['p1_waiting', 'p1_waiting']);
  expect(desk.ledger.alarms.at(-1)!.acknowledgedAt).toBeNull();
});

test('in the moment in which the service asks the next candidate a P1 is no alarm', () => {
  const asked = sent({ requested_at: at(10), expires_at: at(70) });
  const see = (row: Partial<RequestRow>, seconds: number) =>
    codes(makeScene({ incidents: [p1], requests: [{ ...asked, ...row }] }, { seconds }));
  const expired = { state: 'expired' as const, answered_at: at(70.4) };
  expect(see({}, 70.2)).toEqual([]);
  expect(see(expired, 71)).toEqual([]);
  expect(see(expired, 81)).toEqual(['p1_waiting']);
  expect(see({ ...expired, next: 'none' }, 71)).toEqual(['p1_waiting']);
  expect(see({ ...expired, on_no_answer: 'nothing' }, 71)).toEqual(['p1_waiting']);
  expect(see({ state: 'withdrawn', answered_at: at(71) }, 71)).toEqual(['p1_waiting']);
});

test('a P1 that a unit has come to and left waits to be closed, and is no alarm', () => {
  const there = makeIncident({ assigned: ['u1'] });
  const desk = new Desk().see(300, {
    incidents: [there],
    assignments: [makeAssignment({ state: 'at_hospital' })],
  });
  desk.see(900, { incidents: [{ ...p1, came: 1 }] });
  desk.see(901, { incidents: [{ ...p1, came: 1, needs: TWO }] });
  expect(desk.raised).toEqual([]);
});

test('a unit that turned back before it arrived leaves the P1 waiting', () => {
  const there = makeIncident({ assigned: ['u1'] });
  const desk = new Desk().see(70, {
    incidents: [there],
    assignments: [makeAssignment({ state: 'en_route' })],
  });
  desk.see(90, { incidents: [p1] });
  expect(desk.raised).toEqual(['p1_waiting']);
});

const declined = (row: Partial<RequestRow> = {}) =>
  sent({ state: 'declined', answered_at: at(20), next: 'none', ...row });

test('a refusal is an alarm when nobody is left to ask', () => {
  const see = (row: Partial<RequestRow>, seconds = 21) =>
    codes(makeScene({ incidents: [incident], requests: [declined(row)] }, { seconds }));
  expect(see({})).toEqual(['request_refused']);
  expect(see({ next: null, on_no_answer: 'nothing' })).toEqual(['request_refused']);
  expect(see({ next: null })).toEqual([]);
  expect(see({ next: null }, 31)).toEqual(['request_refused']);
  expect(see({ next: 'asked' }, 100)).toEqual([]);
  expect(see({ state: 'withdrawn' })).toEqual([]);
});

test('a refusal is over when the call is served, when somebody is asked, and when it is closed', () => {
  const rows = { incidents: [incident], requests: [declined()] };
  const served = [
    { ...rows, incidents: [makeIncident({ priority: 'emergent', assigned: ['u2'] })] },
    { ...rows, incidents: [makeIncident({ priority: 'emergent', came: 1 })] },
    { ...rows, incidents: [makeIncident({ priority: 'emergent', came: 1, needs: TWO })] },
    {
      ...rows,
      requests: [declined(), sent({ id: 'r2', requested_at: at(21), expires_at: at(81) })],
    },
    { ...rows, incidents: [] },
  ];
  for (const after of served) {
    const desk = new Desk().see(21, rows);
    expect(desk.present).toEqual(['request_refused']);
    expect(desk.see(22, after).present).toEqual([]);
  }
});

test('one call is one refusal however many of its requests were refused, and each new answer is news', () => {
  const many = ['r1', 'r2', 'r3'].map((id, place) => declined({ id, answered_at: at(20 + place) }));
  const desk = new Desk().see(25, { incidents: [incident], requests: many });
  expect(desk.raised).toEqual(['request_refused']);
  const again = [...many, declined({ id: 'r4', answered_at: at(60) })];
  expect(desk.see(61, { incidents: [incident], requests: again }).raised).toHaveLength(2);
});

test('a call that got one unit after the refusal of another was seen to', () => {
  const short = makeIncident({
    priority: 'emergent',
    needs: TWO,
    assigned: ['u1'],
  });
  const rows = { incidents: [short], requests: [declined()] };
  expect(codes(makeScene(rows, { seconds: 21 }))).toEqual(['request_refused']);
  const after = { ...rows, assignments: [makeAssignment({ assigned_at: at(30) })] };
  expect(codes(makeScene(after, { seconds: 31 }))).toEqual([]);
});

test('a P1 without a unit is the louder alarm, and the refusal is none beside it', () => {
  const found = derive(makeScene({ incidents: [p1], requests: [declined()] }, { seconds: 61 }));
  expect(found.conditions.map((condition) => condition.code)).toEqual(['p1_waiting']);
});
