import { expect, test } from 'vitest';
import { shortNames } from '../../src/words/short-names';

const name = (...names: string[]) => [
  ...shortNames(names.map((name) => ({ id: name, name }))).values(),
];

test('a jurisdiction is called what people call it', () => {
  expect(
    name(
      'Borough of Cedar Fen',
      'Quillford Township',
      'Marlow County (remainder)',
      'Lincoln Village',
    ),
  ).toEqual(['Cedar Fen', 'Quillford', 'Marlow County', 'Lincoln Village']);
});

test('two that would sound alike keep their full names', () => {
  expect(name('City of Marlow', 'Marlow Township', 'Harlow')).toEqual([
    'City of Marlow',
    'Marlow Township',
    'Harlow',
  ]);
});
