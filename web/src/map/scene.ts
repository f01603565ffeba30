import { ageSeconds, isDoubtful } from '../picture/freshness';
import { isP1Waiting } from '../alarms/requests';
import type { Picture } from '../picture/picture';
import { eta, shortNumber } from '../words/format';
import { shortPriority } from '../words/names';
import { STATUSES, type Look } from '../words/statuses';
import type { EtaBasis, UnitRow } from '../wire/types';

/** What the map draws of one unit. `shift` is in px: units that share a place stand around it. */
export interface UnitMark {
  id: string;
  lon: number;
  lat: number;
  look: Look;
  label: string;
  own: boolean;
  coarse: boolean;
  doubtful: boolean;
  lent: boolean;
  selected: boolean;
  shift: [number, number];
}

export interface IncidentMark {
  id: string;
  lon: number;
  lat: number;
  label: string;
  alarm: boolean;
  own: boolean;
  selected: boolean;
}

/** A line from a unit to an incident: a pointer, not the way. */
export interface Reach {
  from: [number, number];
  to: [number, number];
  label: string;
}

const PLACE_DEG = 0.0004;
/** Room for a symbol with its call sign below. */
const COLUMN_PX = 42;
const ROW_PX = 30;
const MOST_COLUMNS = 4;

export function unitMarks(
  picture: Picture,
  now: number,
  selected: string | null,
  signOf: (unit: UnitRow) => string = (unit) => unit.call_sign,
): UnitMark[] {
  const marks: UnitMark[] = [];
  const places = new Map<number, UnitMark[]>();
  for (const unit of picture.units.values()) {
    const fix = picture.fixes.get(unit.id);
    if (!fix) continue;
    const doubtful = isDoubtful(ageSeconds(fix.at, now));
    const mark: UnitMark = {
      id: unit.id,
      lon: fix.lon,
      lat: fix.lat,
      look: STATUSES[unit.status].look,
      label: doubtful ? `${signOf(unit)} ?` : signOf(unit),
      own: unit.own,
      coarse: Boolean(unit.coarse),
      doubtful,
      lent: unit.lent_to !== null,
      selected: unit.id === selected,
      shift: [0, 0],
    };
    marks.push(mark);
    const place = Math.round(fix.lon / PLACE_DEG) * 1e7 + Math.round(fix.lat / PLACE_DEG);
    const there = places.get(place);
    if (there) there.push(mark);
    else places.set(place, [mark]);
  }
  for (const there of places.values()) spread(there);
  return marks;
}

/** Several units at one station or in one coarse cell would hide each other: they stand in rows. */
function spread(marks: UnitMark[]): void {
  if (marks.length < 2) return;
  marks.sort((a, b) => (a.id < b.id ? -1 : 1));
  const columns = Math.min(MOST_COLUMNS, Math.ceil(Math.sqrt(marks.length)) + 1);
  const rows = Math.ceil(marks.length / columns);
  marks.forEach((mark, i) => {
    const row = Math.floor(i / columns);
    const inRow = Math.min(columns, marks.length - row * columns);
    const x = ((i % columns) - (inRow - 1) / 2) * COLUMN_PX;
    mark.shift = [Math.round(x), Math.round((row - (rows - 1) / 2) * ROW_PX)];
  });
}

export function incidentMarks(
  picture: Picture,
  now: number,
  selected: string | null,
): IncidentMark[] {
  const marks: IncidentMark[] = [];
  for (const incident of picture.incidents.values()) {
    if (incident.state !== 'active') continue;
    marks.push({
      id: incident.id,
      lon: incident.lon,
      lat: incident.lat,
      label: `${shortPriority(incident.priority)} ${shortNumber(incident.number)}`,
      alarm: isP1Waiting(incident, picture.requests.values(), now),
      own: incident.own,
      selected: incident.id === selected,
    });
  }
  return marks;
}

/** What the line's label says: the time, and that the line itself is not the way. */
export function reachLabel(seconds: number, basis: EtaBasis): string {
  if (basis === 'straight_line') return `${eta(seconds, true)} straight-line estimate`;
  return `${eta(seconds)} by road (line is not the route)`;
}
