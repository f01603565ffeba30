import type { Said } from './applies';
import { describe, NO_HINTS, shortest, type Described, type Hints } from './names';
import type { Match } from './find';
import type { Ambiguous, Incomplete, Unknown } from './parsed';
import type { LinePicture } from './picture';
import { isPart, MOST_CANDIDATES, resolve, type Thing } from './resolve';
import { joined, squash, typedOf, wordsOf, type Word } from './text';
import { findVerb, getVerb, mayUse, VERBS, type ArgumentKind, type VerbName } from './verbs';
import { nearest } from './parse';
import { walk, type Place } from './walk';
import { PRIORITIES } from '../words/names';

export interface Candidate extends Described {
  id: string;
  /** What stands in the line in its place. */
  insert: string;
}

/** What the word under the cursor may become. */
export interface Completion {
  /** The part of the line that a candidate takes the place of. */
  from: number;
  to: number;
  /** What is meant to stand there: "verb", "unit", "nature". */
  expects: string;
  candidates: Candidate[];
  /** How many there are in all. */
  of: number;
}

/** Candidates for the word under the cursor; null where there is nothing to choose. */
export function complete(
  line: string,
  cursor: number,
  picture: LinePicture,
  hints: Hints = NO_HINTS,
): Completion | null {
  const head = line.slice(0, cursor);
  const words = wordsOf(head);
  const unfinished = words.length > 0 && words[words.length - 1]!.to === head.length;
  const to = cursor + (/^[^\s\p{Cc}]*/u.exec(line.slice(cursor))?.[0].length ?? 0);
  if (!words.length || (words.length === 1 && unfinished)) {
    return verbs(words[0]?.text ?? '', words[0]?.from ?? cursor, to, picture);
  }
  const verb = findVerb(words[0]!.text);
  if (!verb || !mayUse(verb, picture.role)) return null;
  if (verb.verb === 'N') return incidentWords(words, cursor, to, unfinished, picture);
  const { place, said } = walk(verb, words, picture, unfinished);
  if (!place || place.argument.kind === 'text' || place.argument.kind === 'hours') return null;
  const incident = incidentOf(said);
  const from = words[place.at]?.from ?? cursor;
  const things = ranked(fitting(place), incident, place.argument.kind, hints);
  return completion(from, to, place.argument.name, things, (thing) => ({
    id: thing.id,
    insert: writeOf(place, thing.id, picture),
    ...describe(place.argument.kind, thing.id, picture, incident, hints),
  }));
}

const incidentOf = (said: Said): string | null =>
  typeof said['incident'] === 'string' ? said['incident'] : null;

const writeOf = ({ argument, choice }: Place, id: string, picture: LinePicture): string =>
  shortest(argument.kind, id, picture, choice.now, choice.all);

function completion<T>(
  from: number,
  to: number,
  expects: string,
  all: readonly T[],
  show: (one: T) => Candidate,
): Completion | null {
  const candidates = all.slice(0, MOST_CANDIDATES).map(show);
  return candidates.length ? { from, to, expects, candidates, of: all.length } : null;
}

/** Those that begin, end or contain what is typed; all of them before anything is. */
function fitting({ choice, typed }: Place): Thing[] {
  if (!typed) return choice.now;
  const wanted = typedOf(typed);
  if (!wanted.squash) return [];
  return choice.now.filter(
    (thing) => isPart(wanted.squash, thing) || thing.exact(wanted) || thing.near(wanted),
  );
}

/** Units as the advice has them, the others behind in the picture's order. */
function ranked(
  things: readonly Thing[],
  incident: string | null,
  kind: ArgumentKind,
  hints: Hints,
): readonly Thing[] {
  if (kind !== 'unit') return things;
  const rank = (thing: Thing) => hints.rankOf(thing.id, incident) ?? Infinity;
  return things
    .map((thing, index) => ({ thing, index, place: rank(thing) }))
    .sort((a, b) => (a.place === b.place ? a.index - b.index : a.place - b.place))
    .map(({ thing }) => thing);
}

function verbs(typed: string, from: number, to: number, picture: LinePicture): Completion | null {
  const mine = VERBS.filter((verb) => mayUse(verb, picture.role)).map(({ verb }) => verb);
  const begun = mine.filter((verb) => verb.startsWith(typed.toUpperCase()));
  const shown = begun.length ? begun : (nearest(typed.toUpperCase(), mine) as VerbName[]);
  return completion(from, to, 'verb', shown, (verb) => ({
    id: verb,
    insert: verb,
    ...describe('verb', verb, picture),
  }));
}

/** Behind `N`: priorities, then the region's natures. A place is searched for when the line is run. */
function incidentWords(
  words: readonly Word[],
  cursor: number,
  to: number,
  unfinished: boolean,
  picture: LinePicture,
): Completion | null {
  const rest = words.slice(1);
  if (rest.some((word) => word.text.startsWith('@'))) return null;
  const first = rest[0];
  const hasPriority = first && PRIORITIES.some(({ short }) => short === first.text.toUpperCase());
  if (!first || (rest.length === 1 && unfinished && /^p[1-4]?$/i.test(first.text))) {
    const typed = first?.text.toUpperCase() ?? '';
    const fit = PRIORITIES.filter(({ short }) => short.startsWith(typed));
    return completion(first?.from ?? cursor, to, 'priority', fit, ({ id, short, name }) => ({
      id,
      insert: short.toLowerCase(),
      label: short,
      sentence: name.slice(short.length + 1),
    }));
  }
  const said = hasPriority ? rest.slice(1) : rest;
  const key = squash(joined(said));
  const fit = picture.natures.filter(
    ({ name }) => squash(name).includes(key) && (squash(name) !== key || unfinished),
  );
  if (fit.some(({ name }) => squash(name) === key)) return null;
  return completion(said[0]?.from ?? cursor, to, 'nature', fit, ({ name, priority, need }) => ({
    id: name,
    insert: `${name} @`,
    label: name,
    sentence: [
      priority ? (PRIORITIES.find(({ id }) => id === priority)?.name ?? '') : '',
      need ? need.replaceAll('_', ' ') : '',
    ]
      .filter(Boolean)
      .join(' · '),
  }));
}

/** What an ambiguous or unknown line may mean: its candidates, in the place of the words that failed. */
export function choices(
  line: string,
  parsed: Incomplete | Ambiguous | Unknown,
  picture: LinePicture,
  hints: Hints = NO_HINTS,
): Completion | null {
  const words = wordsOf(line);
  const expects = parsed.kind === 'incomplete' ? parsed.expects : parsed.argument;
  if (!parsed.verb) {
    const [from, to] = [words[0]?.from ?? 0, words[0]?.to ?? line.length];
    return completion(from, to, 'verb', parsed.candidates, (id) => ({
      id,
      insert: id,
      ...describe('verb', id, picture),
    }));
  }
  const { place, said } = walk(getVerb(parsed.verb), words, picture);
  if (!place) return null;
  const from = words[place.at]?.from ?? line.length;
  const failed = parsed.kind === 'incomplete' ? [] : wordsOf(parsed.typed);
  const to = failed.length ? (words[place.at + failed.length - 1]?.to ?? from) : line.length;
  const incident = incidentOf(said);
  const { now, all } = place.choice;
  const found = parsed.kind === 'ambiguous' ? resolve(parsed.typed, now, all) : null;
  const ids = found?.kind === 'several' ? found.ids : parsed.candidates;
  const things = now.filter((thing) => ids.includes(thing.id));
  const kind = place.argument.kind;
  return completion(from, to, expects, ranked(things, incident, kind, hints), ({ id }) => ({
    id,
    insert: writeOf(place, id, picture),
    ...describe(kind, id, picture, incident, hints),
  }));
}

/** What `FIND` found: each as the line that selects it. */
export function fromMatches(
  line: string,
  matches: readonly Match[],
  picture: LinePicture,
): Completion | null {
  return completion(0, line.length, 'match', matches, ({ kind, id }) => {
    const verb = kind === 'unit' ? 'U' : 'I';
    const { place } = walk(getVerb(verb), wordsOf(verb), picture);
    const described = describe(kind, id, picture);
    return { id, insert: place ? `${verb} ${writeOf(place, id, picture)}` : verb, ...described };
  });
}

/** The line with a candidate in its place, a blank behind it, and the cursor there. */
export function accept(
  line: string,
  completion: Completion,
  candidate: Candidate,
): { line: string; cursor: number } {
  const before = line.slice(0, completion.from);
  const glue = before && !/\s$/.test(before) ? ' ' : '';
  const tail = line.slice(completion.to).replace(/^\s+/, '');
  const done = `${before}${glue}${candidate.insert} `;
  return { line: done + tail, cursor: done.length };
}
