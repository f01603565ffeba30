import type { Api } from './api';

export type PlaceKind =
  | 'street'
  | 'crossing'
  | 'house'
  | 'town'
  | 'exit'
  | 'hospital'
  | 'care_home'
  | 'school'
  | 'transport'
  | 'station'
  | 'landmark'
  | 'point';

/** One place that a text may mean; `where` is its town, or of a typed point its address. */
export interface PlaceRow {
  name: string;
  kind: PlaceKind;
  lon: number;
  lat: number;
  jurisdiction: string | null;
  where: string;
  /** Every word was typed, a word was begun, or something is misspelt. */
  match: 'exact' | 'begins' | 'close';
  /** A house number that nobody knows: the position is the street's. */
  without_number: string;
  /** The geocoder outside says so, not the region's own names. */
  outside: boolean;
}

export interface PlacesAnswer {
  index: 'ready' | 'missing';
  outside: 'off' | 'not_asked' | 'answered' | 'failed';
  rows: PlaceRow[];
}

export interface NearRow {
  name: string;
  distance_m: number;
}

/** A point: who is in charge, how near the border is, and what its address may be. */
export interface PointRow {
  lon: number;
  lat: number;
  jurisdiction: string | null;
  inside: string[];
  border_m: number | null;
  beyond: string | null;
  near_border: boolean;
  notice: string;
  index: 'ready' | 'missing';
  address: string;
  house: NearRow | null;
  street: NearRow | null;
  crossing: NearRow | null;
}

/** No address is longer; the server refuses more. */
export const LONGEST_PLACE = 120;

/** The places that a text may mean, best first, at most ten. `outside` asks the geocoder outside as well. */
export function findPlaces(
  api: Pick<Api, 'get'>,
  text: string,
  outside = false,
): Promise<PlacesAnswer> {
  const typed = [...text.trim()].slice(0, LONGEST_PLACE).join('');
  const query = new URLSearchParams({ q: typed, ...(outside ? { outside: 'true' } : {}) });
  return api.get<PlacesAnswer>(`/api/places?${query.toString()}`);
}

export function placeAt(api: Pick<Api, 'get'>, lon: number, lat: number): Promise<PointRow> {
  return api.get<PointRow>(`/api/places/at?lon=${lon}&lat=${lat}`);
}

/**
 * The one place that a text can only mean: the only one with every word of it, or, where none has, the
 * only one that it begins. A street whose house number is not known is never that place.
 */
export function singleMatch(rows: readonly PlaceRow[]): PlaceRow | null {
  for (const match of ['exact', 'begins'] as const) {
    const alike = rows.filter((row) => row.match === match);
    if (!alike.length) continue;
    const known = alike.filter((row) => !row.without_number);
    return known.length === 1 ? known[0]! : null;
  }
  return null;
}
