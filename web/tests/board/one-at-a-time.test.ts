import { expect, test } from 'vitest';
import { oneAtATime } from '../../src/board/one-at-a-time';

test('what runs is not begun again before it has ended', async () => {
  let begun = 0;
  let end = () => {};
  const told: boolean[] = [];
  const act = oneAtATime(
    () => {
      begun += 1;
      return new Promise((done) => (end = done));
    },
    (running) => told.push(running),
  );
  const first = act();
  expect(await act()).toBe(false);
  expect([begun, told]).toEqual([1, [true]]);
  end();
  expect(await first).toBe(true);
  const second = act();
  end();
  await second;
  expect([begun, told]).toEqual([2, [true, false, true, false]]);
});

test('what failed may be begun again', async () => {
  let begun = 0;
  const act = oneAtATime(
    async () => {
      begun += 1;
      throw new Error('no');
    },
    () => {},
  );
  await expect(act()).rejects.toThrow('no');
  await expect(act()).rejects.toThrow('no');
  expect(begun).toBe(2);
});
