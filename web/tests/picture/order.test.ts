import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  holdOrder,
  isShort,
  isUnattended,
  orderIncidents,
  orderUnits,
} from '../../src/picture/order';
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
    makeIncident({ id: 'left', came: 1 }),
    makeIncident({ id: 'p3', priority: 'lower_acuity', opened_at: at(-900) }),
    makeIncident({ id: 'p1-new', opened_at: at(10) }),
    makeIncident({ id: 'p1-old', opened_at: at(-10) }),
  ]);
  expect(order).toEqual(['p1-old', 'p1-new', 'p3', 'served', 'left']);
});

// The terminal's cases are the same: tests/watch/test_order.py.
test.each([
  [2, 0, 0, true, true],
  [2, 1, 0, true, false],
  [2, 2, 0, false, false],
  [2, 0, 1, true, false],
  [2, 1, 1, false, false],
  [1, 0, 1, false, false],
  [0, 0, 0, true, true],
  [0, 0, 1, false, false],
])(
  'an incident that needs %i, with %i assigned and %i that came: short %s, unattended %s',
  (count, assigned, came, short, unattended) => {
    const needs = [{ unit_type: 'als_ambulance' as const, count }];
    const row = makeIncident({ needs, assigned: ['u1', 'u2'].slice(0, assigned), came });
    expect([isShort(row), isUnattended(row)]).toEqual([short, unattended]);
    expect(isShort({ ...row, state: 'closed' })).toBe(false);
  },
);

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
