import { clauseWords } from '../agreements/clauses';
import { isPartner } from '../picture/partners';
import { ageSeconds, isDoubtful } from '../picture/freshness';
import { isShort, orderIncidents, orderUnits } from '../picture/order';
import type { Picture } from '../picture/picture';
import type {
  AgreementInfo,
  AssignmentRow,
  IncidentRow,
  RegionInfo,
  RequestRow,
  UnitRow,
} from '../wire/types';
import { age, wallClock, wallDate, wallMoment, zoneName } from '../words/format';
import { codeName, reasonName, shortPriority } from '../words/names';
import { levelOf, STATUSES, STEPS } from '../words/statuses';

/** What the paper is made from: all of it is in the page's memory, with or without a server. */
export interface PaperSource {
  picture: Picture | null;
  region: RegionInfo;
  agreements: readonly AgreementInfo[] | null;
  /** When the agreements were read, ms since 1970. */
  agreementsAt: number;
  live: boolean;
  /** ms since 1970. */
  now: number;
  home: string | null;
  person: string;
  nameOf: (jurisdiction: string) => string;
}

export interface Sheet {
  title: string;
  columns: readonly string[];
  rows: readonly (readonly string[])[];
  /** What stands there where there is no row: a blank table could mean anything. */
  none: string;
}

/** The board on paper: black on white, and every row says how old it is. */
export interface Paper {
  title: string;
  made: string;
  asOf: string;
  notes: readonly string[];
  sheets: readonly Sheet[];
}

/** Clauses that somebody with a telephone in hand must know. */
const TOLD = new Set(['answer_time', 'reserve_floor', 'concurrent_cap', 'daily_cap', 'discretion']);

export function paperOf(source: PaperSource): Paper {
  const { picture, region, now } = source;
  const zone = region.time_zone;
  const clock = (ms: number) =>
    `${wallDate(ms, zone)} ${wallClock(ms, zone)} ${zoneName(ms, zone)}`;
  const words = new Words(source);
  return {
    title: `${region.name}: board of ${source.home ? source.nameOf(source.home) : 'the region'}`,
    made: `Made ${clock(now)} by ${source.person}`,
    asOf: picture
      ? `Data as of ${clock(picture.asOf)}, ${age(ageSeconds(picture.asOf, now))} old${
          source.live ? '' : '. NOT CONNECTED: what happened since is not on this paper'
        }`
      : 'NO DATA: this console has not reached the server',
    notes: [
      ...(region.fictional ? ['FICTIONAL region: not for real calls'] : []),
      ...(region.sample_fleet && !region.fictional ? ['SAMPLE FLEET: not for real calls'] : []),
    ],
    sheets: [
      incidentSheet(source, words),
      requestSheet(source, words),
      assignmentSheet(source, words),
      unitSheet(source, words),
      telephoneSheet(source),
      agreementSheet(source),
    ],
  };
}

/** How the rows call things and tell times. */
class Words {
  constructor(private readonly source: PaperSource) {}

  sign = (unit: string) => this.source.picture?.units.get(unit)?.call_sign ?? unit;

  number = (incident: string | null) =>
    incident ? (this.source.picture?.incidents.get(incident)?.number ?? '') : '';

  moment = (at: string | null) =>
    at ? wallMoment(Date.parse(at), this.source.now, this.source.region.time_zone) : '';

  old = (at: string | null) =>
    at ? age(ageSeconds(Date.parse(at), this.source.now)) : 'never heard';
}

function unitSheet({ picture, now, nameOf }: PaperSource, words: Words): Sheet {
  const units = picture?.units ?? new Map<string, UnitRow>();
  const fixes = picture?.fixes ?? new Map();
  const order = orderUnits(units.values(), fixes, { key: 'agency', down: false });
  return {
    title: 'Units',
    columns: ['Unit', 'Lvl', 'Agency', 'Status', 'Since', 'Incident', 'Heard ago', 'Position ago'],
    rows: order.map((id) => {
      const unit = units.get(id)!;
      const { code, name } = STATUSES[unit.status];
      const fixAge = ageSeconds(fixes.get(id)?.at, now);
      return [
        unit.call_sign,
        levelOf(unit.unit_type),
        nameOf(unit.jurisdiction) + (unit.lent_to ? `, lent to ${nameOf(unit.lent_to)}` : ''),
        `${code} ${name}`,
        words.moment(unit.changed_at),
        words.number(unit.incident),
        words.old(unit.reported_at),
        `${isDoubtful(fixAge) ? '? ' : ''}${age(fixAge)}`,
      ];
    }),
    none: picture ? 'No units are registered.' : 'No data.',
  };
}

function incidentSheet({ picture, nameOf }: PaperSource, words: Words): Sheet {
  const open = [...(picture?.incidents.values() ?? [])].filter((row) => row.state === 'active');
  const byId = new Map(open.map((row) => [row.id, row]));
  const needs = (row: IncidentRow) =>
    row.needs.map((need) => `${need.count} ${levelOf(need.unit_type)}`).join(' + ');
  return {
    title: 'Open incidents',
    columns: ['Pri', 'Incident', 'Nature', 'Address', 'Needs', 'Units', 'Opened', 'Open for'],
    rows: orderIncidents(open).map((id) => {
      const row = byId.get(id)!;
      const whose = row.own ? '' : ` (${nameOf(row.jurisdiction)})`;
      return [
        shortPriority(row.priority),
        row.number,
        row.nature + whose,
        row.address || `${row.lon.toFixed(4)}, ${row.lat.toFixed(4)}`,
        needs(row),
        row.assigned.map(words.sign).join(', ') + (isShort(row) ? ' WAITS' : ''),
        words.moment(row.opened_at),
        words.old(row.opened_at),
      ];
    }),
    none: picture ? 'No open incidents.' : 'No data.',
  };
}

function requestSheet({ picture, nameOf }: PaperSource, words: Words): Sheet {
  const underWay = [...(picture?.requests.values() ?? [])]
    .filter((row) => row.state === 'offered' || row.state === 'accepted')
    .sort((a, b) => Date.parse(a.requested_at) - Date.parse(b.requested_at));
  const state = (row: RequestRow) =>
    row.state === 'offered'
      ? `${row.offered_by_lender ? 'offered instead, ' : ''}to be answered by ${words.moment(row.expires_at)}`
      : 'accepted';
  return {
    title: 'Requests under way',
    columns: ['Incident', 'Unit', 'Asks', 'Is asked', 'State', 'Asked', 'Asked ago'],
    rows: underWay.map((row) => [
      row.incident_number,
      words.sign(row.unit),
      nameOf(row.borrower),
      nameOf(row.lender),
      state(row) + (row.reason ? `: ${reasonName(row.reason)}` : ''),
      words.moment(row.requested_at),
      words.old(row.requested_at),
    ]),
    none: picture ? 'No request is under way.' : 'No data.',
  };
}

function assignmentSheet({ picture, nameOf }: PaperSource, words: Words): Sheet {
  const live = [...(picture?.assignments.values() ?? [])]
    .filter((row) => row.ended_at === null && row.state !== 'ended')
    .sort((a, b) => Number(b.lent) - Number(a.lent) || (a.assigned_at < b.assigned_at ? -1 : 1));
  const step = (row: AssignmentRow) => STEPS.find(({ state }) => state === row.state)?.name;
  return {
    title: 'Assignments',
    columns: ['Incident', 'Unit', 'Of', 'Works for', 'Step', 'Assigned', 'Heard ago'],
    rows: live.map((row) => [
      row.incident_number,
      words.sign(row.unit),
      nameOf(row.home),
      nameOf(row.borrower),
      step(row) ?? codeName(row.state),
      words.moment(row.assigned_at),
      words.old(row.changed_at ?? row.assigned_at),
    ]),
    none: picture ? 'No unit is committed.' : 'No data.',
  };
}

function telephoneSheet({ picture, region, home, nameOf }: PaperSource): Sheet {
  const partners = region.jurisdictions.filter(({ id }) => isPartner(picture, home, id));
  const lent = (id: string) => {
    const cover = picture?.covers.get(id);
    return cover ? `${cover.free} of ${cover.total} free (${cover.state})` : 'not known';
  };
  const shut = (id: string) =>
    [...(picture?.closures.values() ?? [])].find((row) => row.jurisdiction === id)?.reason ?? '';
  return {
    title: 'Partners by telephone',
    columns: ['Agency', 'Jurisdiction', 'Telephone', 'Cover then', 'Closed to lending'],
    rows: partners.map((row) => [
      row.agency_name || row.name,
      nameOf(row.id),
      row.telephone || 'no number on file',
      lent(row.id),
      shut(row.id),
    ]),
    none: 'No partner is on file.',
  };
}

function agreementSheet({ agreements, agreementsAt, region, nameOf }: PaperSource): Sheet {
  const read = agreementsAt ? `, as read ${wallClock(agreementsAt, region.time_zone)}` : '';
  const binding = (agreements ?? []).filter((row) => row.in_force !== null);
  return {
    title: `Agreements in force${read}`,
    columns: ['Agreement', 'Version', 'Parties', 'What holds'],
    rows: binding.map((row) => [
      row.title,
      `v${row.in_force}`,
      row.parties.map(nameOf).join(', '),
      row.in_force === row.version
        ? toldClauses(row, nameOf)
        : `v${row.version} is ${codeName(row.state)}: look up v${row.in_force}`,
    ]),
    none: agreements ? 'No agreement is in force.' : 'The agreements could not be read.',
  };
}

const toldClauses = ({ clauses }: AgreementInfo, nameOf: (id: string) => string) =>
  clauses
    .filter((clause) => TOLD.has(clause.type))
    .map((clause) => `${clause.id} ${clauseWords(clause, nameOf).says}`)
    .join('. ');
