import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isChosen } from '../../src/picture/choose';
import { nextStanding, NOT_SORTED, RESORT_MS, type Standing } from '../../src/picture/resort';
import { makeUnit } from '../make';

const ids = fc.uniqueArray(fc.constantFrom(...'abcdefghij'));
const steps = fc.array(
  fc.record({
    wanted: ids,
    wait: fc.integer({ min: 0, max: 700 }),
    held: fc.boolean(),
  }),
  { maxLength: 30 },
);

/** Whether those that stood before and still do have kept their order. */
function kept(before: Standing, after: Standing): boolean {
  const stayed = before.rows.filter((id) => after.rows.includes(id));
  return stayed.join() === after.rows.filter((id) => before.rows.includes(id)).join();
}

test('rows change places at most once a second, and never while they are held', () => {
  fc.assert(
    fc.property(steps, (all) => {
      let now = 0;
      let standing = NOT_SORTED;
      let moved = -Infinity;
      for (const { wanted, wait, held } of all) {
        now += wait;
        const next = nextStanding(standing, wanted, now, { held });
        expect([...next.rows].sort()).toEqual([...wanted].sort());
        if (!kept(standing, next)) {
          expect(held).toBe(false);
          expect(now - moved).toBeGreaterThanOrEqual(RESORT_MS);
          moved = now;
        }
        standing = next;
      }
    }),
  );
});

test('a new row stands where it belongs at once, unless the table is held', () => {
  const standing = nextStanding(NOT_SORTED, ['b', 'd', 'e'], 0, { held: false });
  const wanted = ['a', 'e', 'c', 'd', 'b'];
  expect(nextStanding(standing, wanted, 1, { held: false }).rows).toEqual([
    'b',
    'c',
    'd',
    'a',
    'e',
  ]);
  expect(nextStanding(standing, wanted, 1, { held: true }).rows).toEqual(['b', 'd', 'e', 'a', 'c']);
  const urgent = nextStanding(standing, ['a', 'b', 'd', 'e', 'z'], 1, { held: false });
  expect(urgent.rows).toEqual(['a', 'b', 'd', 'e', 'z']);
});

test('an order that somebody asks for comes at once, held or not', () => {
  const standing = nextStanding(NOT_SORTED, ['a', 'b'], 0, { held: false });
  const asked = nextStanding(standing, ['b', 'a'], 1, { held: true, asked: true });
  expect(asked.rows).toEqual(['b', 'a']);
});

test('the first rows are in order though somebody points at the empty table', () => {
  expect(nextStanding(NOT_SORTED, ['b', 'a'], 0, { held: true }).rows).toEqual(['b', 'a']);
});

test('mine are the own units and those that were lent to us', () => {
  const choice = { only: null, mine: true, home: 'harlow' };
  const neighbour = makeUnit({ own: false, jurisdiction: 'cedar' });
  expect(isChosen(makeUnit({ lent_to: 'cedar' }), choice)).toBe(true);
  expect(isChosen(neighbour, choice)).toBe(false);
  expect(isChosen({ ...neighbour, lent_to: 'harlow' }, choice)).toBe(true);
  expect(isChosen({ ...neighbour, lent_to: null }, { ...choice, home: null })).toBe(false);
  expect(isChosen(neighbour, { ...choice, mine: false })).toBe(true);
});

test('a chip leaves the units that look so, of whichever are shown', () => {
  const choice = { only: 'AV' as const, mine: false, home: null };
  expect(isChosen(makeUnit({ status: 'available_delayed' }), choice)).toBe(true);
  expect(isChosen(makeUnit({ status: 'en_route' }), choice)).toBe(false);
});
