import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assignSlots, GONE, SLOTS } from '../../src/alarms/slots';

test('the first three stand in the strip', () => {
  expect(assignSlots([], ['a', 'b', 'c', 'd'], false)).toEqual(['a', 'b', 'c']);
  expect(assignSlots(['x', 'y', null], ['a'], false)).toEqual(['a', null, null]);
});

test('while somebody points there nothing moves, and a place that became free stays empty', () => {
  const held = assignSlots(['a', 'b', null], ['z', 'b'], true);
  expect(held).toEqual([GONE, 'b', 'z']);
  expect(assignSlots(held, ['y', 'z', 'b'], true)).toEqual([GONE, 'b', 'z']);
  expect(assignSlots(held, ['y', 'z', 'b'], false)).toEqual(['y', 'z', 'b']);
});

test('whatever comes and goes while it is pointed at, an alarm stays where it stood', () => {
  const some = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'));
  fc.assert(
    fc.property(some, some, (before: string[], after: string[]) => {
      const shown = assignSlots([], before, false);
      const held = assignSlots(shown, after, true);
      expect(held).toHaveLength(SLOTS);
      shown.forEach((key, place) => {
        if (key !== null) expect(held[place]).toBe(after.includes(key) ? key : GONE);
      });
    }),
  );
});
