import { expect, test } from 'vitest';
import { newer, NO_HISTORY, older, remember } from '../../src/line/history';

const two = remember(remember(NO_HISTORY, 'REC 42'), 'REQ 42 M311');

test('up goes to older lines and stays at the oldest', () => {
  const [once, last] = older(two, 'typing')!;
  const [twice, first] = older(once, last)!;
  expect([last, first]).toEqual(['REQ 42 M311', 'REC 42']);
  expect(older(twice, first)![1]).toBe('REC 42');
});

test('down comes back to what was being typed', () => {
  const [once] = older(two, 'half a li')!;
  expect(newer(once)).toEqual([{ ...once, at: null, draft: '' }, 'half a li']);
  expect(newer(two)).toBeNull();
});

test('a line said again stands once, as the newest; a blank one is not kept', () => {
  const again = remember(remember(two, ' REC 42 '), '   ');
  expect(again.lines).toEqual(['REQ 42 M311', 'REC 42']);
});

test('the history ends somewhere', () => {
  let history = NO_HISTORY;
  for (let i = 0; i < 300; i += 1) history = remember(history, `REC ${i}`);
  expect(history.lines).toHaveLength(100);
  expect(history.lines.at(-1)).toBe('REC 299');
  expect(older(NO_HISTORY, 'x')).toBeNull();
});
