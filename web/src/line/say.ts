import { shortPriority } from '../words/names';
import { isOurs } from '../words/receipts';
import { STATUSES } from '../words/statuses';
import type { UnitStatus } from '../wire/types';
import { describe, fullSign, signOf } from './names';
import type { Ambiguous, Incomplete, Parsed, Unknown } from './parsed';
import { agencyName, type LinePicture } from './picture';
import { getVerb, type ArgumentKind, type VerbName } from './verbs';

/** Why a line did nothing, in one or two sentences, for echo and for those who listen. */
export function sayWhyNot(
  parsed: Exclude<Parsed, { kind: 'complete' }>,
  picture: LinePicture,
): string {
  switch (parsed.kind) {
    case 'incomplete':
      return sayMissing(parsed, picture);
    case 'ambiguous':
      return `“${parsed.typed}” may be ${list(parsed, picture)}. Nothing was done`;
    case 'unknown':
      return sayUnknown(parsed, picture);
  }
}

function sayMissing(parsed: Incomplete, picture: LinePicture): string {
  if (parsed.expects === 'verb') return `Which command? ${list(parsed, picture)}`;
  const usage = parsed.verb ? getVerb(parsed.verb).usage : '';
  const choice = parsed.candidates.length ? `: ${list(parsed, picture)}` : '';
  const nothing = !choice && isId(parsed) ? ': there is none that it may apply to now' : '';
  return `${usage}: ${MISSING[parsed.expects] ?? parsed.expects} is missing${choice}${nothing}`;
}

const MISSING: Record<string, string> = {
  incident: 'the incident',
  unit: 'the unit',
  request: 'the request',
  reason: 'the reason',
  why: 'the reason',
  hours: 'the number of hours',
  status: 'the status',
  text: 'what to look for',
  agency: 'the agency',
  place: 'the place behind @',
};

const isId = (parsed: Incomplete) =>
  ['incident', 'unit', 'request', 'agency'].includes(parsed.expects);

function sayUnknown(parsed: Unknown, picture: LinePicture): string {
  const usage = parsed.verb ? getVerb(parsed.verb).usage : '';
  switch (parsed.reason) {
    case 'no_verb':
      return parsed.candidates.length
        ? `No command “${parsed.typed}”. Is it ${list(parsed, picture)}?`
        : `No command “${parsed.typed}”. “?” lists them all`;
    case 'not_allowed':
      return `${parsed.verb} is for dispatchers and supervisors`;
    case 'too_much':
      return `${usage}: “${parsed.typed}” is too much. Nothing was done`;
    case 'bad_value':
      return `${usage}: ${BAD[parsed.argument] ?? `“${parsed.typed}” does not fit`}`;
    case 'not_now':
      return sayNotNow(parsed, picture);
    case 'no_match':
      return parsed.candidates.length
        ? `No ${parsed.argument} “${parsed.typed}”. Is it ${list(parsed, picture)}?`
        : `No ${parsed.argument} “${parsed.typed}” that ${parsed.verb} may apply to`;
  }
}

const BAD: Record<string, string> = {
  hours: '1 to 72 hours',
  need: '1 to 50 units of a type',
  nature: 'the nature is longer than 120 characters',
  place: 'the place is longer than 240 characters',
  note: 'the note is longer than 500 characters',
  why: 'the reason is longer than 300 characters',
};

function sayNotNow(parsed: Unknown, picture: LinePicture): string {
  const kind = kindOf(parsed.verb, parsed.argument);
  const reasons = parsed.which.map((id) => whyNotNow(parsed.verb!, kind, id, picture));
  const choice = parsed.candidates.length ? ` Possible: ${list(parsed, picture)}` : '';
  return `${reasons.join('; ')}.${choice}`;
}

const kindOf = (verb: VerbName | null, argument: string): ArgumentKind | 'verb' =>
  (verb && getVerb(verb).arguments.find(({ name }) => name === argument)?.kind) || 'verb';

/** Why a verb may not apply to this one now, though it is known. */
function whyNotNow(
  verb: VerbName,
  kind: ArgumentKind | 'verb',
  id: string,
  picture: LinePicture,
): string {
  if (kind === 'unit') return unitNotNow(verb, id, picture);
  if (kind === 'incident') return incidentNotNow(id, picture);
  if (kind === 'request') return requestNotNow(verb, id, picture);
  if (kind === 'status') return `${STATUSES[id as UnitStatus].name} is no step from here`;
  return `${id} is not possible now`;
}

function unitNotNow(verb: VerbName, id: string, picture: LinePicture): string {
  const unit = picture.units.find((row) => row.id === id);
  if (!unit) return `${id} is not known`;
  const sign = fullSign(id, picture);
  const agency = agencyName(picture, unit.jurisdiction);
  if (verb === 'REQ' && unit.own) return `${sign} is your own: AS assigns it`;
  if (verb === 'AS' && !unit.own) return `${sign} is not your own: REQ asks for it`;
  if ((verb === 'ST' || verb === 'ACC') && !unit.own) return `${sign} is ${agency}’s`;
  if (['REL', 'RCL', 'EXT', 'CNF'].includes(verb)) return `${sign} ${NO_LOAN[verb]}`;
  if (unit.lent_to) return `${sign} is lent to ${agencyName(picture, unit.lent_to)}`;
  if (unit.status === 'available') return `${sign} is asked for already`;
  return `${sign} is ${STATUSES[unit.status].name}`;
}

const NO_LOAN: Record<string, string> = {
  REL: 'is on no assignment that you may release',
  RCL: 'is not lent, or is recalled already',
  EXT: 'is not borrowed',
  CNF: 'has no loan to confirm',
};

function incidentNotNow(id: string, picture: LinePicture): string {
  const incident = picture.incidents.find((row) => row.id === id);
  if (!incident) return `${id} is not known`;
  if (incident.state !== 'active') return `${incident.number} is ${incident.state}`;
  if (!incident.own)
    return `${incident.number} is ${agencyName(picture, incident.jurisdiction)}’s incident`;
  return `${incident.number} is a standby, no call`;
}

function requestNotNow(verb: VerbName, id: string, picture: LinePicture): string {
  const request = picture.requests.find((row) => row.id === id);
  if (!request) return `${id} is not known`;
  const what = `The request for ${signOf(request.unit, picture)}`;
  if (request.state !== 'offered') return `${what} was ${request.state}`;
  if (verb === 'CAN') return `${what} is not your own: ACC or DEC answers it`;
  if (isOurs(request)) return `${what} is your own: CAN withdraws it`;
  if (Date.parse(request.expires_at) <= picture.now) return `${what} has run out`;
  return `${what}: the agreement leaves no refusal`;
}

/** So many are named in a sentence; the list below it has more. */
const MOST_NAMED = 6;

/** "M311 (Cedar Fen) or M12 (Dunmere)", with what more there is. */
function list(parsed: Incomplete | Ambiguous | Unknown, picture: LinePicture): string {
  const argument = parsed.kind === 'incomplete' ? parsed.expects : parsed.argument;
  const kind = argument === 'verb' ? 'verb' : kindOf(parsed.verb, argument);
  const shown =
    parsed.of > MOST_NAMED ? parsed.candidates.slice(0, MOST_NAMED - 2) : parsed.candidates;
  const names = shown.map((id) => nameOf(kind, id, picture));
  const more = parsed.of - names.length;
  const last = more ? `${more} more` : names.pop();
  return names.length ? `${names.join(', ')} or ${last}` : (last ?? '');
}

function nameOf(kind: ArgumentKind | 'verb', id: string, picture: LinePicture): string {
  if (kind === 'verb') return id;
  if (kind === 'unit') return fullSign(id, picture);
  if (kind === 'incident') {
    const row = picture.incidents.find((other) => other.id === id);
    return row ? `${row.number} (${shortPriority(row.priority)} ${row.nature})` : id;
  }
  const { label, sentence } = describe(kind, id, picture);
  return kind === 'request' || kind === 'status' ? sentence || label : label;
}
