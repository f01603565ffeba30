import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import {
  DEFAULTS,
  everyDefault,
  FONT_PERCENT,
  inForce,
  readChanges,
  readChosen,
  SIZED_PANELS,
  VOLUME_PERCENT,
  withChanges,
  type Chosen,
} from '../../src/comforts/preferences';

const chosen: fc.Arbitrary<Chosen> = fc.record(
  {
    theme: fc.constantFrom('dark' as const, 'light' as const, 'system' as const),
    font_percent: fc.integer({ min: 90, max: 150 }),
    panel_font_percent: fc.dictionary(
      fc.constantFrom('units', 'cover'),
      fc.integer({ min: 90, max: 150 }),
      { noNullPrototype: true },
    ),
    sound: fc.constantFrom('all' as const, 'high' as const),
    volume_percent: fc.integer({ min: 20, max: 100 }),
    single_keys: fc.boolean(),
    unit_columns: fc.constantFrom(['unit' as const], ['age' as const, 'unit' as const]),
    hold_sort: fc.subarray(['units' as const, 'incidents' as const]),
  },
  { requiredKeys: [] },
);

test('every choice within the bounds is read as it is', () => {
  fc.assert(
    fc.property(chosen, (some) => {
      expect(readChosen(some)).toEqual(some);
    }),
  );
});

test('whatever was kept, reading it gives preferences and never an error', () => {
  fc.assert(
    fc.property(fc.anything(), (given) => {
      expect(Object.keys(inForce(readChosen(given))).sort()).toEqual(Object.keys(DEFAULTS).sort());
    }),
  );
});

test('what is out of bounds is not there, the rest is', () => {
  const given = {
    font_percent: 200,
    panel_font_percent: [120],
    volume_percent: 0,
    theme: 'blue',
    sound: 'off',
    single_keys: 1,
    unit_columns: ['age'],
    hold_sort: ['units', 'requests'],
    lunch: 'noon',
  };
  expect(readChosen(given)).toEqual({ hold_sort: ['units'] });
});

test('of the sizes of panels those that are understood count', () => {
  const given = { panel_font_percent: { units: 130, map: 120, cover: 151, requests: '120' } };
  expect(readChosen(given)).toEqual({ panel_font_percent: { units: 130 } });
});

test('key by key the later word holds, and null goes back to the default', () => {
  const before: Chosen = { theme: 'light', font_percent: 120 };
  expect(withChanges(before, { font_percent: 130, single_keys: false })).toEqual({
    theme: 'light',
    font_percent: 130,
    single_keys: false,
  });
  expect(withChanges(before, { theme: null })).toEqual({ font_percent: 120 });
  expect(inForce(withChanges(before, everyDefault()))).toEqual(DEFAULTS);
  expect(readChanges({ theme: null, font_percent: 500 })).toEqual({ theme: null });
});

test('page and server know the same keys and bounds', () => {
  const rules = readFileSync('../dispatch/model/preferences.py', 'utf8');
  const bounds = (name: string) =>
    new RegExp(`^${name}: Final = \\((\\d+), (\\d+)\\)`, 'm').exec(rules)?.slice(1).map(Number);
  expect(bounds('FONT_PERCENT')).toEqual([FONT_PERCENT.least, FONT_PERCENT.most]);
  expect(bounds('VOLUME_PERCENT')).toEqual([VOLUME_PERCENT.least, VOLUME_PERCENT.most]);
  const keys = [...rules.matchAll(/^ {8}"(\w+)": _/gm)].map(([, key]) => key);
  expect(keys).toEqual(Object.keys(DEFAULTS));
  const columns = /^COLUMNS: Final = \((.*)\)/m.exec(rules)?.[1]?.match(/\w+/g);
  expect(columns).toEqual(DEFAULTS.unit_columns);
  const sized = /^SIZED_PANELS: Final = \((.*)\)/m.exec(rules)?.[1]?.match(/\w+/g);
  expect(sized).toEqual([...SIZED_PANELS]);
});
