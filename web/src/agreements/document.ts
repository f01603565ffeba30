import { fromWall, toWall } from './moments';
import type { AgreementDoc, AgreementRow, ClauseDoc, FieldInfo, KindInfo, Way } from './types';

/** A new agreement of one party: everything that has an obvious value has it, the rest is asked for. */
export function blankDocument(home: string, timeZone: string, now: number): AgreementDoc {
  // From the next midnight of its own clocks on: time enough to be signed.
  const day = toWall(new Date(now + 86_400_000).toISOString(), timeZone).slice(0, 10);
  return {
    id: '',
    title: '',
    version: 1,
    kind: 'mutual',
    scope: 'local',
    time_zone: timeZone,
    parties: [home],
    directions: 'reciprocal',
    effective_from: fromWall(`${day}T00:00`, timeZone) ?? '',
    effective_to: null,
    clauses: [],
  };
}

/** The row's terms alone, as the server's parser takes them: no signatures, sentences or states. */
export function documentOf(row: AgreementRow): AgreementDoc {
  return structuredClone({
    id: row.id,
    title: row.title,
    version: row.version,
    kind: row.kind,
    scope: row.scope,
    time_zone: row.time_zone,
    parties: row.parties,
    directions: row.directions,
    effective_from: row.effective_from,
    effective_to: row.effective_to,
    clauses: row.clauses.map(({ sentence: _, ...clause }) => clause as ClauseDoc),
  });
}

/** Whether two documents say the same; the order of a clause's fields says nothing. */
export const sameDocument = (a: AgreementDoc, b: AgreementDoc) => ordered(a) === ordered(b);

function ordered(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

/**
 * A clause with its required fields there but empty, so that the server's refusal names the field and
 * not only the clause.
 */
export function newClause(kind: KindInfo, id: string): ClauseDoc {
  const clause: ClauseDoc = { id, type: kind.type };
  for (const field of kind.fields) if (field.required) clause[field.name] = emptyOf(field);
  return clause;
}

function emptyOf(field: FieldInfo): unknown {
  if (field.kind === 'flag') return false;
  return LISTS.has(field.kind) ? [] : null;
}

const LISTS = new Set(['choices', 'parties', 'words', 'agreements', 'dates', 'windows']);

/** Sets one field. What is empty says nothing: an optional field then leaves the text altogether. */
export function setField(clause: ClauseDoc, field: FieldInfo, value: unknown): void {
  const empty =
    value === null ||
    value === undefined ||
    value === '' ||
    (Array.isArray(value) && value.length === 0);
  if (!empty) clause[field.name] = value;
  else if (field.required) clause[field.name] = emptyOf(field);
  else delete clause[field.name];
}

/** "3.3" is followed by "3.4" within a group; a group's first clause opens the next chapter. */
export function nextClauseId(
  clauses: readonly ClauseDoc[],
  inGroup: (clause: ClauseDoc) => boolean,
): string {
  const taken = new Set(clauses.map((clause) => clause.id));
  const last = clauses.filter(inGroup).at(-1)?.id;
  const found = last ? /^(.*?)(\d+)$/.exec(last) : null;
  if (found) {
    const [stem, count] = [found[1]!, Number(found[2])];
    // "5" has no parts yet: what follows it in the group is 5.1, not another chapter.
    if (stem) return firstFree(taken, stem, count + 1);
    return firstFree(taken, `${last}.`, 1);
  }
  const chapters = clauses.map((clause) => parseInt(clause.id, 10)).filter(Number.isFinite);
  return firstFree(taken, `${Math.max(0, ...chapters) + 1}.`, 1);
}

function firstFree(taken: ReadonlySet<string>, stem: string, from: number): string {
  let count = from;
  while (taken.has(`${stem}${count}`)) count += 1;
  return `${stem}${count}`;
}

/** Where a new clause stands: behind the last one of its group, else at the end. */
export function placeFor(
  clauses: readonly ClauseDoc[],
  inGroup: (clause: ClauseDoc) => boolean,
): number {
  const last = clauses.findLastIndex(inGroup);
  return last < 0 ? clauses.length : last + 1;
}

/** Kinds that the document may take one more of. */
export function addableKinds(
  kinds: readonly KindInfo[],
  clauses: readonly ClauseDoc[],
): KindInfo[] {
  const said = new Set(clauses.map((clause) => clause.type));
  // Discretion is single for each lender: which one is known only once it is filled in.
  return kinds.filter((kind) => !kind.single || !said.has(kind.type) || hasLender(kind));
}

const hasLender = (kind: KindInfo) => kind.fields.some((field) => field.name === 'lender');

/** Every lender and borrower among the parties. */
export function allWays(parties: readonly string[]): Way[] {
  return parties.flatMap((lender) =>
    parties.filter((borrower) => borrower !== lender).map((borrower) => ({ lender, borrower })),
  );
}

/** An id from the parties' ids, free of those taken: "harlow-cedar", "harlow-cedar-2". */
export function suggestId(parties: readonly string[], taken: ReadonlySet<string>): string {
  if (parties.length < 2) return '';
  const stem = (parties.length > 3 ? [...parties.slice(0, 2), 'others'] : parties).join('-');
  let id = stem.slice(0, 60);
  for (let n = 2; taken.has(id); n += 1) id = `${stem.slice(0, 56)}-${n}`;
  return id;
}
