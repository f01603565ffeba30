import { isWithin, placeOf } from './paths';
import type { AgreementDoc, Finding, FormInfo } from './types';

const HEAD = [
  'id',
  'title',
  'kind',
  'scope',
  'time_zone',
  'parties',
  'directions',
  'effective_from',
  'effective_to',
];

/** Every path that has an input on the form of this document. */
export function inputPaths(doc: AgreementDoc, form: FormInfo): Set<string> {
  const paths = new Set(HEAD);
  if (doc.directions !== 'reciprocal') {
    doc.directions.forEach((_, i) => paths.add(`directions[${i}]`));
  }
  const kinds = new Map(form.kinds.map((kind) => [kind.type, kind]));
  doc.clauses.forEach((clause, i) => {
    const at = `clauses[${i}]`;
    paths.add(at).add(`${at}.id`);
    for (const field of kinds.get(clause.type)?.fields ?? []) {
      const path = `${at}.${field.name}`;
      paths.add(path);
      const value = clause[field.name];
      if (!Array.isArray(value) || !['words', 'dates', 'windows'].includes(field.kind)) continue;
      value.forEach((_, j) => paths.add(`${path}[${j}]`));
    }
  });
  return paths;
}

/** What the form calls the inputs of the head. */
const HEAD_TITLES: Record<string, string> = {
  id: 'Number',
  title: 'Title',
  kind: 'Kind',
  scope: 'Level',
  time_zone: 'Time zone',
  parties: 'Parties',
  directions: 'Aid flows',
  effective_from: 'From',
  effective_to: 'To',
};

/** What the form calls its inputs, by path. */
export function inputTitles(doc: AgreementDoc, form: FormInfo): Map<string, string> {
  const titles = new Map(Object.entries(HEAD_TITLES));
  const kinds = new Map(form.kinds.map((kind) => [kind.type, kind]));
  doc.clauses.forEach((clause, i) => {
    for (const field of kinds.get(clause.type)?.fields ?? []) {
      titles.set(`clauses[${i}].${field.name}`, field.title);
    }
  });
  return titles;
}

/** What is said, sorted under the inputs that show it; under '' what has no input of its own. */
export function sortByPlace<T>(
  said: readonly T[],
  pathOf: (one: T) => string,
  known: ReadonlySet<string>,
): Map<string, T[]> {
  const found = new Map<string, T[]>();
  for (const one of said) {
    const place = placeOf(pathOf(one), known) ?? '';
    found.set(place, [...(found.get(place) ?? []), one]);
  }
  return found;
}

/** The path of what a finding is about; a clause's number is looked up in the document. */
export function findingPath(finding: Finding, doc: AgreementDoc): string {
  if (finding.path) return finding.path;
  const index = doc.clauses.findIndex((clause) => clause.id === finding.clause);
  return index < 0 ? '' : `clauses[${index}]`;
}

/** Findings that speak of this document; those of other agreements stand in their own list. */
export function ownFindings(findings: readonly Finding[], id: string): Finding[] {
  return findings.filter((finding) => !finding.agreement || finding.agreement === id);
}

/** What is said at this place or anywhere within it. */
export function within<T>(byPlace: ReadonlyMap<string, T[]>, path: string): T[] {
  return [...byPlace].filter(([place]) => isWithin(place, path)).flatMap(([, said]) => said);
}
