import { codeName } from '../words/names';
import type { LedgerAnswer, LedgerFigures } from './types';

const OUTCOMES = ['accepted', 'declined', 'expired', 'withdrawn', 'open'];

/** One direction of one pair, in the words of the page. */
export interface PairLine {
  lender: string;
  borrower: string;
  /** The one of the two that is not the reader. */
  partner: string;
  requests: number;
  outcomes: string;
  loans: number;
  unitHours: string;
  cost: string;
}

export const hoursWords = (seconds: number): string => (seconds / 3600).toFixed(2);

/** "450.00 USD", several currencies one after the other; an estimate is marked. */
export function costWords(charges: LedgerFigures['charges']): string {
  const said = charges.map(
    ({ cents, currency, estimate }) =>
      `${estimate ? '≈ ' : ''}${(cents / 100).toFixed(2)} ${currency}`,
  );
  return said.join(', ') || '–';
}

/** What became of the requests, but for what never happened. */
export function outcomeWords(figures: LedgerFigures): string {
  const counts = figures as unknown as Record<string, unknown>;
  return (
    OUTCOMES.filter((name) => Number(counts[name]) > 0)
      .map((name) => `${String(counts[name])} ${name}`)
      .join(', ') || '–'
  );
}

export function pairLines(answer: LedgerAnswer, home: string): PairLine[] {
  return answer.pairs.map(({ lender, borrower, figures }) => ({
    lender,
    borrower,
    partner: lender === home ? borrower : lender,
    requests: figures.requests,
    outcomes: outcomeWords(figures),
    loans: figures.loans,
    unitHours: hoursWords(figures.unit_seconds),
    cost: costWords(figures.charges),
  }));
}

/** Why a request came to nothing. */
export const unfilledWords = (outcome: string, reason: string | null): string =>
  reason ? `${codeName(outcome)}: ${codeName(reason)}` : codeName(outcome);
