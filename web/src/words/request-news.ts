import type { RequestRow } from '../wire/types';
import { isOurs, isTakenBack, isToAnswer, otherSide } from './receipts';

/** What people say for an id. */
export interface Names {
  nameOf: (jurisdiction: string) => string;
  callSign: (unit: string) => string;
}

/** Something to be said aloud, once per `key`. */
export interface News {
  key: string;
  text: string;
}

/** What a request's row says that a person at the board should hear; null where nothing. */
export function requestNews(row: RequestRow, names: Names): News | null {
  const who = names.nameOf(otherSide(row));
  const sign = names.callSign(row.unit);
  if (isToAnswer(row)) {
    const instead = row.instead_of ? ` instead of ${names.callSign(row.instead_of)}` : '';
    const said = row.offered_by_lender ? `offers ${sign}${instead}` : `asks for ${sign}`;
    return { key: `${row.id}:new`, text: `${who} ${said}` };
  }
  // Either kind is the borrower's to withdraw.
  if (row.state === 'withdrawn') {
    return row.direction === 'in'
      ? { key: `${row.id}:back`, text: `${who} needs ${sign} no more` }
      : null;
  }
  if (!isOurs(row)) {
    return isTakenBack(row)
      ? { key: `${row.id}:back`, text: `${who} offers ${sign} no more` }
      : null;
  }
  // What was answered with another unit is told by the offer of that unit; and what we have taken
  // back, or the service for us, nobody has declined.
  if (row.reason === 'other_unit' || isTakenBack(row)) return null;
  if (row.state === 'offered') return null;
  const word = row.state === 'expired' ? 'has not answered' : `has ${row.state}`;
  return { key: `${row.id}:${row.state}`, text: `${who} ${word}: ${sign}` };
}

const AT_SECONDS = [30, 10];
/** A tick may come late, in a tab that is hidden. */
const LATE_SECONDS = 3;

/** That the time to answer runs out, at 30 and at 10 seconds; null at all others. */
export function runningOut(row: RequestRow, now: number, names: Names): News | null {
  if (!isToAnswer(row)) return null;
  const left = (Date.parse(row.expires_at) - now) / 1000;
  const limit = AT_SECONDS.find((at) => left <= at && left >= at - LATE_SECONDS);
  if (limit === undefined) return null;
  const text = `${limit} seconds left to answer ${names.nameOf(otherSide(row))}`;
  return { key: `${row.id}:${limit}`, text };
}
