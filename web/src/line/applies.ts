import type { UnitStatus } from '../wire/types';
import { DECLINE_REASONS } from '../words/names';
import { isOurs, isToAnswer } from '../words/receipts';
import { NEXT_STATUS, STATUSES } from '../words/statuses';
import type { LineAssignment, LineIncident, LinePicture, LineRequest, LineUnit } from './picture';
import {
  agencyThing,
  incidentThing,
  requestThing,
  unitThing,
  wordThing,
  type Thing,
} from './resolve';
import type { Argument, VerbName } from './verbs';

/** What an argument may mean: what its verb may apply to now, and all that there is of its kind. */
export interface Choice {
  now: Thing[];
  all: Thing[];
}

/** What was said before in the same line, by the name of the argument. */
export type Said = Readonly<Record<string, unknown>>;

const NOTHING: Choice = { now: [], all: [] };

export function choiceOf(
  verb: VerbName,
  argument: Argument,
  picture: LinePicture,
  said: Said,
): Choice {
  switch (argument.kind) {
    case 'incident':
      return choose(picture.incidents, incidentRule(verb), incidentThing);
    case 'unit':
      return choose(picture.units, unitRule(verb, picture, said), (u) => unitThing(u, picture));
    case 'request':
      return choose(picture.requests, requestRule(verb, picture), (r) => requestThing(r, picture));
    case 'agency':
      return choose(picture.jurisdictions, () => true, agencyThing);
    case 'status':
      return statuses(picture.units.find((unit) => unit.id === said['unit']));
    case 'reason':
      return choose(
        DECLINE_REASONS,
        () => true,
        ({ id }) => wordThing(id, id),
      );
    default:
      return NOTHING;
  }
}

function choose<T>(
  rows: readonly T[],
  applies: (row: T) => boolean,
  thing: (row: T) => Thing,
): Choice {
  const all: Thing[] = [];
  const now: Thing[] = [];
  for (const row of rows) {
    const one = thing(row);
    all.push(one);
    if (applies(row)) now.push(one);
  }
  return { now, all };
}

function incidentRule(verb: VerbName): (incident: LineIncident) => boolean {
  if (verb === 'I') return (incident) => incident.state === 'active';
  if (verb === 'CL') return (incident) => incident.state === 'active' && incident.own;
  return (incident) =>
    incident.state === 'active' && incident.own && incident.purpose !== 'standby';
}

function requestRule(verb: VerbName, picture: LinePicture): (request: LineRequest) => boolean {
  if (verb === 'CAN')
    return (request) =>
      (request.direction === 'out' || isOurs(request)) && request.state === 'offered';
  // What the other side put: its question, or another unit that it offers.
  return (request) =>
    isToAnswer(request) &&
    Date.parse(request.expires_at) > picture.now &&
    (verb !== 'DEC' || request.may_decline);
}

function unitRule(verb: VerbName, picture: LinePicture, said: Said): (unit: LineUnit) => boolean {
  switch (verb) {
    case 'REQ':
      return askable(picture);
    case 'AS':
      return (unit) => isHere(unit) && ['available', 'available_delayed'].includes(unit.status);
    case 'ACC': {
      const asked = picture.requests.find((request) => request.id === said['request']);
      return (unit) =>
        unit.id === asked?.unit ||
        (!asked?.offered_by_lender && isHere(unit) && unit.status === 'available');
    }
    case 'ST':
      return (unit) => unit.own;
    case 'REL':
    case 'RCL':
    case 'EXT':
    case 'CNF': {
      const units = new Set(assignmentsFor(verb, picture).map((row) => row.unit));
      return (unit) => units.has(unit.id);
    }
    default:
      return () => true;
  }
}

const isHere = (unit: LineUnit): boolean => unit.own && !unit.lent_to;

/** A neighbour's that is free and not asked for yet, or one that stands by for us already. */
function askable(picture: LinePicture): (unit: LineUnit) => boolean {
  const asked = new Set(
    picture.requests
      .filter((request) => request.direction === 'out' && request.state === 'offered')
      .map((request) => request.unit),
  );
  const standing = new Set(
    picture.assignments.filter((row) => standsBy(row, picture.home)).map((row) => row.unit),
  );
  return (unit) =>
    !unit.own &&
    (standing.has(unit.id) ||
      (unit.status === 'available' && !unit.lent_to && !asked.has(unit.id)));
}

const isWorking = (row: LineAssignment): boolean =>
  row.state !== 'returning' && row.state !== 'ended';

/** Whether the unit of this assignment stands by in our own area. */
export const standsBy = (row: LineAssignment, home: string | null): boolean =>
  isWorking(row) && row.purpose === 'standby' && row.borrower === home;

/** The assignments that REL, RCL, EXT or CNF may change now. */
export function assignmentsFor<T extends LineAssignment>(
  verb: 'REL' | 'RCL' | 'EXT' | 'CNF',
  picture: { home: string | null; assignments: Iterable<T> },
): T[] {
  const { home } = picture;
  const owes = (row: T, code: string) => row.duties.find((duty) => duty.code === code);
  const rules: Record<typeof verb, (row: T) => boolean> = {
    REL: (row) =>
      isWorking(row) &&
      (row.borrower === home ||
        (row.lent && row.home === home && owes(row, 'recall')?.state === 'overdue')),
    RCL: (row) => isWorking(row) && row.lent && row.home === home && !row.recalled_at,
    EXT: (row) => isWorking(row) && row.lent && row.borrower === home,
    CNF: (row) =>
      row.lent &&
      row.borrower === home &&
      !row.confirmed_at &&
      owes(row, 'written_confirmation') !== undefined,
  };
  return [...picture.assignments].filter(rules[verb]);
}

const STATUS_THINGS = new Map<UnitStatus, Thing>(
  (Object.keys(STATUSES) as UnitStatus[])
    .filter((status) => status !== 'unknown')
    .map((status) => [status, wordThing(status, STATUSES[status].name, [STATUSES[status].code])]),
);

function statuses(unit: LineUnit | undefined): Choice {
  const next = unit ? NEXT_STATUS[unit.status] : [];
  return {
    now: next.map((status) => STATUS_THINGS.get(status)!).filter(Boolean),
    all: [...STATUS_THINGS.values()],
  };
}
