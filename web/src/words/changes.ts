import type { Change } from '../picture/changes';
import type { RequestRow } from '../wire/types';
import { codeName, reasonName, shortPriority } from './names';
import { plural } from './format';
import { isOurs, isTakenBack, otherSide } from './receipts';
import { STATE_WORDS } from './cover';
import { STATUSES } from './statuses';

/** What the sentences call things. */
export interface Names {
  nameOf: (jurisdiction: string) => string;
  callSign: (unit: string) => string;
}

/** One change in a sentence without its full stop. */
export function changeSentence(change: Change, { nameOf, callSign }: Names): string {
  switch (change.kind) {
    case 'request':
      return requestChange(change.what, change.row, { nameOf, callSign });
    case 'waiver': {
      const { row } = change;
      const what = `clause ${row.clause} for ${callSign(row.unit)}`;
      return row.state === 'asked'
        ? `${nameOf(row.borrower)} asks to waive ${what}`
        : `The waiver of ${what} is ${row.state}`;
    }
    case 'incident':
      return change.what === 'gone'
        ? `${change.row.number} is closed or no longer ours to see`
        : `${change.row.number} was opened: ${shortPriority(change.row.priority)} ${change.row.nature}`;
    case 'priority':
      return `${change.row.number} is now ${shortPriority(change.row.priority)} (was ${shortPriority(change.from)})`;
    case 'assignment':
      return `${callSign(change.row.unit)} ${ASSIGNED[change.what]} ${change.row.incident_number}`;
    case 'status':
      return `${change.row.call_sign} is ${STATUSES[change.row.status].name} (was ${STATUSES[change.from].name})`;
    case 'statuses':
      return `${plural(change.count, 'unit')} of ${nameOf(change.jurisdiction)} changed status`;
    case 'cover':
      return `${nameOf(change.row.jurisdiction)} is ${STATE_WORDS[change.row.state].name} (was ${STATE_WORDS[change.from].name})`;
    case 'partner':
      return change.what === 'came'
        ? `${nameOf(change.jurisdiction)} is a partner now`
        : `${nameOf(change.jurisdiction)} is no partner any more`;
    case 'closure':
      return change.what === 'came'
        ? `${nameOf(change.row.jurisdiction)} lends nothing for now: ${change.row.reason}`
        : `${nameOf(change.row.jurisdiction)} lends again`;
    case 'pre_alert':
      return `Pre-alert: ${change.row.sentence.replace(/\.$/, '')}`;
    case 'feed':
      return `Feed ${change.row.name} is ${change.row.state}`;
    case 'service':
      return change.what === 'lost'
        ? change.sentence.replace(/\.$/, '')
        : `Found again: ${codeName(change.loss)}`;
  }
}

const ASSIGNED = {
  began: 'was assigned to',
  ended: 'is no longer assigned to',
  recalled: 'was called back from',
};

function requestChange(
  what: 'came' | 'changed' | 'gone',
  row: RequestRow,
  { nameOf, callSign }: Names,
): string {
  const unit = callSign(row.unit);
  const other = nameOf(otherSide(row));
  const [ours, offer] = [isOurs(row), Boolean(row.offered_by_lender)];
  const matter = offer ? 'offer of' : 'request for';
  if (what === 'gone') return `The ${matter} ${unit} between us and ${other} is over`;
  if (isTakenBack(row)) return `${ours ? 'We offer' : `${other} offers`} ${unit} no more`;
  if (row.state === 'offered') {
    if (offer) return `${ours ? `We offered ${other}` : `${other} offers`} ${unit} instead`;
    return ours ? `${other} was asked for ${unit}` : `${other} asks for ${unit}`;
  }
  const because = row.state === 'declined' && row.reason ? ` (${reasonName(row.reason)})` : '';
  if (row.state === 'expired') {
    return ours
      ? `${other} did not answer for ${unit}`
      : `Nobody here answered ${other} for ${unit}`;
  }
  // Both kinds are the borrower's to withdraw.
  if (row.state === 'withdrawn') {
    return row.direction === 'out'
      ? `The ${matter} ${unit} was withdrawn`
      : `${other} withdrew its request for ${unit}`;
  }
  const word = codeName(row.state);
  return ours
    ? `${other} has ${word} ${unit}${because}`
    : `We have ${word} ${other} ${unit}${because}`;
}
