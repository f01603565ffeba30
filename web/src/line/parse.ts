import { readNewIncident } from './new-incident';
import type { Complete, Incomplete, Parsed, Unknown } from './parsed';
import type { LinePicture } from './picture';
import { editsBetween, joined, lengthOf, wordsOf, type Word } from './text';
import { findVerb, mayUse, VERBS, type Verb } from './verbs';
import { ids, incomplete, unknown, walk } from './walk';

/** What a line means in this picture. Nothing that is typed makes it throw. */
export function parse(line: string, picture: LinePicture): Parsed {
  const words = wordsOf(line);
  const verb = words[0] ? findVerb(words[0].text) : null;
  if (!verb) return withoutVerb(words[0]?.text ?? '', picture);
  if (!mayUse(verb, picture.role)) return unknown(verb, 'verb', words[0]!.text, 'not_allowed');
  if (verb.verb === 'N') return newIncident(verb, words.slice(1), picture);
  const walked = walk(verb, words, picture);
  if (walked.stop) return walked.stop;
  if (walked.place && !walked.place.argument.optional)
    return incomplete(verb, walked.place.argument.name, ids(walked.place.choice.now));
  const left = words.slice(walked.taken);
  if (left.length) return unknown(verb, 'end', joined(left), 'too_much');
  const missing = Object.fromEntries(
    verb.arguments.map(({ name, kind }) => [name, kind === 'text' ? '' : null]),
  );
  return { kind: 'complete', verb: verb.verb, args: { ...missing, ...walked.said } } as Complete;
}

function newIncident(verb: Verb, words: readonly Word[], picture: LinePicture): Parsed {
  const read = readNewIncident(joined(words), picture.natures);
  if (read.kind === 'incomplete') return incomplete(verb, read.expects, []);
  if (read.kind === 'bad_value') return unknown(verb, read.argument, read.typed, 'bad_value');
  return { kind: 'complete', verb: 'N', args: read.words };
}

/** The verbs of this role that begin like that, else the nearest ones. */
function withoutVerb(typed: string, picture: LinePicture): Incomplete | Unknown {
  const mine = VERBS.filter((verb) => mayUse(verb, picture.role)).map((verb) => verb.verb);
  const key = typed.toUpperCase();
  const begun = mine.filter((verb) => verb.startsWith(key));
  if (begun.length) return incomplete(null, 'verb', begun);
  return unknown(null, 'verb', typed, 'no_verb', nearest(key, mine));
}

/** The verbs that a slip of one finger, or two in a longer word, may have meant. */
export function nearest(typed: string, verbs: readonly string[]): string[] {
  const edits = verbs
    .filter((verb) => verb.length > 1)
    .map((verb) => ({ verb, count: editsBetween(typed, verb) }));
  const fewest = Math.min(lengthOf(typed) > 3 ? 2 : 1, ...edits.map(({ count }) => count));
  return edits.filter(({ count }) => count === fewest).map(({ verb }) => verb);
}
