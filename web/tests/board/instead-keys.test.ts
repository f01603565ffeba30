import { expect, test } from 'vitest';
import { insteadAct, type InsteadPlace } from '../../src/board/instead-keys';

const NONE = { ctrlKey: false, altKey: false, metaKey: false };
const act = (key: string, on: InsteadPlace, held: Partial<typeof NONE> = {}) =>
  insteadAct({ key, ...NONE, ...held }, on);

test('Enter offers the unit, but opens the list of refusals or presses the button that it is struck on', () => {
  expect([act('Enter', 'elsewhere'), act('Enter', 'note')]).toEqual(['offer', 'offer']);
  expect(act('Enter', 'pressed by Enter')).toBeNull();
});

test('a digit chooses its row, is typed in the note, and belongs to the browser with Ctrl or Alt', () => {
  expect([act('1', 'elsewhere'), act('9', 'pressed by Enter')]).toEqual([1, 9]);
  expect([act('1', 'note'), act('0', 'elsewhere'), act('x', 'elsewhere')]).toEqual([
    null,
    null,
    null,
  ]);
  for (const held of ['ctrlKey', 'altKey', 'metaKey'] as const) {
    expect(act('1', 'elsewhere', { [held]: true })).toBeNull();
  }
});

test('Escape leads back from anywhere', () => {
  for (const on of ['note', 'pressed by Enter', 'elsewhere'] as const) {
    expect(act('Escape', on)).toBe('back');
  }
});
