import type { FeedAges, Picture } from '../picture/picture';
import type { FeedRow, FeedState } from '../wire/health';
import { age } from '../words/format';

export const FEED_GLYPHS: Record<FeedState, string> = { live: '●', stale: '◐', silent: '○' };

/** The worst first. */
const ORDER: FeedState[] = ['silent', 'stale', 'live'];

export interface ShownFeed {
  row: FeedRow;
  ages: FeedAges | null;
}

export interface FeedChips {
  shown: ShownFeed[];
  /** How many feeds there are beside those. */
  more: number;
  /** The worst state among these. */
  worst: FeedState;
}

/** All feeds: the worst state first, then the own ones, then by name. */
export function orderFeeds(picture: Pick<Picture, 'feeds' | 'feedAges'>): ShownFeed[] {
  return [...picture.feeds.values()]
    .map((row) => ({ row, ages: picture.feedAges.get(row.id) ?? null }))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.row.state) - ORDER.indexOf(b.row.state) ||
        Number(b.row.own) - Number(a.row.own) ||
        a.row.name.localeCompare(b.row.name) ||
        (a.row.id < b.row.id ? -1 : 1),
    );
}

/**
 * At most so many chips: one's own feeds that are not well, then neighbours' that are not, then one's own
 * that are.
 */
export function chooseChips(
  picture: Pick<Picture, 'feeds' | 'feedAges'>,
  most: number,
): FeedChips | null {
  const all = orderFeeds(picture);
  if (!all.length) return null;
  const wanted = all.filter(({ row }) => row.own || row.state !== 'live');
  const shown = wanted.sort((a, b) => urgency(a.row) - urgency(b.row)).slice(0, most);
  const rest = all.filter((feed) => !shown.includes(feed));
  return { shown, more: rest.length, worst: rest[0]?.row.state ?? 'live' };
}

const urgency = ({ state, own }: FeedRow) => (state === 'live' ? 2 : own ? 0 : 1);

/** The feed's name, with its agency where the name does not say whose it is. */
export function feedName(row: FeedRow, agency: string): string {
  return row.name.toLowerCase().includes(agency.toLowerCase()) ? row.name : `${row.name} ${agency}`;
}

/** "2 s", "STALE 4:20", "SILENT 2:10": how long ago the newest word is, in the sense that the state is about. */
export function feedWords({ row, ages }: ShownFeed, now: number): string {
  if (row.state === 'silent') {
    return ages?.heardAt ? `SILENT ${since(ages.heardAt, now)}` : 'NOT HEARD';
  }
  if (row.state === 'stale') {
    return ages?.newestFixAt ? `STALE ${since(ages.newestFixAt, now)}` : 'STALE';
  }
  return ages?.heardAt ? since(ages.heardAt, now) : '';
}

function since(at: number, now: number): string {
  return age(Math.max(0, Math.floor((now - at) / 1000)));
}
