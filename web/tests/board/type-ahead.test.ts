import { expect, test } from 'vitest';
import {
  addTyped,
  beginsSome,
  findTyped,
  isTyping,
  NOTHING_TYPED,
  TYPING_MS,
} from '../../src/board/type-ahead';

const SIGNS = ['M1', 'M12', 'M 2', 'A-7', 'Rescue 12'];

test('characters add up while they follow one another, then a new word begins', () => {
  let typed = addTyped(NOTHING_TYPED, 'M', 1000);
  typed = addTyped(typed, '1', 1000 + TYPING_MS - 1);
  expect(typed.text).toBe('m1');
  expect(isTyping(typed, typed.at + TYPING_MS - 1)).toBe(true);
  expect(isTyping(typed, typed.at + TYPING_MS)).toBe(false);
  expect(addTyped(typed, 'a', typed.at + TYPING_MS).text).toBe('a');
});

test('nothing has been typed at first', () => {
  expect(isTyping(NOTHING_TYPED, 0)).toBe(false);
});

test('the sign that is the text goes before one that begins with it, whatever stands first', () => {
  expect(findTyped(['M12', 'M1'], 'm1')).toBe(1);
});

test('blanks, dashes and case do not count', () => {
  expect(findTyped(SIGNS, 'm2')).toBe(2);
  expect(findTyped(SIGNS, 'a7')).toBe(3);
});

test('an ending finds a unit where no sign begins so', () => {
  expect(findTyped(['M1', 'Rescue 12'], '12')).toBe(1);
});

test('among equals the next one from here on is meant, and around', () => {
  expect(findTyped(SIGNS, 'm', 1)).toBe(1);
  expect(findTyped(SIGNS, 'm', 3)).toBe(0);
});

test('what fits nothing, and nothing at all, mean no row', () => {
  expect(findTyped(SIGNS, 'x')).toBeNull();
  expect(findTyped(SIGNS, ' ')).toBeNull();
  expect(findTyped([], 'm')).toBeNull();
});

test('a character begins a word where some sign begins with it', () => {
  expect(beginsSome(SIGNS, 'r')).toBe(true);
  expect(beginsSome(SIGNS, '1')).toBe(false);
});
