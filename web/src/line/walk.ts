import { choiceOf, type Choice, type Said } from './applies';
import type { Ambiguous, Incomplete, Unknown } from './parsed';
import type { LinePicture } from './picture';
import { MOST_CANDIDATES, resolve, type Thing } from './resolve';
import { joined, lengthOf, typedOf, type Word } from './text';
import type { Argument, Verb } from './verbs';

/** The argument where a walk came to an end, what it may mean, and what is written there already. */
export interface Place {
  argument: Argument;
  choice: Choice;
  typed: string;
  /** The first of its words; as many as there are, where nothing was written yet. */
  at: number;
}

export interface Walked {
  said: Said;
  /** How many words were used, the verb's among them. */
  taken: number;
  /** The first argument that nothing was said for, or the one that made no sense. */
  place: Place | null;
  stop: Ambiguous | Unknown | null;
}

/**
 * Takes the words behind the verb, one argument after the other, as far as they make sense. With
 * `unfinished`, the last word is still being typed: the argument that it belongs to is not judged.
 */
export function walk(
  verb: Verb,
  words: readonly Word[],
  picture: LinePicture,
  unfinished = false,
): Walked {
  const said: Record<string, unknown> = {};
  let taken = 1;
  for (const argument of verb.arguments) {
    const choice = choiceOf(verb.verb, argument, picture, said);
    const left = words.slice(taken);
    const count = argument.rest ? left.length : runOf(argument, left, choice);
    const place = { argument, choice, typed: joined(left), at: taken };
    if (!left.length || (unfinished && count === left.length))
      return { said, taken, place, stop: null };
    const value = valueOf(verb, argument, joined(left.slice(0, count)), choice);
    if (typeof value === 'object') return { said, taken, place, stop: value };
    said[argument.name] = value;
    taken += count;
  }
  return { said, taken, place: null, stop: null };
}

const MOST_WORDS: Partial<Record<Argument['kind'], number>> = { unit: 4, request: 4, reason: 3 };

/** Names may be written with blanks, but only whole: as many words as are exactly one, else one. */
function runOf(argument: Argument, words: readonly Word[], { all }: Choice): number {
  const most = Math.min(MOST_WORDS[argument.kind] ?? 1, words.length);
  for (let count = most; count > 1; count -= 1) {
    const typed = typedOf(joined(words.slice(0, count)));
    if (typed.squash && all.some((thing) => thing.exact(typed))) return count;
  }
  return 1;
}

function valueOf(
  verb: Verb,
  argument: Argument,
  typed: string,
  choice: Choice,
): string | number | Ambiguous | Unknown {
  const { name, kind } = argument;
  if (kind === 'text')
    return lengthOf(typed) <= (argument.most ?? Infinity)
      ? typed
      : unknown(verb, name, typed, 'bad_value');
  if (kind === 'hours') return hoursOf(typed) ?? unknown(verb, name, typed, 'bad_value');
  const found = resolve(typed, choice.now, choice.all);
  // A short fixed list is shown whole.
  const listed = kind === 'status' || kind === 'reason' ? ids(choice.now) : null;
  switch (found.kind) {
    case 'one':
      return found.id;
    case 'several':
      return { kind: 'ambiguous', verb: verb.verb, argument: name, typed, ...some(found.ids) };
    case 'not_now':
      return unknown(verb, name, typed, 'not_now', listed ?? found.candidates, found.ids);
    case 'none':
      return unknown(verb, name, typed, 'no_match', listed ?? found.candidates);
  }
}

const MOST_HOURS = 72;

function hoursOf(typed: string): number | null {
  const digits = /^([0-9]{1,4})h?$/i.exec(typed)?.[1];
  const hours = digits === undefined ? 0 : Number(digits);
  return hours >= 1 && hours <= MOST_HOURS ? hours : null;
}

export const ids = (things: readonly Thing[]): string[] => things.map((thing) => thing.id);

const some = (all: readonly string[]) => ({
  candidates: all.slice(0, MOST_CANDIDATES),
  of: all.length,
});

export const incomplete = (
  verb: Verb | null,
  expects: string,
  candidates: readonly string[],
): Incomplete => ({ kind: 'incomplete', verb: verb?.verb ?? null, expects, ...some(candidates) });

export const unknown = (
  verb: Verb | null,
  argument: string,
  typed: string,
  reason: Unknown['reason'],
  candidates: readonly string[] = [],
  which: readonly string[] = [],
): Unknown => ({
  kind: 'unknown',
  verb: verb?.verb ?? null,
  argument,
  typed,
  reason,
  ...some(candidates),
  which: which.slice(0, MOST_CANDIDATES),
});
