import { expect, test } from 'vitest';
import type { StandbyMove, StandbyProposals } from '../../src/wire/standby';
import { allMoves, askOf, endsWords, placeTogether } from '../../src/words/standby';

const place = (post: string | null, lon: number | null = -141, lat: number | null = 41) => ({
  post,
  name: '',
  lon,
  lat,
});

const move = (unit: string, net: number, more: object = {}) =>
  ({ unit, net, to: place(`post-${unit}`), backfill: null, ...more }) as StandbyMove;

const found = (moves: StandbyMove[], more: Partial<StandbyProposals> = {}) =>
  ({ id: 'sbp_1', moves, move_ups: [], together: [], ...more }) as unknown as StandbyProposals;

test("own and neighbours' moves stand together, the most gained first", () => {
  const all = allMoves(found([move('a', 0.1), move('b', 0.3)], { move_ups: [move('own', 0.2)] }));
  expect(all.map((one) => one.unit)).toEqual(['b', 'own', 'a']);
});

test('one key asks the lender and, where it would be short, the third with it', () => {
  const cascade = move('a', 0.1, { backfill: move('c', 0.05) });
  expect(askOf(found([cascade]), cascade)).toEqual({
    unit: 'a',
    post: 'post-a',
    proposal: 'sbp_1',
    backfill: { unit: 'c', post: 'post-c' },
  });
});

test('a post that is no station is asked for by its place, and none at all is not asked for', () => {
  const free = move('a', 0.1, { to: place(null) });
  expect(askOf(found([free]), free)?.post).toEqual({ lon: -141, lat: 41 });
  const nowhere = move('a', 0.1, { to: place(null, null, null) });
  expect(askOf(found([nowhere]), nowhere)).toBeNull();
});

test('only of several moves is said which to make together', () => {
  const [a, b] = [move('a', 0.2), move('b', 0.1)];
  expect(placeTogether(found([a, b], { together: [b, a] }), a)).toBe(2);
  expect(placeTogether(found([a, b], { together: [a] }), a)).toBeNull();
  expect(placeTogether(found([a, b], { together: [] }), b)).toBeNull();
});

test('an own unit that was moved up ends with nobody else', () => {
  const ends = { ends_at_free: 3, lender_keeps: 1, longest_minutes: 180, sentence: '' };
  const aid = move('a', 0.1, { ends, own: false });
  expect(endsWords(aid, 'Harlow', 'Cedar Fen')).toBe(
    'Ends when Harlow has 3 free of its own, Cedar Fen has fewer than 1, or after 180 min',
  );
  expect(endsWords({ ...aid, own: true }, 'Harlow', 'Harlow')).not.toContain('fewer');
});
