import { isShort, isUnattended } from '../picture/order';
import type { Picture } from '../picture/picture';
import type { IncidentRow, RequestRow } from '../wire/types';
import {
  isOurs,
  isTakenBack,
  isToAnswer,
  isUnanswered,
  isUndelivered,
  otherSide,
} from '../words/receipts';
import { rankOf, shortPriority, WAIT_LIMIT_S } from '../words/names';
import { condition, type Condition } from './conditions';

/** The service asks the next candidate within a second or two; until then nobody need do anything. */
const ASKING_ON_S = 10;
/** Requests of one order leave within a moment of each other. */
const ONE_ORDER_MS = 3000;

const isOpen = (row: RequestRow, now: number) =>
  row.state === 'offered' && Date.parse(row.expires_at) > now;

/** Whether a call of ours waits with no unit, and none has come to it yet. */
export const waits = (incident: IncidentRow) =>
  incident.own && incident.purpose !== 'standby' && isShort(incident) && isUnattended(incident);

/**
 * Whether a life-threatening call has waited too long with nobody on the way and nobody asked. While a
 * neighbour is asked the dispatcher has done the one thing there is to do.
 */
export function isP1Waiting(
  incident: IncidentRow,
  requests: Iterable<RequestRow>,
  now: number,
): boolean {
  if (!waits(incident) || rankOf(incident.priority) !== 1) return false;
  if (now - Date.parse(incident.opened_at) <= WAIT_LIMIT_S[1]! * 1000) return false;
  for (const row of requests) {
    const ours = row.incident === incident.id && row.direction === 'out';
    if (ours && (isOpen(row, now) || isAskingOn(row, now))) return false;
  }
  return true;
}

/** All that requests ask of a person now. */
export function requestConditions(picture: Picture, now: number): Condition[] {
  const rows = [...picture.requests.values()];
  return [
    ...orders(rows).flatMap((order) => orderConditions(order, now)),
    ...refused(picture, rows, now),
  ];
}

/**
 * Requests that one order sent to one lender, oldest first: one question to one person. Answered ones are
 * among them, so that the first of them names the order for as long as it lasts.
 */
function orders(rows: readonly RequestRow[]): RequestRow[][] {
  const sorted = [...rows].sort(
    (a, b) => a.requested_at.localeCompare(b.requested_at) || a.id.localeCompare(b.id),
  );
  const open = new Map<string, RequestRow[]>();
  const found: RequestRow[][] = [];
  for (const row of sorted) {
    const { direction, incident, lender, borrower, attempt, offered_by_lender: offered } = row;
    const pair = [direction, incident, lender, borrower, attempt, offered].join('|');
    const order = open.get(pair);
    const last = order?.at(-1);
    if (
      order &&
      last &&
      Date.parse(row.requested_at) - Date.parse(last.requested_at) <= ONE_ORDER_MS
    ) {
      order.push(row);
    } else {
      const fresh = [row];
      open.set(pair, fresh);
      found.push(fresh);
    }
  }
  return found;
}

function orderConditions(order: RequestRow[], now: number): Condition[] {
  const first = order[0]!;
  const one = (code: Condition['code'], rows: RequestRow[]) =>
    rows.length
      ? [condition(code, first.id, { kind: 'request', id: rows[0]!.id }, factsOf(rows))]
      : [];
  if (!isOurs(first)) {
    const open = order.filter((row) => isToAnswer(row) && isOpen(row, now));
    return one(first.offered_by_lender ? 'counter_offer_to_answer' : 'request_to_answer', open);
  }
  const undelivered = order.filter((row) => isUndelivered(row, now));
  // What has not arrived cannot be answered: that is one cause, not two.
  const unanswered = order.filter((row) => isUnanswered(row, now) && !undelivered.includes(row));
  return [...one('request_undelivered', undelivered), ...one('request_unanswered', unanswered)];
}

function factsOf(rows: readonly RequestRow[]) {
  const first = rows[0]!;
  return {
    who: otherSide(first),
    units: rows.map((row) => row.unit).join(','),
    priority: shortPriority(first.priority),
    number: first.incident_number,
    ...(first.purpose === 'standby' ? { standby: 1 } : {}),
    ...(first.offered_by_lender ? { offered: 1 } : {}),
  };
}

/**
 * Calls of ours that still want a unit, for which a request broke off and nobody is asked any more: one per
 * call, named by the last answer, so that the next answer is a new cause. A P1 without any unit is an alarm
 * of its own and a louder one.
 */
function refused(picture: Picture, rows: readonly RequestRow[], now: number): Condition[] {
  return [...picture.incidents.values()].flatMap((incident) => {
    if (!incident.own || !isShort(incident) || isP1Waiting(incident, rows, now)) return [];
    // All that came have left: the call waits to be closed, however many it wanted.
    if (incident.came && !incident.assigned.length) return [];
    const sent = rows.filter((row) => row.incident === incident.id && row.direction === 'out');
    if (sent.some((row) => isOpen(row, now))) return [];
    const last = sent.filter(isBrokenOff).sort(byAnswer).at(-1);
    if (!last || !isOver(last, now) || servedSince(incident, picture, last)) return [];
    const facts = { ...factsOf([last]), state: last.state };
    return [condition('request_refused', last.id, { kind: 'incident', id: incident.id }, facts)];
  });
}

/** An answer with another unit is an offer, not a refusal: that offer counts then, and may be taken back. */
const isBrokenOff = (row: RequestRow) =>
  isTakenBack(row) ||
  (isOurs(row) &&
    ((row.state === 'declined' && row.reason !== 'other_unit') || row.state === 'expired'));
const byAnswer = (a: RequestRow, b: RequestRow) =>
  (a.answered_at ?? '').localeCompare(b.answered_at ?? '');

/** Whether the chain has come to its end, by the service's word or because it should have gone on by now. */
const isOver = (row: RequestRow, now: number) => row.next !== 'asked' && !isAskingOn(row, now);

/** Whether a request has just broken off and the service is about to ask somebody else. */
function isAskingOn(row: RequestRow, now: number): boolean {
  const ended = Date.parse(row.answered_at ?? row.expires_at);
  if (!isBrokenOff(row) && !(row.state === 'offered' && ended <= now)) return false;
  if (row.next !== null || row.on_no_answer === 'nothing') return false;
  return now - ended <= ASKING_ON_S * 1000;
}

/** Whether a unit was sent after that answer: the dispatcher has seen to it, though more are wanted. */
function servedSince(incident: IncidentRow, picture: Picture, last: RequestRow): boolean {
  const answered = Date.parse(last.answered_at ?? last.expires_at);
  return [...picture.assignments.values()].some(
    (row) => row.incident === incident.id && Date.parse(row.assigned_at) >= answered,
  );
}
