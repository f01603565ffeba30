import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { FeedAges } from '../../src/picture/picture';
import { chooseChips, feedName, feedWords, orderFeeds } from '../../src/states/feed-chips';
import type { FeedRow, FeedState } from '../../src/wire/health';
import { makeFeed, T0 } from '../make';

const ages = (row: Partial<FeedAges> = {}): FeedAges => ({
  heardAt: T0 - 2000,
  newestFixAt: T0 - 5000,
  units: 4,
  staleUnits: 0,
  silentAfterS: 15,
  ...row,
});

const pictureOf = (...rows: FeedRow[]) => ({
  feeds: new Map(rows.map((row) => [row.id, row])),
  feedAges: new Map(rows.map((row) => [row.id, ages()])),
});

const feed = (id: string, state: FeedState, own: boolean) =>
  makeFeed({ id, name: id, state, own, jurisdiction: own ? 'harlow' : 'cedar' });

const ids = (rows: { row: FeedRow }[]) => rows.map(({ row }) => row.id);

describe('which feeds the top bar names', () => {
  it('names the own ones and of the others those that are not well, the worst first', () => {
    const picture = pictureOf(
      feed('own-live', 'live', true),
      feed('their-live', 'live', false),
      feed('their-stale', 'stale', false),
      feed('own-silent', 'silent', true),
    );
    const chips = chooseChips(picture, 4);
    expect(ids(chips!.shown)).toEqual(['own-silent', 'their-stale', 'own-live']);
    expect(chips!.more).toBe(1);
    expect(chips!.worst).toBe('live');
  });

  it('counts the rest and says how bad the worst of them is', () => {
    const picture = pictureOf(
      feed('a', 'silent', true),
      feed('b', 'stale', false),
      feed('c', 'live', true),
    );
    expect(chooseChips(picture, 1)).toMatchObject({ more: 2, worst: 'stale' });
  });

  it('has nothing to name where no feed is known', () => {
    expect(chooseChips(pictureOf(), 3)).toBeNull();
  });

  it('puts an own feed that is not well before a neighbour’s that is worse', () => {
    const picture = pictureOf(feed('theirs', 'silent', false), feed('ours', 'stale', true));
    expect(ids(chooseChips(picture, 1)!.shown)).toEqual(['ours']);
    expect(chooseChips(picture, 1)!.worst).toBe('silent');
  });

  it('loses no feed, and hides none that is not well behind one that is', () => {
    const some = fc.array(
      fc.tuple(fc.constantFrom<FeedState>('live', 'stale', 'silent'), fc.boolean()),
      { minLength: 1, maxLength: 12 },
    );
    fc.assert(
      fc.property(some, fc.integer({ min: 1, max: 4 }), (rows, most) => {
        const picture = pictureOf(...rows.map(([state, own], i) => feed(`f${i}`, state, own)));
        const { shown, more, worst } = chooseChips(picture, most)!;
        expect(shown.length + more).toBe(rows.length);
        expect(shown.length).toBeLessThanOrEqual(most);
        if (more && shown.some(({ row }) => row.state === 'live')) expect(worst).toBe('live');
      }),
    );
  });

  it('lists all of them in the same order whatever order they came in', () => {
    const rows = [feed('a', 'live', false), feed('b', 'stale', true), feed('c', 'silent', false)];
    const orders = [pictureOf(...rows), pictureOf(...rows.toReversed())].map(orderFeeds);
    expect(ids(orders[0]!)).toEqual(['c', 'b', 'a']);
    expect(ids(orders[1]!)).toEqual(ids(orders[0]!));
  });
});

describe('what a chip says', () => {
  it('says of a live feed when it was heard, of a stale one how old its newest fix is', () => {
    expect(feedWords({ row: feed('a', 'live', true), ages: ages() }, T0)).toBe('2 s');
    const old = ages({ newestFixAt: T0 - 260_000 });
    expect(feedWords({ row: feed('a', 'stale', true), ages: old }, T0)).toBe('STALE 4:20');
  });

  it('says of a silent feed since when, or that it was never heard', () => {
    const gone = ages({ heardAt: T0 - 130_000 });
    expect(feedWords({ row: feed('a', 'silent', true), ages: gone }, T0)).toBe('SILENT 2:10');
    const never = ages({ heardAt: null });
    expect(feedWords({ row: feed('a', 'silent', true), ages: never }, T0)).toBe('NOT HEARD');
  });

  it('says no age that it does not know, and none below zero', () => {
    expect(feedWords({ row: feed('a', 'live', true), ages: null }, T0)).toBe('');
    expect(feedWords({ row: feed('a', 'live', true), ages: ages() }, T0 - 9000)).toBe('0 s');
  });

  it('names the agency where the feed does not', () => {
    expect(feedName(makeFeed({ name: 'AVL' }), 'Cedar')).toBe('AVL Cedar');
    expect(feedName(makeFeed({ name: 'cad CEDAR' }), 'Cedar')).toBe('cad CEDAR');
  });
});
