import type { AgreementDoc } from './types';

export interface TermChange {
  term: string;
  mine: string;
  theirs: string;
}

/** Where two documents differ, term by term: for two people who edited the same draft. */
export function compareDocuments(mine: AgreementDoc, theirs: AgreementDoc): TermChange[] {
  const [a, b] = [termsOf(mine), termsOf(theirs)];
  return [...new Set([...a.keys(), ...b.keys()])]
    .filter((term) => a.get(term) !== b.get(term))
    .map((term) => ({ term, mine: a.get(term) ?? '–', theirs: b.get(term) ?? '–' }));
}

function termsOf(doc: AgreementDoc): Map<string, string> {
  const { clauses, ...head } = doc;
  const terms = new Map<string, string>();
  for (const [name, value] of Object.entries(head)) {
    // The number of the version is the server's to give.
    if (name !== 'version') terms.set(name.replaceAll('_', ' '), say(value));
  }
  for (const { id, ...clause } of clauses) {
    for (const [name, value] of Object.entries(clause)) {
      terms.set(`clause ${id}: ${name.replaceAll('_', ' ')}`, say(value));
    }
  }
  return terms;
}

const say = (value: unknown): string =>
  typeof value === 'string' ? value : value === null ? '–' : JSON.stringify(value);
