import type { CoverRow, Reason } from '../wire/types';
import { plural } from './format';
import { codeName } from './names';
import { STATUSES, UNIT_TYPES } from './statuses';

type NameOf = (jurisdiction: string) => string;

/** Fallbacks for reasons that come without the server's own sentence. */
const REFUSALS: Record<string, (f: Record<string, string>, clause: string) => string> = {
  no_agreement: (f) => `${f['lender']} has no agreement to lend to ${f['borrower']}`,
  not_signed: (f) => `The agreement is not signed by ${f['missing']}`,
  not_yet_effective: (f) => `The agreement takes effect on ${f['effective_from']}`,
  expired: (f) => `The agreement ended on ${f['effective_to']}`,
  unit_type: (f, clause) => `Clause ${clause} lends only ${f['allow']}, not ${f['unit_type']}`,
  priority: (f, clause) =>
    `Clause ${clause} lends only for ${f['allow']} calls, not ${f['priority']}`,
  reserve_floor: (f, clause) =>
    `${f['lender']} would keep ${f['keeps']} ${f['unit_type']}; clause ${clause} keeps ${f['floor']}` +
    (f['promised'] ? `; ${f['promised']} on offer elsewhere` : ''),
  concurrent_cap: (f, clause) =>
    `${f['out']} out already; clause ${clause} allows ${f['at_most']} at once`,
  not_available: (f) => `It is ${f['status']}`,
  unknown_status: () => 'Its status is unknown',
  committed: () => 'It is committed to another incident',
  promised: (f) => `It is on offer to ${f['borrower'] ?? 'a neighbour'}`,
  position_lost: () => 'Its position is lost',
  unreachable: () => 'No road leads from it to the incident',
  beyond_horizon: () => 'It is too far away',
  wrong_capability: (f) => `It is not ${f['need'] ?? 'of the type needed'}`,
};

/** Why a unit may not come, in one sentence. */
export function refusalSentence(reason: Reason, lender: string, nameOf: NameOf): string {
  if (reason.sentence) return reason.sentence;
  const facts: Record<string, string> = { lender: nameOf(lender) };
  for (const [name, value] of Object.entries(reason.figures ?? {})) {
    const words = String(value).split(',');
    facts[name] = words.map((word) => say(word.trim(), nameOf)).join(', ');
  }
  const word = REFUSALS[reason.code];
  return word ? word(facts, reason.clause ?? '?') : codeName(reason.code);
}

function say(word: string, nameOf: NameOf): string {
  if (word in UNIT_TYPES) return UNIT_TYPES[word as keyof typeof UNIT_TYPES].name;
  if (word in STATUSES) return STATUSES[word as keyof typeof STATUSES].name;
  const name = nameOf(word);
  return name === word ? codeName(word) : name;
}

/** Why a jurisdiction's cover is low, in one sentence. */
export function coverSentence(reason: CoverRow['reasons'][number]): string {
  if (reason.sentence) return reason.sentence;
  const { free, pending } = reason.figures;
  switch (reason.code) {
    case 'level_zero':
      return 'No ambulance is free';
    case 'pending_exceeds_free':
      return `${plural(Number(pending), 'call')} waiting for ${plural(Number(free), 'free ambulance')}`;
    case 'last_unit':
      return 'One ambulance is free';
    default:
      return codeName(reason.code);
  }
}
