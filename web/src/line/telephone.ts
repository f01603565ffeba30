import { plural } from '../words/format';
import { shortPriority } from '../words/names';
import { isOurs, otherSide } from '../words/receipts';
import { levelOf } from '../words/statuses';
import { mayTellNature, needWords, placeWords, requestSentence } from '../words/telephone';
import { fullSign } from './names';
import {
  agencyName,
  agencyOf,
  type LineIncident,
  type LinePicture,
  type LineRequest,
} from './picture';

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
  const open = openBetween(agency, picture);
  const here = picture.home ? agencyName(picture, picture.home) : 'us';
  const said = open
    ? requestSentence(open, factsOf(open, here, picture))
    : `This is ${here} dispatch. ${matter(picture, selected)}`;
  return { number: row.telephone, agency: row.agency_name || row.name, say: `“${said}”` };
}

/** The request that waits between the two. Whoever telephones wants something: what we put comes first. */
function openBetween(agency: string, picture: LinePicture): LineRequest | undefined {
  const between = picture.requests.filter(
    (request) => request.state === 'offered' && otherSide(request) === agency,
  );
  return between.find(isOurs) ?? between[0];
}

/** The same that the request's own line says, where nobody has received it. */
function factsOf(request: LineRequest, us: string, picture: LinePicture) {
  const incident = picture.incidents.find((row) => row.id === request.incident);
  const unit = picture.units.find((row) => row.id === request.unit);
  const text = picture.agreements?.find((row) => row.id === request.agreement);
  return {
    us,
    unit: fullSign(request.unit, picture),
    insteadOf: request.instead_of ? fullSign(request.instead_of, picture) : '',
    need: needWords(unit?.unit_type),
    place: placeWords(incident?.address, request.lon, request.lat),
    agreement: text?.title ?? request.agreement ?? '',
    mayTellNature: mayTellNature(picture.agreements, request),
  };
}

function matter(picture: LinePicture, selected: string | null): string {
  const incident = picture.incidents.find((row) => row.id === selected);
  return incident?.own && incident.state === 'active'
    ? `We need ${needs(incident)} for ${incident.number}${about(incident)}. What can you send?`
    : 'Which of your units are free?';
}

const about = (incident: LineIncident): string =>
  `, ${shortPriority(incident.priority)} ${incident.nature}${incident.address ? ` at ${incident.address}` : ''}`;

const needs = (incident: LineIncident): string =>
  incident.needs?.map((need) => `${need.count} ${levelOf(need.unit_type)}`).join(' and ') ||
  plural(1, 'unit');
