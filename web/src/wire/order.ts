/** Orders for many units, exactly as the server sends them. */

import type { Candidate, Need, Reason, RefusedUnit, RequestRow, UnitType } from './types';

export interface OrderAsk {
  needs: Need[];
  staging?: { lon: number; lat: number };
  alarm_level?: number;
}

/** A unit to ask for: a candidate, the need that it meets, and its wave from 1. */
export interface Pick extends Candidate {
  meets: UnitType;
  wave: number;
}

export interface LenderShare {
  lender: string;
  sends: number;
  free_before: number;
  keeps: number;
  late_calls: number;
}

export type Lack =
  'floor' | 'cap' | 'terms' | 'too_far' | 'busy' | 'crew' | 'no_agreement' | 'no_unit';

export interface Missing {
  need: UnitType;
  lack: Lack;
  unit: RefusedUnit | null;
  figures: Record<string, number | string>;
}

export interface PlanFigures {
  units: number;
  mean_eta_seconds: number | null;
  last_eta_seconds: number | null;
  late_calls: number;
  cost: number;
}

export interface AidPlan {
  id: string;
  incident: string;
  made_at: string;
  order: {
    needs: Need[];
    alarm_level: number | null;
    card: string | null;
  };
  plan: {
    picks: Pick[];
    lenders: LenderShare[];
    missing: Missing[];
    figures: PlanFigures;
  };
  degraded: string[];
  status: 'greedy' | 'exact' | 'same';
  because: string;
  /** The exact answer may still come. */
  pending: boolean;
  compared: { greedy: PlanFigures; exact: PlanFigures | null };
}

export interface NotAsked {
  unit: string;
  call_sign: string;
  lender: string;
  code: string;
  details: { reasons?: Reason[]; holder?: string };
}

export interface AidPlanSent {
  id: string;
  incident: string;
  answer: string;
  requests: RequestRow[];
  /** Units that stood by and were sent on: nobody was asked for them. */
  redirected: { unit: string }[];
  refused: NotAsked[];
}
