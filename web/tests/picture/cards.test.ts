import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  FRESH_MS,
  holdOf,
  meantFrom,
  NOBODY,
  onlyOne,
  RESTS_MS,
  settled,
  standCards,
  standRows,
} from '../../src/picture/cards';

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

describe('rows on the screen', () => {
  const rowsOf = (...names: string[]) => new Map(names.map((id) => [id, `${id} now`]));

  it('that went while they are held stand as they were last known', () => {
    const standing = new Map([
      ['a', 'a before'],
      ['b', 'b before'],
    ]);
    const held = standRows(standing, rowsOf('b', 'c'), rowsOf('b', 'c'), 'all');
    expect([...held.values()]).toEqual(['a before', 'b now', 'c now']);
    expect([...standRows(held, rowsOf('b', 'c'), rowsOf('b', 'c'), 'order').keys()]).toEqual([
      'b',
      'c',
    ]);
  });

  it('that are over but still known stand as they are now', () => {
    const standing = new Map([['a', 'a before']]);
    expect([...standRows(standing, rowsOf(), rowsOf('a'), 'all').values()]).toEqual(['a now']);
  });

  it('are held whole by a pointer that moves or a focus on one, in order by a focus on the panel', () => {
    expect(holdOf('row', Infinity)).toBe('all');
    expect(holdOf(null, RESTS_MS - 1)).toBe('all');
    expect(holdOf('panel', 0)).toBe('all');
    expect(holdOf('panel', RESTS_MS)).toBe('order');
    expect(holdOf(null, RESTS_MS)).toBe('nothing');
  });
});

describe('the row that a letter means', () => {
  it('is nobody until it has been the same one for long enough to be read', () => {
    const one = meantFrom(NOBODY, 'a', 1000);
    expect(settled(one, 1000 + FRESH_MS - 1)).toBeNull();
    expect(settled(one, 1000 + FRESH_MS)).toBe('a');
    const next = meantFrom(one, 'b', 5000);
    expect(settled(next, 5000 + FRESH_MS - 1)).toBeNull();
    expect(settled(meantFrom(next, 'b', 9000), 9000)).toBe('b');
  });

  it('is nobody where there is none, and none where there are several', () => {
    expect(settled(meantFrom(NOBODY, null, 0), 1e6)).toBeNull();
    expect([onlyOne([]), onlyOne(['a']), onlyOne(['a', 'b'])]).toEqual([null, 'a', null]);
  });

  it('never changes from one moment to the next without a pause', () => {
    const steps = fc.array(
      fc.record({ id: fc.constantFrom(null, 'a', 'b'), ms: fc.nat(2 * FRESH_MS) }),
    );
    fc.assert(
      fc.property(steps, (all) => {
        let [now, meant, said] = [0, NOBODY, null as string | null];
        for (const { id, ms } of all) {
          now += ms;
          said = settled(meant, now);
          meant = meantFrom(meant, id, now);
          const after = settled(meant, now);
          expect(after === null || after === said).toBe(true);
        }
      }),
    );
  });
});
