import { agencyName, type LineAgency, type LineIncident, type LinePicture } from './picture';
import type { LineRequest, LineUnit } from './picture';
import { canon, lastNumber, numberKey, squash, typedOf, type Typed } from './text';

/** At most so many candidates are offered: more would have to be searched rather than seen. */
export const MOST_CANDIDATES = 8;

/** Something that a word may mean, with the ways to write it. */
export interface Thing {
  id: string;
  /** Squashed: what a part of a name is looked for in. */
  names: readonly string[];
  exact: (typed: Typed) => boolean;
  near: (typed: Typed) => boolean;
}

export type Found =
  | { kind: 'one'; id: string }
  | { kind: 'several'; ids: string[] }
  /** It is known, but the verb may not apply to it now. */
  | { kind: 'not_now'; ids: string[]; candidates: string[] }
  | { kind: 'none'; candidates: string[] };

/**
 * What a word means. Exact ways to write something win over abbreviations, also where the verb may not
 * apply to what was named so exactly: an abbreviation never stands in for it. Nothing is guessed.
 */
export function resolve(text: string, now: readonly Thing[], all: readonly Thing[]): Found {
  const typed = typedOf(text);
  const key = typed.squash;
  if (!key) return { kind: 'none', candidates: [] };
  for (const way of ['exact', 'near'] as const) {
    const meant = now.filter((thing) => thing[way](typed));
    if (meant.length === 1) return { kind: 'one', id: meant[0]!.id };
    if (meant.length) return { kind: 'several', ids: meant.map((thing) => thing.id) };
    const known = all.filter((thing) => thing[way](typed));
    const ids = known.map((thing) => thing.id);
    if (ids.length) return { kind: 'not_now', ids, candidates: partOf(key, now) };
  }
  return { kind: 'none', candidates: partOf(key, now) };
}

const partOf = (key: string, things: readonly Thing[]): string[] =>
  things.filter((thing) => isPart(key, thing)).map((thing) => thing.id);

export const isPart = (key: string, thing: Thing): boolean =>
  thing.names.some((name) => name.includes(key));

// Rows are replaced, never changed: what was worked out for one holds as long as it lives.
const known = new WeakMap<LineUnit, Thing>();

/** The ways to write a unit, the shortest first; each is exact. */
export const unitNames = (unit: LineUnit, picture: LinePicture): string[] => [
  unit.sign,
  unit.call_sign,
  `${agencyName(picture, unit.jurisdiction)} ${unit.sign}`,
  unit.id,
];

export function unitThing(unit: LineUnit, picture: LinePicture): Thing {
  let thing = known.get(unit);
  if (!thing) {
    const written = unitNames(unit, picture);
    const names = written.map(squash);
    const canonical = written.map(canon);
    thing = {
      id: unit.id,
      names,
      exact: (typed) => canonical.includes(typed.canon),
      near: (typed) => names.some((name) => endsWith(name, typed)),
    };
    known.set(unit, thing);
  }
  return thing;
}

/** "311" ends "cedarfenm311"; "07" is also the number of "medic7". */
const endsWith = (name: string, typed: Typed): boolean =>
  name.endsWith(typed.squash) ||
  (typed.isDigits && typed.squash.startsWith('0') && lastNumber(name) === typed.lastNumber);

export const incidentThing = (incident: LineIncident): Thing => ({
  id: incident.id,
  names: [squash(incident.number)],
  exact: (typed) => isNumber(incident.number, typed) || isShortNumber(incident.number, typed),
  near: (typed) => squash(incident.number).endsWith(typed.squash),
});

const isNumber = (number: string, typed: Typed): boolean =>
  squash(number) === typed.squash || numberKey(number) === typed.numberKey;

/** "42", "#42" and "042" are what tables show for 26-00042. */
const isShortNumber = (number: string, typed: Typed): boolean =>
  typed.isDigits && lastNumber(number) === typed.lastNumber;

/**
 * A request goes by its unit or by its incident. Digits may mean either, so neither is exact; and digits
 * that are some incident's whole number never stand for the ending of another.
 */
export function requestThing(request: LineRequest, picture: LinePicture): Thing {
  const row = picture.units.find((unit) => unit.id === request.unit);
  const unit = row ? unitThing(row, picture) : null;
  const number = request.incident_number;
  const numbers = () => [
    ...picture.incidents.map((incident) => incident.number),
    ...picture.requests.map((other) => other.incident_number),
  ];
  return {
    id: request.id,
    names: [...(unit?.names ?? [squash(request.unit)]), squash(number)],
    exact: (typed) => (unit?.exact(typed) ?? false) || isNumber(number, typed),
    near: (typed) =>
      (unit?.near(typed) ?? false) ||
      isShortNumber(number, typed) ||
      (squash(number).endsWith(typed.squash) &&
        !numbers().some((other) => isShortNumber(other, typed))),
  };
}

export function agencyThing(agency: LineAgency): Thing {
  const names = [agency.id, agency.short_name, agency.name, agency.agency_name].map(squash);
  return {
    id: agency.id,
    names,
    exact: (typed) => names.includes(typed.squash),
    near: (typed) => names.some((name) => name.startsWith(typed.squash)),
  };
}

/** One of a fixed list of words, as a status or a reason; `codes` are exact too. */
export function wordThing(id: string, name: string, codes: readonly string[] = []): Thing {
  const key = squash(name);
  const exact = [key, ...codes.map(squash)];
  return {
    id,
    names: exact,
    exact: (typed) => exact.includes(typed.squash),
    near: (typed) => key.startsWith(typed.squash),
  };
}
