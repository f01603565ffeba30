import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapesOf, zonesOf } from '../../src/agreements/areas';
import { addCorner, moveCorner, parseWkt, toWkt, type Corner } from '../../src/agreements/wkt';

const SQUARE = 'POLYGON ((-77.1 40.1, -77 40.1, -77 40.2, -77.1 40.2, -77.1 40.1))';

describe('an area', () => {
  test('becomes rows without the closing corner, and the same text again', () => {
    expect(parseWkt(SQUARE)).toEqual([
      [
        [
          [-77.1, 40.1],
          [-77, 40.1],
          [-77, 40.2],
          [-77.1, 40.2],
        ],
      ],
    ]);
    expect(toWkt(parseWkt(SQUARE)!)).toBe(SQUARE);
  });
  test('of several parts with holes is read and written', () => {
    const text =
      'MULTIPOLYGON (((0 0, 4 0, 4 4, 0 0), (1 1, 2 1, 2 2, 1 1)), ((9 9, 8 9, 8 8, 9 9)))';
    expect(parseWkt(text)).toHaveLength(2);
    expect(toWkt(parseWkt(text)!)).toBe(text);
  });
  test('that is none is said to be none', () => {
    for (const text of [
      '',
      'POINT (1 2)',
      'POLYGON ((1 2, 3))',
      'POLYGON (1 2',
      'POLYGON ((a b))',
    ]) {
      expect(parseWkt(text), text).toBeNull();
    }
  });
  test('whose last part is emptied is no area', () => {
    expect(toWkt([[[]]])).toBe('');
  });
  test('of any rings comes back as it was', () => {
    const degrees = fc.integer({ min: -179_000_000, max: 179_000_000 }).map((n) => n / 1e6);
    const corner = fc.tuple(degrees, degrees) as fc.Arbitrary<Corner>;
    const ring = fc.uniqueArray(corner, {
      minLength: 3,
      maxLength: 8,
      selector: (c) => c.join(),
    });
    const polygons = fc.array(fc.array(ring, { minLength: 1, maxLength: 2 }), {
      minLength: 1,
      maxLength: 3,
    });
    fc.assert(
      fc.property(polygons, (drawn) => {
        const again = parseWkt(toWkt(drawn))!.map((rings) =>
          rings.map((r) => r.map(([a, b]) => [a + 0, b + 0])),
        );
        expect(again).toEqual(
          drawn.map((rings) => rings.map((r) => r.map(([a, b]) => [a + 0, b + 0]))),
        );
      }),
    );
  });
});

describe('corners by keyboard', () => {
  const ring: Corner[] = [
    [0, 0],
    [4, 0],
    [4, 4],
  ];
  test('move along the ring and around its end', () => {
    expect(moveCorner(ring, 0, 1)).toEqual([ring[1], ring[0], ring[2]]);
    expect(moveCorner(ring, 0, -1)).toEqual([ring[1], ring[2], ring[0]]);
  });
  test('are added on the border, so that the shape stays', () => {
    expect(addCorner(ring, 0)[1]).toEqual([2, 0]);
    expect(addCorner(ring, 2)[3]).toEqual([2, 2]);
  });
});

test('the map shows what clauses name and draw, but not what is under the pen', () => {
  const clauses = [
    { id: '1', type: 'zones', jurisdictions: ['harlow'] },
    { id: '2', type: 'reserve_floor', area: SQUARE },
  ];
  expect([...zonesOf(clauses)]).toEqual(['harlow']);
  expect(shapesOf(clauses)).toHaveLength(1);
  expect(shapesOf(clauses, 'clauses[1].area')).toEqual([]);
});
