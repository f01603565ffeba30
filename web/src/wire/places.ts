import type { Api } from './api';
import type { PlaceRow, PlacesRow, PointRow } from './generated';

export type { PlaceKind, PlaceRow, PlacesRow as PlacesAnswer, PointRow } from './generated';

/** No address is longer; the server refuses more. */
export const LONGEST_PLACE = 120;

/** The places that a text may mean, best first, at most ten. `outside` asks the geocoder outside as well. */
export function findPlaces(
  api: Pick<Api, 'get'>,
  text: string,
  outside = false,
): Promise<PlacesRow> {
  const typed = [...text.trim()].slice(0, LONGEST_PLACE).join('');
  const query = new URLSearchParams({ q: typed, ...(outside ? { outside: 'true' } : {}) });
  return api.get<PlacesRow>(`/api/places?${query.toString()}`);
}

export function placeAt(api: Pick<Api, 'get'>, lon: number, lat: number): Promise<PointRow> {
  return api.get<PointRow>(`/api/places/at?lon=${lon}&lat=${lat}`);
}

/**
 * The one place that a text can only mean: the only one with every word of it, or, where none has, the
 * only one that it begins. A street whose house number is not known is never that place, and leaves open
 * which town is meant.
 */
export function singleMatch(rows: readonly PlaceRow[]): PlaceRow | null {
  for (const match of ['exact', 'begins'] as const) {
    const alike = rows.filter((row) => row.match === match);
    if (!alike.length) continue;
    const known = alike.filter((row) => !row.without_number);
    const [only] = known;
    const elsewhere = alike.some((row) => row.where !== only?.where);
    return only && known.length === 1 && !elsewhere ? only : null;
  }
  return null;
}
