import type { AgreementInfo, RequestRow, UnitType } from '../wire/types';
import { UNIT_TYPES } from './statuses';

/** What is said of a request, as far as it is known. */
export type Said = Pick<RequestRow, 'direction' | 'incident_number'> &
  Partial<
    Pick<
      RequestRow,
      'offered_by_lender' | 'agreement_version' | 'clauses' | 'priority' | 'nature' | 'purpose'
    >
  >;

/** The names that people say. Empty: not known, or not to be told. */
export interface RequestFacts {
  /** Who speaks. */
  us: string;
  unit: string;
  /** The unit that was asked for, where `unit` is offered in its place. */
  insteadOf: string;
  need: string;
  place: string;
  agreement: string;
  /** Whether the other side may hear what kind of call it is before it has said yes. */
  mayTellNature: boolean;
}

const PRIORITY_WORDS: Record<RequestRow['priority'], string> = {
  critical: 'priority 1',
  emergent: 'priority 2',
  lower_acuity: 'priority 3',
  non_acute: 'priority 4',
};

/** One sentence to be read out to the other side of a request that waits: all that it has to know. */
export const requestSentence = (request: Said, facts: RequestFacts): string =>
  `This is ${facts.us} dispatch: ${[matter(request, facts), under(request, facts)].filter(Boolean).join(', ')}.`;

function matter(request: Said, facts: RequestFacts): string {
  const { unit } = facts;
  const { incident_number: number, direction } = request;
  if (request.offered_by_lender) {
    const offer = `${unit} instead of ${facts.insteadOf}`;
    return direction === 'in'
      ? `we offer ${offer} for your incident ${number}`
      : `we answer your offer of ${offer} for our incident ${number}`;
  }
  if (direction === 'in') return `we answer your request for ${unit} for your incident ${number}`;
  const about = [...call(request, facts), facts.place && `at ${facts.place}`, needed(facts)];
  const asked =
    request.purpose === 'standby'
      ? `we ask for ${unit} to stand by, our number ${number}`
      : `we ask for ${unit} for our incident ${number}`;
  return [asked, ...about].filter(Boolean).join(', ');
}

function call(request: Said, { mayTellNature: tell }: RequestFacts): string[] {
  if (request.purpose === 'standby') return [];
  const priority = request.priority ? PRIORITY_WORDS[request.priority] : '';
  return [(tell && request.nature) || '', priority];
}

const needed = ({ need }: RequestFacts) => need && `we need ${need}`;

function under(
  { agreement_version: version, clauses = [] }: Said,
  { agreement }: RequestFacts,
): string {
  if (!agreement) return '';
  const word = clauses.length === 1 ? 'clause' : 'clauses';
  const text = `under the agreement ${agreement}${version ? `, version ${version}` : ''}`;
  return clauses.length ? `${text}, ${word} ${listed(clauses)}` : text;
}

const listed = (of: readonly string[]): string =>
  of.length > 1 ? `${of.slice(0, -1).join(', ')} and ${of.at(-1)}` : of.join('');

/** "1 ALS ambulance": what one unit of this type is, said aloud. */
export const needWords = (type: UnitType | undefined): string =>
  type ? `1 ${UNIT_TYPES[type]?.name ?? type}` : '';

/** An address as it is known, else degrees to be read out; empty where neither is. */
export function placeWords(
  address: string | undefined,
  lon: number | null | undefined,
  lat: number | null | undefined,
): string {
  const known = address?.trim();
  if (known) return known;
  if (typeof lon !== 'number' || typeof lat !== 'number') return '';
  const degrees = (value: number, word: string) => `${Math.abs(value).toFixed(4)} ${word}`;
  return `${degrees(lat, lat < 0 ? 'south' : 'north')}, ${degrees(lon, lon < 0 ? 'west' : 'east')}`;
}

type Under = Partial<Pick<RequestRow, 'agreement' | 'agreement_version'>>;

const textOf = (agreements: readonly AgreementInfo[] | null | undefined, under: Under) =>
  agreements?.find((row) => row.id === under.agreement && row.version === under.agreement_version);

/**
 * Whether an agreement's lender may hear the nature of a call before it says yes. No, where the text is not
 * at hand: what was not told can still be asked.
 */
export function mayTellNature(
  agreements: readonly AgreementInfo[] | null | undefined,
  request: Under,
): boolean {
  const text = textOf(agreements, request);
  if (!text) return false;
  const hidden = text.clauses
    .filter((clause) => clause.type === 'data_sharing')
    .flatMap((clause) => (Array.isArray(clause['withhold']) ? clause['withhold'] : []));
  return !hidden.includes('call_nature');
}
