import { expect, test } from 'vitest';
import { findPlaces, LONGEST_PLACE, placeAt, singleMatch } from '../../src/wire/places';
import { makePlace } from '../make-places';

function asked(): { api: { get: <T>(path: string) => Promise<T> }; paths: string[] } {
  const paths: string[] = [];
  return { paths, api: { get: async <T>(path: string) => (paths.push(path), {} as T) } };
}

test('a text is asked for as it is, trimmed and not longer than the server takes', async () => {
  const { api, paths } = asked();
  await findPlaces(api, '  Elm & Oak  ');
  await findPlaces(api, '🚑'.repeat(200), true);
  await placeAt(api, -141.06, 41);
  expect(paths[0]).toBe('/api/places?q=Elm+%26+Oak');
  const long = new URLSearchParams(paths[1]!.split('?')[1]);
  expect([...long.get('q')!]).toHaveLength(LONGEST_PLACE);
  expect(long.get('outside')).toBe('true');
  expect(paths[2]).toBe('/api/places/at?lon=-141.06&lat=41');
});

test.each([
  ['the only exact one', ['exact', 'begins', 'close'], 0],
  ['two exact ones', ['exact', 'exact', 'close'], null],
  ['the only one that it begins', ['begins', 'close', 'close'], 0],
  ['two that it begins', ['begins', 'begins'], null],
  ['nothing but misspelt ones', ['close'], null],
  ['nothing', [], null],
] as const)('a text means one place: %s', (_, matches, at) => {
  const rows = matches.map((match, index) => makePlace({ match, name: `Place ${index}` }));
  expect(singleMatch(rows)).toBe(at === null ? null : rows[at]);
});

test('a street whose house is not known is never the one place', () => {
  const street = makePlace({ match: 'exact', without_number: '99' });
  const house = makePlace({ match: 'exact', kind: 'house' });
  expect(singleMatch([street])).toBeNull();
  expect(singleMatch([house, street])).toBe(house);
  const elsewhere = makePlace({ match: 'exact', without_number: '99', where: 'Quillford' });
  expect(singleMatch([house, elsewhere]), 'the other town may have a 99 too').toBeNull();
  expect(singleMatch([street, makePlace({ match: 'begins' })])).toBeNull();
});
