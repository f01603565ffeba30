import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { standCards } from '../../src/picture/cards';

const ids = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f'));

describe('cards on the screen', () => {
  it('stand as they are wanted where nothing is held', () => {
    expect(standCards(['a', 'b'], ['c', 'a'], 'nothing')).toEqual(['c', 'a']);
  });

  it('keep their order while a key would act on the first; those that are over go', () => {
    expect(standCards(['a', 'b', 'c'], ['d', 'c', 'a'], 'order')).toEqual(['a', 'c', 'd']);
  });

  it('keep their places under a pointer, those that are over too', () => {
    expect(standCards(['a', 'b'], ['c', 'b'], 'all')).toEqual(['a', 'b', 'c']);
  });

  it('never move under the hand, and none that is wanted is missing', () => {
    fc.assert(
      fc.property(ids, ids, (standing, wanted) => {
        const held = standCards(standing, wanted, 'all');
        expect(held.slice(0, standing.length)).toEqual(standing);
        for (const hold of ['nothing', 'order', 'all'] as const) {
          const cards = standCards(standing, wanted, hold);
          expect(wanted.filter((id) => !cards.includes(id))).toEqual([]);
          expect(new Set(cards).size).toBe(cards.length);
        }
      }),
    );
  });
});
