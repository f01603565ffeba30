/** Standing by: what is proposed and what was asked, exactly as the server sends it. */

import type { AssignmentRow, IncidentRow, RequestRow, UnitType } from './types';

export interface StandbyPlace {
  post: string | null;
  name: string;
  lon: number | null;
  lat: number | null;
}

/** Gain, cost and net in late life-threatening calls of the next hour. */
export interface StandbyStep {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  own: boolean;
  from: StandbyPlace;
  to: StandbyPlace;
  travel_seconds: number;
  gain: number;
  cost: number;
  net: number;
  keeps: number;
}

/** Who comes to the lender meanwhile, so that it is not short itself. */
export interface Backfill extends StandbyStep {
  borrower: string;
  lender_loses: number;
  sentence: string;
}

export interface StandbyMove extends StandbyStep {
  ends: {
    ends_at_free: number;
    lender_keeps: number;
    longest_minutes: number;
    sentence: string;
  };
  opinion: {
    verdict: 'pays' | 'does_not_pay' | 'undecided' | 'not_played';
    gain: number | null;
    standard_error: number | null;
    sentence: string;
  };
  backfill: Backfill | null;
  sentence: string;
}

export interface StandbyProposals {
  id: string | null;
  jurisdiction: string;
  made_at: string;
  because: string;
  sentence: string;
  moves: StandbyMove[];
  move_ups: StandbyMove[];
  /** The moves to make if several are made, in order. */
  together: StandbyStep[];
}

export interface Posting {
  unit: string;
  post: string | { lon: number; lat: number };
}

export interface StandbyAsk extends Posting {
  proposal?: string;
  backfill?: Posting;
}

export interface StandbyAsked {
  incident: IncidentRow;
  request: RequestRow | null;
  assignment: AssignmentRow | null;
  backfill: { unit: string; lender: string; borrower: string } | null;
}
