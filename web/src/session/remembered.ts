import type { RegionInfo } from '../wire/types';

/** What the sign-in page may say before anybody has signed in: nothing but the region's public label. */
export type RegionLabel = Pick<RegionInfo, 'name' | 'fictional' | 'sample_fleet'>;

const KEY = 'board.region';

export function remember({ name, fictional, sample_fleet }: RegionInfo): void {
  localStorage.setItem(KEY, JSON.stringify({ name, fictional, sample_fleet }));
}

/** The region that was last used on this computer; the server tells it to nobody unknown. */
export function remembered(): RegionLabel | null {
  try {
    const label = JSON.parse(localStorage.getItem(KEY) ?? 'null') as RegionLabel | null;
    return label && typeof label.name === 'string' ? label : null;
  } catch {
    return null;
  }
}
