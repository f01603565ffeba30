import type { PlaceKind, PlaceRow, PlacesAnswer, PointRow } from '../wire/places';
import { plural } from './format';

/** The server answers no more rows; whoever sees as many may have to type more. */
const MOST_PLACES = 10;

export const PLACE_KINDS: Record<PlaceKind, string> = {
  street: 'street',
  crossing: 'crossing',
  house: 'address',
  town: 'town',
  exit: 'motorway exit',
  hospital: 'hospital',
  care_home: 'care home',
  school: 'school',
  transport: 'station or stop',
  station: 'ambulance station',
  landmark: 'place',
  point: 'longitude, latitude',
};

/** What stands below a place's name in the list: "address · Harlow". */
export function placeDetail(row: PlaceRow, nameOf: (jurisdiction: string) => string): string {
  const home = row.jurisdiction ? nameOf(row.jurisdiction) : 'no known jurisdiction';
  const apart = !row.where.toLowerCase().includes(home.toLowerCase());
  return [
    PLACE_KINDS[row.kind],
    row.where,
    apart ? home : '',
    row.outside ? 'from the geocoder outside' : '',
    row.without_number ? `no. ${row.without_number} is not on the map` : '',
  ]
    .filter(Boolean)
    .join(' · ');
}

/** The address that goes with a place: what was typed where only its street is known. */
export function addressOf(row: PlaceRow, typed: string): string {
  if (row.without_number) return typed.trim();
  if (row.kind === 'point') return row.where;
  return row.where && !row.name.includes(row.where) ? `${row.name}, ${row.where}` : row.name;
}

/** What a person hears, and reads below the field, about a search. */
export function searchNote(answer: PlacesAnswer, typed: string): string {
  const none = `Nothing is called “${typed.trim()}”`;
  if (answer.index === 'missing' && !answer.rows.length)
    return 'This region has no index of names: click on the map, or type longitude, latitude.';
  const count = answer.rows.length;
  const some = count < MOST_PLACES ? `${plural(count, 'place')} found` : `The likeliest ${count}`;
  const said = count ? some : none;
  return answer.outside === 'failed'
    ? `${said}. The geocoder outside does not answer: only the region’s own names were searched.`
    : `${said}.`;
}

/** Why Enter chose nothing. */
export function unresolvedNote(rows: readonly PlaceRow[], typed: string): string {
  const text = typed.trim();
  if (!text) return 'Say where it is: an address, a crossing, a place, or click on the map.';
  if (!rows.length)
    return `Nothing is called “${text}”: click on the map, or type longitude, latitude.`;
  if (rows.length === 1 && rows[0]!.without_number)
    return `No. ${rows[0]!.without_number} is not on the map: choose the street with ↓ and Enter, or click on the map.`;
  return `“${text}” may be ${plural(rows.length, 'place')}: choose one with ↓ and Enter.`;
}

/** Why an incident of a neighbour's is not opened at once. */
export const notOursNote = (home: string): string =>
  `This place is not in ${home}: telephone whoever is in charge, or tick “Take it all the same”.`;

/** Whose incident it would be, against whoever enters it. */
export type Charge =
  | { kind: 'own'; jurisdiction: string; notice: string }
  | { kind: 'other'; jurisdiction: string; notice: string }
  | { kind: 'nobody'; notice: string };

export function chargeOf(point: PointRow, home: string | null): Charge {
  const { jurisdiction, notice } = point;
  if (!jurisdiction) return { kind: 'nobody', notice };
  return { kind: jurisdiction === home ? 'own' : 'other', jurisdiction, notice };
}
