import { expect, test } from 'vitest';
import { keysDocument, PANELS } from '../../src/line/keys';
import { VERBS } from '../../src/line/verbs';

const ways = PANELS.flatMap((panel) => panel.ways);

test('docs/board-keys.md is current', async () => {
  await expect(keysDocument()).toMatchFileSnapshot('../../../docs/board-keys.md');
});

test('everything can be done by key or by a line, and with the mouse', () => {
  for (const { does, keys, line, mouse } of ways) {
    expect(keys || line, does).toBeTruthy();
    expect(mouse, does).toBeTruthy();
  }
});

test('every verb stands beside the key and the mouse path of what it does', () => {
  const named = ways.flatMap(({ line }) => (line ?? '').match(/[A-Z]+|\?/g) ?? []);
  expect(VERBS.map(({ verb }) => verb).filter((verb) => !named.includes(verb))).toEqual([]);
});

test('the browser keeps its keys', () => {
  expect(ways.filter(({ keys }) => /\bF(3|5|11|12)\b/.test(keys))).toEqual([]);
});
