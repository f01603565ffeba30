import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_COLUMNS, moveColumn, readColumns, toggleColumn } from '../../src/board/columns';

const shown = fc
  .shuffledSubarray([...ALL_COLUMNS])
  .map((some) => [...new Set([...some, 'unit' as const])]);
const key = fc.constantFrom(...ALL_COLUMNS);

test('whatever is chosen, it can be read again: each once, the unit among them', () => {
  fc.assert(
    fc.property(shown, key, fc.constantFrom(1 as const, -1 as const), (columns, one, way) => {
      for (const next of [toggleColumn(columns, one), moveColumn(columns, one, way)]) {
        expect(readColumns(next)).toEqual(next);
      }
    }),
  );
});

test('the unit cannot be hidden', () => {
  expect(toggleColumn(['unit', 'age'], 'unit')).toEqual(['unit', 'age']);
  expect(readColumns(['age'])).toBeNull();
});

test('a column that comes back stands behind those that usually stand before it', () => {
  expect(toggleColumn(['unit', 'level', 'age'], 'status')).toEqual([
    'unit',
    'level',
    'status',
    'age',
  ]);
  expect(toggleColumn(['age', 'unit'], 'level')).toEqual(['age', 'unit', 'level']);
});

test('hiding and showing at the end of the usual order changes nothing', () => {
  expect(toggleColumn(toggleColumn(ALL_COLUMNS, 'time'), 'time')).toEqual(ALL_COLUMNS);
});

test('a move goes one place and stops at either end', () => {
  expect(moveColumn(['unit', 'level', 'age'], 'age', -1)).toEqual(['unit', 'age', 'level']);
  expect(moveColumn(['unit', 'age'], 'unit', -1)).toEqual(['unit', 'age']);
  expect(moveColumn(['unit', 'age'], 'age', 1)).toEqual(['unit', 'age']);
  expect(moveColumn(['unit'], 'age', 1)).toEqual(['unit']);
});
