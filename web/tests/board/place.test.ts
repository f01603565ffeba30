import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALL_COLUMNS } from '../../src/board/columns';
import { PANELS } from '../../src/board/panels';
import {
  isDeliberate,
  losesForm,
  readPlace,
  roundView,
  START,
  writePlace,
  type Place,
} from '../../src/board/place';
import { LOOKS } from '../../src/words/statuses';

const views = fc
  .record({
    lon: fc.double({ min: -180, max: 180, noNaN: true }),
    lat: fc.double({ min: -85, max: 85, noNaN: true }),
    zoom: fc.double({ min: 0, max: 24, noNaN: true }),
  })
  .map(roundView)
  // -0 is written as 0, and is the same place.
  .map((view) => ({ lon: view.lon + 0, lat: view.lat + 0, zoom: view.zoom + 0 }));

const columns = fc
  .shuffledSubarray([...ALL_COLUMNS])
  .map((some) => [...new Set([...some, 'unit' as const])]);

const maybe = <T>(some: fc.Arbitrary<T>) => fc.option(some, { nil: null });
const ids = fc.string({ unit: 'binary', minLength: 1, maxLength: 40 });

const places: fc.Arbitrary<Place> = fc.record({
  page: maybe(fc.constantFrom('board' as const, 'agreements' as const)),
  panel: maybe(fc.constantFrom(...PANELS.map(({ name }) => name))),
  only: maybe(fc.constantFrom(...LOOKS.map(({ look }) => look))),
  mine: fc.boolean(),
  sort: fc.record({ key: fc.constantFrom(...ALL_COLUMNS), down: fc.boolean() }),
  columns: maybe(columns),
  incidents: fc.constantFrom('active' as const, 'closed' as const),
  unit: maybe(ids.filter(isWellFormed)),
  incident: maybe(ids.filter(isWellFormed)),
  side: fc.constantFrom('advice' as const, 'entry' as const, 'cover' as const, 'order' as const),
  map: maybe(views),
  theme: maybe(fc.constantFrom('dark' as const, 'light' as const, 'system' as const)),
});

function isWellFormed(text: string): boolean {
  // A lone surrogate cannot stand in any address.
  return !/[\ud800-\udfff]/.test(text);
}

test('a place that is written and read again is the same place', () => {
  fc.assert(
    fc.property(places, (place) => {
      expect(readPlace(writePlace(place))).toEqual(place);
    }),
  );
});

test('the start needs no words', () => {
  expect(writePlace(START)).toBe('');
  expect(readPlace('')).toEqual(START);
});

test('whatever an address says, reading it gives a place and never an error', () => {
  const names = ['page', 'panel', 'show', 'mine', 'sort', 'columns', 'unit', 'side', 'map', 'x'];
  const words = fc.array(
    fc
      .tuple(fc.constantFrom(...names), fc.string({ unit: 'binary' }))
      .map((pair) => pair.join('=')),
  );
  fc.assert(
    fc.property(
      fc.oneof(
        words.map((all) => `?${all.join('&')}`),
        fc.string(),
      ),
      (query) => {
        const place = readPlace(query);
        expect(readPlace(writePlace(place))).toEqual(place);
      },
    ),
  );
});

test.each([
  '?page=kitchen',
  '?panel=radio',
  '?show=XX',
  '?mine=yes',
  '?sort=-',
  '?sort=speed',
  '?columns=agency',
  '?columns=',
  '?incidents=lost',
  `?unit=${'u'.repeat(101)}`,
  '?side=left',
  '?map=1,2',
  '?map=,,',
  '?map=a,b,c',
  '?map=1,2,3,4',
  '?map=181,0,5',
  '?map=0,86,5',
  '?map=0,0,Infinity',
  '?theme=blue',
  '?%E0%A4%A',
])('what is not understood is as if it were not there: %s', (query) => {
  expect(readPlace(query)).toEqual(START);
});

test('an address that people read stays one that they can read', () => {
  const place: Place = {
    ...START,
    panel: 'units',
    only: 'AV',
    mine: true,
    sort: { key: 'age', down: true },
    columns: ['unit', 'status'],
    map: { lon: -76.8842, lat: 40.2731, zoom: 11.25 },
  };
  expect(writePlace(place)).toBe(
    '?panel=units&show=AV&mine=1&sort=-age&columns=unit,status&map=-76.8842,40.2731,11.25',
  );
});

test('strange and repeated columns fall away, the unit’s own stays', () => {
  expect(readPlace('?columns=status,unit,speed,unit').columns).toEqual(['status', 'unit']);
});

test('only another page and another side are moves that "Back" takes back', () => {
  expect(isDeliberate(START, { ...START, page: 'agreements' })).toBe(true);
  expect(isDeliberate(START, { ...START, side: 'cover' })).toBe(true);
  const elsewhere: Partial<Place>[] = [
    { unit: 'u1' },
    { incident: 'i1' },
    { only: 'AV' },
    { mine: true },
    { sort: { key: 'unit', down: false } },
    { map: { lon: 1, lat: 1, zoom: 1 } },
    { incidents: 'closed' },
  ];
  for (const change of elsewhere) expect(isDeliberate(START, { ...START, ...change })).toBe(false);
});

test('an incident that is being typed is lost by another side or page, and by nothing else', () => {
  const typing: Place = { ...START, page: 'board', side: 'entry' };
  for (const side of ['advice', 'cover', 'order'] as const) {
    expect(losesForm(typing, { ...typing, side })).toBe(true);
    expect(losesForm({ ...typing, side }, typing)).toBe(false);
    expect(losesForm({ ...typing, side }, START)).toBe(false);
  }
  expect(losesForm(typing, { ...typing, page: 'agreements' })).toBe(true);
  const elsewhere: Place = { ...typing, unit: 'u1', incident: 'i1', only: 'AV' };
  expect(losesForm(typing, elsewhere)).toBe(false);
});
