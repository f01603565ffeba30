import type { PreAlertRow } from '../wire/cover';
import type { FeedRow, Loss } from '../wire/health';
import type { ClosureRow, WaiverRow } from '../wire/standing';
import type {
  AssignmentRow,
  CoverRow,
  CoverState,
  IncidentRow,
  Priority,
  RequestRow,
  UnitRow,
  UnitStatus,
} from '../wire/types';
import { serviceOf, type Picture } from './picture';

/** One thing that is not as it was when the board last saw it. Rows are as they are now, or were at the end. */
export type Change =
  | { kind: 'request'; what: 'came' | 'changed' | 'gone'; row: RequestRow }
  | { kind: 'waiver'; what: 'came' | 'changed'; row: WaiverRow }
  | { kind: 'incident'; what: 'opened' | 'gone'; row: IncidentRow }
  | { kind: 'priority'; row: IncidentRow; from: Priority }
  | { kind: 'assignment'; what: 'began' | 'ended' | 'recalled'; row: AssignmentRow }
  | { kind: 'status'; row: UnitRow; from: UnitStatus }
  | { kind: 'statuses'; jurisdiction: string; count: number }
  | { kind: 'cover'; row: CoverRow; from: CoverState }
  | { kind: 'partner'; what: 'came' | 'gone'; jurisdiction: string }
  | { kind: 'closure'; what: 'came' | 'gone'; row: ClosureRow }
  | { kind: 'pre_alert'; row: PreAlertRow }
  | { kind: 'feed'; row: FeedRow }
  | { kind: 'service'; what: 'lost' | 'found'; loss: Loss; sentence: string };

/**
 * What happened between two pictures, what asks for an answer first. Own units and those that work for the
 * viewer or for a neighbour are named one by one; of other neighbours' units only how many changed.
 */
export function changesBetween(before: Picture, after: Picture): Change[] {
  const moved = assignmentChanges(before, after);
  const assigned = new Set(moved.map(({ row }) => row.unit));
  return [
    ...requestChanges(before, after),
    ...waiverChanges(before, after),
    ...incidentChanges(before, after),
    ...moved,
    ...statusChanges(before, after, assigned),
    ...coverChanges(before, after),
    ...cameAndWent(before.closures, after.closures, 'closure'),
    ...newRows(before.preAlerts, after.preAlerts).map((row): Change => ({
      kind: 'pre_alert',
      row,
    })),
    ...feedChanges(before, after),
    ...serviceChanges(before, after),
  ];
}

type Rows<T> = ReadonlyMap<string, T>;

const newRows = <T>(before: Rows<T>, after: Rows<T>): T[] =>
  [...after].filter(([id]) => !before.has(id)).map(([, row]) => row);

const goneRows = <T>(before: Rows<T>, after: Rows<T>): T[] => newRows(after, before);

/** Rows that are in both, as pairs. */
const kept = <T>(before: Rows<T>, after: Rows<T>): [T, T][] =>
  [...after].flatMap(([id, row]): [T, T][] => {
    const known = before.get(id);
    return known && known !== row ? [[known, row]] : [];
  });

function requestChanges(before: Picture, after: Picture): Change[] {
  return [
    ...newRows(before.requests, after.requests).map((row): Change => ({
      kind: 'request',
      what: 'came',
      row,
    })),
    ...kept(before.requests, after.requests)
      .filter(([was, is]) => was.state !== is.state)
      .map(([, row]): Change => ({ kind: 'request', what: 'changed', row })),
    // One that was answered before goes with its incident, which is said there.
    ...goneRows(before.requests, after.requests)
      .filter((row) => row.state === 'offered')
      .map((row): Change => ({ kind: 'request', what: 'gone', row })),
  ];
}

function waiverChanges(before: Picture, after: Picture): Change[] {
  return [
    ...newRows(before.waivers, after.waivers).map((row): Change => ({
      kind: 'waiver',
      what: 'came',
      row,
    })),
    ...kept(before.waivers, after.waivers)
      .filter(([was, is]) => was.state !== is.state)
      .map(([, row]): Change => ({ kind: 'waiver', what: 'changed', row })),
  ];
}

function incidentChanges(before: Picture, after: Picture): Change[] {
  return [
    ...newRows(before.incidents, after.incidents).map((row): Change => ({
      kind: 'incident',
      what: 'opened',
      row,
    })),
    ...goneRows(before.incidents, after.incidents).map((row): Change => ({
      kind: 'incident',
      what: 'gone',
      row,
    })),
    ...kept(before.incidents, after.incidents)
      .filter(([was, is]) => was.priority !== is.priority)
      .map(([was, row]): Change => ({ kind: 'priority', row, from: was.priority })),
  ];
}

type AssignmentChange = Extract<Change, { kind: 'assignment' }>;

function assignmentChanges(before: Picture, after: Picture): AssignmentChange[] {
  const changed = (what: AssignmentChange['what']) => (row: AssignmentRow) =>
    ({ kind: 'assignment', what, row }) as const;
  return [
    ...newRows(before.assignments, after.assignments).map(changed('began')),
    ...goneRows(before.assignments, after.assignments).map(changed('ended')),
    ...kept(before.assignments, after.assignments)
      .filter(([was, is]) => !was.recalled_at && is.recalled_at)
      .map(([, row]) => changed('recalled')(row)),
  ];
}

function statusChanges(before: Picture, after: Picture, said: ReadonlySet<string>): Change[] {
  const named: Change[] = [];
  const counts = new Map<string, number>();
  for (const [was, row] of kept(before.units, after.units)) {
    if (was.status === row.status || said.has(row.id)) continue;
    if (row.own || row.lent_to !== null) named.push({ kind: 'status', row, from: was.status });
    else counts.set(row.jurisdiction, (counts.get(row.jurisdiction) ?? 0) + 1);
  }
  return [
    ...named,
    ...[...counts].map(([jurisdiction, count]): Change => ({
      kind: 'statuses',
      jurisdiction,
      count,
    })),
  ];
}

/** Whose cover is seen is a partner: it comes and goes with its agreements. */
function coverChanges(before: Picture, after: Picture): Change[] {
  return [
    ...kept(before.covers, after.covers)
      .filter(([was, is]) => was.state !== is.state)
      .map(([was, row]): Change => ({ kind: 'cover', row, from: was.state })),
    ...partnerChange('came', newRows(before.covers, after.covers)),
    ...partnerChange('gone', goneRows(before.covers, after.covers)),
  ];
}

const partnerChange = (what: 'came' | 'gone', rows: CoverRow[]): Change[] =>
  rows.map(({ jurisdiction }) => ({ kind: 'partner', what, jurisdiction }));

function cameAndWent(before: Rows<ClosureRow>, after: Rows<ClosureRow>, kind: 'closure'): Change[] {
  return [
    ...newRows(before, after).map((row): Change => ({ kind, what: 'came', row })),
    ...goneRows(before, after).map((row): Change => ({ kind, what: 'gone', row })),
  ];
}

/** A feed that is new and well is no news. */
function feedChanges(before: Picture, after: Picture): Change[] {
  return [...after.feeds.values()]
    .filter((row) => (before.feeds.get(row.id)?.state ?? 'live') !== row.state)
    .map((row) => ({ kind: 'feed', row }));
}

function serviceChanges(before: Picture, after: Picture): Change[] {
  const was = serviceOf(before)?.degraded ?? [];
  const is = serviceOf(after)?.degraded ?? [];
  const only = (these: typeof is, others: typeof is) =>
    these.filter((one) => !others.some((other) => other.code === one.code));
  const change = (what: 'lost' | 'found') => (one: (typeof is)[number]) =>
    ({ kind: 'service', what, loss: one.code, sentence: one.sentence }) as const;
  return [...only(is, was).map(change('lost')), ...only(was, is).map(change('found'))];
}
