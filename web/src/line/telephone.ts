import { plural } from '../words/format';
import { shortPriority } from '../words/names';
import { levelOf } from '../words/statuses';
import { fullSign } from './names';
import { agencyName, agencyOf, type LineIncident, type LinePicture } from './picture';

/** The number to call, whose it is, and what to say first. */
export interface Telephone {
  number: string;
  agency: string;
  say: string;
}

/**
 * What one says on the telephone when the board cannot: about the request that is open between the two,
 * else about the incident at hand. Null where nobody told the agency.
 */
export function telephoneOf(
  agency: string,
  picture: LinePicture,
  selected: string | null,
): Telephone | null {
  const row = agencyOf(picture, agency);
  if (!row) return null;
  const here = picture.home ? agencyName(picture, picture.home) : 'us';
  const say = `“This is ${here} dispatch. ${matter(agency, picture, selected)}”`;
  return { number: row.telephone, agency: row.agency_name || row.name, say };
}

function matter(agency: string, picture: LinePicture, selected: string | null): string {
  const between = picture.requests.filter(
    (request) =>
      request.state === 'offered' &&
      (request.direction === 'out' ? request.lender : request.borrower) === agency,
  );
  // Whoever telephones wants something: the own question comes first.
  const open = between.find((request) => request.direction === 'out') ?? between[0];
  const incident = picture.incidents.find((row) => row.id === (open?.incident ?? selected));
  if (open?.direction === 'out') {
    return `We ask for ${fullSign(open.unit, picture)} for ${open.incident_number}${about(incident)}. Can it come?`;
  }
  if (open) {
    return `We answer your request for ${fullSign(open.unit, picture)}, your incident ${open.incident_number}.`;
  }
  if (incident?.own && incident.state === 'active') {
    return `We need ${needs(incident)} for ${incident.number}${about(incident)}. What can you send?`;
  }
  return 'Which of your units are free?';
}

const about = (incident: LineIncident | undefined): string =>
  incident
    ? `, ${shortPriority(incident.priority)} ${incident.nature}${incident.address ? ` at ${incident.address}` : ''}`
    : '';

const needs = (incident: LineIncident): string =>
  incident.needs?.map((need) => `${need.count} ${levelOf(need.unit_type)}`).join(' and ') ||
  plural(1, 'unit');
