import type { Stage } from '../wire/instead';
import type { RequestRow } from '../wire/types';

type Put = Pick<RequestRow, 'direction'> & Partial<Pick<RequestRow, 'offered_by_lender'>>;

/** Whether we put it: our own question, or the unit that we offer instead. */
export const isOurs = (request: Put): boolean =>
  (request.direction === 'out') !== Boolean(request.offered_by_lender);

/** Whether it waits for our answer. */
export const isToAnswer = (request: Put & Pick<RequestRow, 'state'>): boolean =>
  request.state === 'offered' && !isOurs(request);

/** Whether it is an offer of the lender's that ended by the lender, or by the service for it. */
export const isTakenBack = (
  request: Partial<Pick<RequestRow, 'offered_by_lender'>> & Pick<RequestRow, 'state' | 'reason'>,
): boolean =>
  Boolean(request.offered_by_lender) &&
  request.state === 'declined' &&
  (request.reason === 'offer_withdrawn' || request.reason === 'no_unit');

/** The other side of it. */
export const otherSide = (
  request: Pick<RequestRow, 'direction' | 'borrower' | 'lender'>,
): string => (request.direction === 'out' ? request.lender : request.borrower);

/** After this long without a receipt somebody has to telephone. */
export const UNDELIVERED_MS = 10_000;

type Waiting = Put & Pick<RequestRow, 'state' | 'requested_at' | 'expires_at' | 'delivered_at'>;

const waits = (request: Waiting, now: number): boolean =>
  request.state === 'offered' && isOurs(request) && now < Date.parse(request.expires_at);

/** Whether nobody's board has what we put, ten seconds after. `now`: server time, ms since 1970. */
export const isUndelivered = (request: Waiting, now: number): boolean =>
  waits(request, now) &&
  request.delivered_at === null &&
  now - Date.parse(request.requested_at) >= UNDELIVERED_MS;

/** Whether half of the time to answer what we put is gone. */
export function isUnanswered(request: Waiting, now: number): boolean {
  const asked = Date.parse(request.requested_at);
  return waits(request, now) && now - asked >= (Date.parse(request.expires_at) - asked) / 2;
}

/** One step of a request: what became of it, when, and by whom where that is a person. */
export interface Step {
  word: string;
  at: string;
  by: string;
}

type Stepped = Put &
  Pick<
    RequestRow,
    | 'state'
    | 'automatic'
    | 'requested_at'
    | 'delivered_at'
    | 'seen_at'
    | 'seen_by'
    | 'seen_by_name'
    | 'answered_at'
    | 'answered_by'
    | 'answered_by_name'
  >;

/** Sent, delivered, seen, answered: what is known of a request so far, in this order. */
export function listSteps(request: Stepped): Step[] {
  const steps = [
    { word: request.offered_by_lender ? 'offered' : 'sent', at: request.requested_at, by: '' },
  ];
  if (request.delivered_at) steps.push({ word: 'delivered', at: request.delivered_at, by: '' });
  if (request.seen_at) {
    const by = request.seen_by_name || request.seen_by || '';
    steps.push({ word: 'seen by', at: request.seen_at, by });
  }
  if (request.answered_at) {
    steps.push({ word: request.state, at: request.answered_at, by: answererOf(request) });
  }
  return steps;
}

/** Who answered; nobody where the agreement did, or the time. */
export function answererOf(
  request: Pick<RequestRow, 'automatic' | 'answered_by' | 'answered_by_name'>,
): string {
  if (request.automatic || request.answered_by === 'service') return '';
  return request.answered_by_name || request.answered_by || '';
}

/** The receipt that this board owes now, null where none. `said`: what it has sent already. */
export function receiptOwed(
  request: Put & Pick<RequestRow, 'id' | 'state' | 'delivered_at' | 'seen_at'>,
  inView: ReadonlySet<string>,
  said: ReadonlySet<string>,
): Stage | null {
  if (!isToAnswer(request)) return null;
  const { id } = request;
  if (inView.has(id) && !request.seen_at && !said.has(receiptKey(id, 'seen'))) return 'seen';
  if (!request.delivered_at && !said.has(receiptKey(id, 'delivered'))) return 'delivered';
  return null;
}

export const receiptKey = (request: string, stage: Stage): string => `${request} ${stage}`;
