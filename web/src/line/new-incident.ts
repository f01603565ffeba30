import type { Nature, Need, Priority, UnitType } from '../wire/types';
import { parseLonLat } from '../words/format';
import { PRIORITIES } from '../words/names';
import { UNIT_TYPES } from '../words/statuses';
import { lengthOf, squash } from './text';

export type LinePlace = { lon: number; lat: number } | { text: string };

/** What `N` was given. Without needs, the nature's usual one is meant. */
export interface NewIncidentWords {
  priority: Priority | null;
  nature: string;
  place: LinePlace | null;
  needs: Need[];
  /** At once; after a search that finds one single place; or in the form, filled with what is there. */
  opens: 'at_once' | 'search' | 'form';
}

export type NewIncidentRead =
  | { kind: 'read'; words: NewIncidentWords }
  | { kind: 'incomplete'; expects: 'place' }
  | { kind: 'bad_value'; argument: 'need' | 'nature' | 'place'; typed: string };

const MOST_NATURE = 120;
const MOST_PLACE = 240;
const MOST_UNITS = 50;

const TYPE_BY_SHORT = new Map<string, UnitType>(
  (Object.keys(UNIT_TYPES) as UnitType[]).map((type) => [UNIT_TYPES[type].short, type]),
);
const NEED_AT_END = new RegExp(
  `(?:^| )(${[...TYPE_BY_SHORT.keys()].sort((a, b) => b.length - a.length).join('|')}) ?[x×] ?([0-9]+)$`,
  'i',
);

/** Reads what stands behind `N`; blanks are single ones. */
export function readNewIncident(text: string, natures: readonly Nature[]): NewIncidentRead {
  const at = /(?:^| )@/.exec(text);
  const head = cutNeeds(at ? text.slice(0, at.index) : text);
  const tail = cutNeeds(at ? text.slice(at.index + at[0].length) : '');
  const needs = addUp([...head.needs, ...tail.needs]);
  const wrong = needs.find((need) => need.count < 1 || need.count > MOST_UNITS);
  if (wrong) return { kind: 'bad_value', argument: 'need', typed: needWords(wrong) };
  if (at && !tail.text) return { kind: 'incomplete', expects: 'place' };
  const { priority, rest } = cutPriority(head.text);
  const nature = knownNature(rest, natures);
  if (lengthOf(nature) > MOST_NATURE)
    return { kind: 'bad_value', argument: 'nature', typed: nature };
  if (lengthOf(tail.text) > MOST_PLACE)
    return { kind: 'bad_value', argument: 'place', typed: tail.text };
  const place = at ? (parseLonLat(tail.text) ?? { text: tail.text }) : null;
  const opens = !priority || !nature || !place ? 'form' : 'text' in place ? 'search' : 'at_once';
  return { kind: 'read', words: { priority, nature, place, needs, opens } };
}

const needWords = (need: Need) => `${UNIT_TYPES[need.unit_type].short} x ${need.count}`;

/** Needs stand at the end of either part: they are taken off from behind. */
function cutNeeds(part: string): { text: string; needs: Need[] } {
  const needs: Need[] = [];
  let text = part.trim();
  for (let found = NEED_AT_END.exec(text); found; found = NEED_AT_END.exec(text)) {
    const unit_type = TYPE_BY_SHORT.get(found[1]!.toUpperCase())!;
    needs.unshift({ unit_type, count: Number(found[2]) });
    text = text.slice(0, found.index).trim();
  }
  return { text, needs };
}

function addUp(needs: readonly Need[]): Need[] {
  const sums = new Map<UnitType, number>();
  for (const { unit_type, count } of needs) {
    // None of a type is a slip of the hand, whatever else is asked for of it.
    const before = sums.get(unit_type);
    sums.set(unit_type, count === 0 || before === 0 ? 0 : (before ?? 0) + count);
  }
  return [...sums].map(([unit_type, count]) => ({ unit_type, count }));
}

function cutPriority(text: string): { priority: Priority | null; rest: string } {
  const first = text.split(' ', 1)[0] ?? '';
  const known = PRIORITIES.find(({ short }) => short === first.toUpperCase());
  return known
    ? { priority: known.id, rest: text.slice(first.length).trim() }
    : { priority: null, rest: text };
}

function knownNature(text: string, natures: readonly Nature[]): string {
  const key = squash(text);
  return (key && natures.find(({ name }) => squash(name) === key)?.name) || text;
}

/** The needs to open with: those given, else the nature's usual unit, else one ALS ambulance. */
export function needsToOpen(words: NewIncidentWords, natures: readonly Nature[]): Need[] {
  if (words.needs.length) return words.needs;
  const usual = natures.find(({ name }) => name === words.nature)?.need;
  return [{ unit_type: usual ?? 'als_ambulance', count: 1 }];
}
