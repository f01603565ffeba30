import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holdOrder, isShort, orderIncidents, orderUnits } from '../../src/picture/order';
import { at, makeIncident, makeUnit } from '../make';

const none = new Map();

test('own units stand before a neighbour’s, whatever the column and its direction', () => {
  const units = [
    makeUnit({ id: 'far', own: false, status: 'dispatched' }),
    makeUnit({ id: 'home', status: 'off_duty' }),
  ];
  for (const key of ['unit', 'status', 'time', 'age', 'level', 'agency', 'incident'] as const) {
    for (const down of [false, true]) {
      expect(orderUnits(units, none, { key, down })[0]).toBe('home');
    }
  }
});

test('units of one status stand in the natural order of their call signs', () => {
  const units = ['M10', 'M2', 'M1'].map((sign) => makeUnit({ id: sign, call_sign: sign }));
  expect(orderUnits(units, none, { key: 'status', down: false })).toEqual(['M1', 'M2', 'M10']);
});

test('incidents that wait come first, then the most urgent, then the oldest', () => {
  const order = orderIncidents([
    makeIncident({ id: 'served', assigned: ['u1'] }),
    makeIncident({ id: 'p3', priority: 'lower_acuity', opened_at: at(-900) }),
    makeIncident({ id: 'p1-new', opened_at: at(10) }),
    makeIncident({ id: 'p1-old', opened_at: at(-10) }),
  ]);
  expect(order).toEqual(['p1-old', 'p1-new', 'p3', 'served']);
});

test('an incident is short until as many units as it needs are assigned', () => {
  const needs = [{ unit_type: 'als_ambulance' as const, count: 2 }];
  expect(isShort(makeIncident({ needs, assigned: ['u1'] }))).toBe(true);
  expect(isShort(makeIncident({ needs, assigned: ['u1', 'u2'] }))).toBe(false);
});

test('a held order keeps known rows in place, drops those that went and adds new ones last', () => {
  const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'));
  fc.assert(
    fc.property(ids, ids, (shown, wanted) => {
      const held = holdOrder(shown, wanted);
      expect([...held].sort()).toEqual([...wanted].sort());
      const stayed = shown.filter((id) => wanted.includes(id));
      expect(held.slice(0, stayed.length)).toEqual(stayed);
    }),
  );
});
