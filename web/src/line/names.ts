import type { UnitStatus } from '../wire/types';
import { leftPhrase, plural, shortNumber } from '../words/format';
import { DECLINE_REASONS, shortPriority } from '../words/names';
import { levelOf, STATUSES } from '../words/statuses';
import {
  agencyName,
  agencyOf,
  type LineIncident,
  type LinePicture,
  type LineRequest,
  type LineUnit,
} from './picture';
import { resolve, unitNames, type Thing } from './resolve';
import { getVerb, type ArgumentKind, type VerbName } from './verbs';

/** How something is named to a person, and what there is to say of it in one line. */
export interface Described {
  label: string;
  sentence: string;
}

/** What the board knows besides the picture; asked for each candidate of a list. */
export interface Hints {
  /** When this unit would be there: "ETA 6:10". Empty where nobody has said. */
  etaOf: (unit: string, incident: string | null) => string;
  /** Its place in the advice for the incident, from 1; null where it has none. */
  rankOf: (unit: string, incident: string | null) => number | null;
}

export const NO_HINTS: Hints = { etaOf: () => '', rankOf: () => null };

const dots = (parts: readonly (string | false | undefined)[]) => parts.filter(Boolean).join(' · ');

export function describe(
  kind: ArgumentKind | 'verb',
  id: string,
  picture: LinePicture,
  incident: string | null = null,
  hints: Hints = NO_HINTS,
): Described {
  switch (kind) {
    case 'verb': {
      const verb = getVerb(id as VerbName);
      return { label: verb.usage, sentence: verb.help };
    }
    case 'unit': {
      const unit = picture.units.find((row) => row.id === id);
      return unit ? describeUnit(unit, picture, hints.etaOf(id, incident)) : plain(id);
    }
    case 'incident': {
      const row = picture.incidents.find((other) => other.id === id);
      return row ? describeIncident(row, picture) : plain(id);
    }
    case 'request': {
      const row = picture.requests.find((other) => other.id === id);
      return row ? describeRequest(row, picture) : plain(id);
    }
    case 'agency': {
      const agency = agencyOf(picture, id);
      return agency
        ? { label: agency.short_name, sentence: dots([agency.agency_name, agency.telephone]) }
        : plain(id);
    }
    case 'status': {
      const word = STATUSES[id as UnitStatus];
      return { label: word?.code ?? id, sentence: word?.name ?? '' };
    }
    case 'reason':
      return { label: id, sentence: DECLINE_REASONS.find((row) => row.id === id)?.name ?? '' };
    default:
      return plain(id);
  }
}

const plain = (label: string): Described => ({ label, sentence: '' });

function describeUnit(unit: LineUnit, picture: LinePicture, eta: string): Described {
  const agency = agencyName(picture, unit.jurisdiction);
  const parts = [
    levelOf(unit.unit_type),
    agency,
    STATUSES[unit.status].name,
    unit.lent_to && `lent to ${agencyName(picture, unit.lent_to)}`,
    eta,
  ];
  return { label: unit.sign, sentence: dots(parts as string[]) };
}

function describeIncident(row: LineIncident, picture: LinePicture): Described {
  const units = row.assigned.length
    ? plural(row.assigned.length, 'unit')
    : row.came
      ? leftPhrase(row.came)
      : 'no unit';
  return {
    label: row.number,
    sentence: dots([
      `${shortPriority(row.priority)} ${row.nature}`,
      row.address,
      !row.own && agencyName(picture, row.jurisdiction),
      row.state === 'active' ? units : row.state,
    ]),
  };
}

function describeRequest(row: LineRequest, picture: LinePicture): Described {
  const sign = signOf(row.unit, picture);
  const about = `${sign} for ${row.incident_number}`;
  const lender = agencyName(picture, row.lender);
  const offers = `${lender} ${row.direction === 'out' ? 'offers' : 'has offered'} ${about} instead`;
  const asks =
    row.direction === 'in'
      ? `${agencyName(picture, row.borrower)} asks for ${about}`
      : `${lender} is asked for ${about}`;
  return { label: sign, sentence: row.offered_by_lender ? offers : asks };
}

export const signOf = (unit: string, picture: LinePicture): string =>
  picture.units.find((row) => row.id === unit)?.sign ?? unit;

/** "M311 (Cedar Fen)" for sentences in which the agency does not stand beside it. */
export function fullSign(unit: string, picture: LinePicture): string {
  const row = picture.units.find((other) => other.id === unit);
  return row ? `${agencyName(picture, row.jurisdiction)} ${row.sign}` : unit;
}

const glued = (text: string) => text.replace(/\s+/g, '');

/** The shortest way to write something that means it and nothing else here. */
export function shortest(
  kind: ArgumentKind | 'verb',
  id: string,
  picture: LinePicture,
  now: readonly Thing[],
  all: readonly Thing[],
): string {
  const ways = waysToWrite(kind, id, picture);
  const meansIt = (text: string) => {
    const found = resolve(text, now, all);
    return found.kind === 'one' && found.id === id;
  };
  return ways.find(meansIt) ?? ways[ways.length - 1] ?? id;
}

function waysToWrite(kind: ArgumentKind | 'verb', id: string, picture: LinePicture): string[] {
  switch (kind) {
    case 'unit': {
      const unit = picture.units.find((row) => row.id === id);
      return unit ? unitNames(unit, picture).map(glued) : [id];
    }
    case 'incident': {
      const number = picture.incidents.find((row) => row.id === id)?.number ?? id;
      return [shortNumber(number).replace('#', ''), number];
    }
    case 'request': {
      const request = picture.requests.find((row) => row.id === id);
      if (!request) return [id];
      const number = request.incident_number;
      return [...waysToWrite('unit', request.unit, picture), number];
    }
    case 'agency':
      return [agencyName(picture, id), agencyOf(picture, id)?.name ?? id, id];
    case 'status':
      return [STATUSES[id as UnitStatus]?.code ?? id];
    default:
      return [id];
  }
}
