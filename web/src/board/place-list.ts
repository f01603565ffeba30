import type { Api } from '../wire/api';
import { findPlaces, singleMatch } from '../wire/places';
import type { PlaceRow, PlacesAnswer } from '../wire/places';
import { addressOf } from '../words/places';

/** Which row the arrow keys point at next; -1 is the text itself. Past either end it comes round. */
export function stepIn(count: number, active: number, by: 1 | -1): number {
  if (!count) return -1;
  const next = active + by;
  if (next < -1) return count - 1;
  return next >= count ? -1 : next;
}

/** What the geocoder outside adds goes below what is shown already: no row moves under the hands. */
export function withOutside(
  shown: readonly PlaceRow[],
  answer: PlacesAnswer,
  most = 10,
): PlaceRow[] {
  return [...shown, ...answer.rows.filter((row) => row.outside)].slice(0, most);
}

/** Whether it is worth asking outside: somebody is there, and our own names do not have all the words. */
export function wantsOutside(answer: PlacesAnswer, typed: string): boolean {
  const known = answer.rows.some((row) => row.match === 'exact' && !row.without_number);
  return answer.outside === 'not_asked' && !known && typed.trim().length >= 4;
}

/** For the command line: the place that a text can only mean, with its address; none where it may mean more. */
export const findOnlyPlace = (api: Pick<Api, 'get'>) => async (text: string) => {
  const only = singleMatch((await findPlaces(api, text)).rows);
  return only ? [{ name: addressOf(only, text), lon: only.lon, lat: only.lat }] : [];
};
