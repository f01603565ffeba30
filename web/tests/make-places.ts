import type { PlaceRow, PlacesAnswer, PointRow } from '../src/wire/places';

export const makePlace = (given: Partial<PlaceRow> = {}): PlaceRow => ({
  name: 'Elm Street',
  kind: 'street',
  lon: 9,
  lat: 47,
  jurisdiction: 'harlow',
  where: 'Harlow',
  match: 'exact',
  without_number: '',
  outside: false,
  ...given,
});

export const makeAnswer = (rows: PlaceRow[], given: Partial<PlacesAnswer> = {}): PlacesAnswer => ({
  index: 'ready',
  outside: 'off',
  rows,
  ...given,
});

export const makePoint = (given: Partial<PointRow> = {}): PointRow => ({
  lon: 9,
  lat: 47,
  jurisdiction: 'harlow',
  inside: ['harlow'],
  border_m: 900,
  beyond: 'cedar',
  near_border: false,
  notice: '',
  index: 'ready',
  address: 'Elm Street / Oak Lane',
  house: null,
  street: null,
  crossing: null,
  ...given,
});
