import { expect, test } from 'vitest';
import {
  addressOf,
  chargeOf,
  placeDetail,
  searchNote,
  unresolvedNote,
} from '../../src/words/places';
import { makeAnswer, makePlace, makePoint } from '../make-places';

const nameOf = (id: string) => ({ harlow: 'Harlow', cedar: 'Cedar Fen' })[id] ?? id;

test('a row says what it is, where it is, and whose that is where the town does not', () => {
  expect(placeDetail(makePlace(), nameOf)).toBe('street · Harlow');
  expect(placeDetail(makePlace({ where: 'Old Mill' }), nameOf)).toBe('street · Old Mill · Harlow');
  expect(placeDetail(makePlace({ jurisdiction: null, where: '' }), nameOf)).toBe(
    'street · no known jurisdiction',
  );
});

test('a row from outside, and one whose number is not known, say so', () => {
  expect(placeDetail(makePlace({ outside: true }), nameOf)).toContain('from the geocoder outside');
  expect(placeDetail(makePlace({ without_number: '99' }), nameOf)).toContain(
    'no. 99 is not on the map',
  );
});

test('the address is the place with its town, or what was typed where the number is not known', () => {
  expect(addressOf(makePlace(), 'elm')).toBe('Elm Street, Harlow');
  expect(addressOf(makePlace({ name: 'Harlow Hospital' }), 'x')).toBe('Harlow Hospital');
  expect(addressOf(makePlace({ without_number: '99' }), ' 99 elm st ')).toBe('99 elm st');
  expect(addressOf(makePlace({ kind: 'point', name: '9, 47', where: 'Elm Street' }), '9,47')).toBe(
    'Elm Street',
  );
});

test('a search tells how much it found, and what was missing', () => {
  expect(searchNote(makeAnswer([makePlace()]), 'elm')).toBe('1 place found.');
  const ten = Array.from({ length: 10 }, () => makePlace());
  expect(searchNote(makeAnswer(ten), 'elm')).toBe('The likeliest 10.');
  expect(searchNote(makeAnswer([]), ' elm ')).toBe('Nothing is called “elm”.');
  expect(searchNote(makeAnswer([], { index: 'missing' }), 'elm')).toContain('no index of names');
  expect(searchNote(makeAnswer([makePlace()], { outside: 'failed' }), 'elm')).toContain(
    'The geocoder outside does not answer',
  );
});

test('where Enter chooses nothing, it says why and what to do', () => {
  expect(unresolvedNote([], '')).toContain('Say where it is');
  expect(unresolvedNote([], 'elm')).toContain('Nothing is called “elm”');
  expect(unresolvedNote([makePlace(), makePlace()], 'elm')).toContain('may be 2 places');
  expect(unresolvedNote([makePlace({ without_number: '99' })], '99 elm')).toContain(
    'No. 99 is not on the map',
  );
});

test('a place is one’s own, another’s or nobody’s', () => {
  expect(chargeOf(makePoint(), 'harlow').kind).toBe('own');
  expect(chargeOf(makePoint(), 'cedar')).toMatchObject({ kind: 'other', jurisdiction: 'harlow' });
  expect(chargeOf(makePoint({ jurisdiction: null }), 'cedar').kind).toBe('nobody');
});
