/** What is advised and what it is weighed with, exactly as the server sends it. */

import type { EtaBasis, Reason } from './types';

export type CourseName = 'send_own' | 'redirect' | 'ask' | 'hold' | 'nobody';
export type RuleName =
  | 'fastest'
  | 'tie'
  | 'boundary_drop'
  | 'own_kept'
  | 'own_first'
  | 'least_cost'
  | 'call_order'
  | 'plain'
  | 'rollout';
export type ArrivalPart = 'asked' | 'freed' | 'chute' | 'drive' | 'learned';

/** From the decision to the arrival: expected, and what nine in ten are above and below. */
export interface Arrival {
  expected_seconds: number;
  low_seconds: number;
  high_seconds: number;
  basis: string[];
  parts: { code: ArrivalPart; seconds: number }[];
}

export interface Crew {
  on_duty_seconds: number | null;
  busy_seconds_last_12h: number;
  aid_missions_this_shift: number;
  another_first: boolean;
}

/** One unit weighed. Costs are in expected late life-threatening calls; `cost` is the sum of the five. */
export interface UnitFigures {
  arrival_seconds: number;
  later_seconds: number;
  in_target: boolean;
  in_band: boolean;
  cost: number;
  lateness: number;
  cover_loss: number;
  aid_price: number;
  ledger_price: number;
  crew_price: number;
  left_free: number | null;
  left_als: number | null;
  on_duty: number | null;
}

export interface AdviceRow {
  course: CourseName;
  unit: string | null;
  rule: RuleName;
  figures: Record<string, number | string>;
  order: (UnitFigures & { unit: string; home: string })[];
  sentence: string;
}

/** Who would be there sooner if clauses did not hold it back. */
export interface HeldBack {
  unit: string;
  call_sign: string;
  lender: string;
  arrival_seconds: number;
  gain_seconds: number | null;
  reasons: Reason[];
  waiver: { agreement: string; version: number; clause: string } | null;
  sentence: string;
}

export interface OpinionCourse {
  course: CourseName;
  unit: string | null;
  home: string;
  mean: number;
  difference: number;
  standard_error: number;
}

/** What simulated futures say of one recommendation's advice. */
export interface SecondOpinion {
  recommendation: string;
  status: 'given' | 'pending' | 'none';
  because: string;
  advised: { course: CourseName; unit: string | null } | null;
  opinion: { course: CourseName; unit: string | null } | null;
  agrees: boolean | null;
  fallback: string | null;
  courses: OpinionCourse[];
  futures: number | null;
  horizon_seconds: number | null;
  sentence: string;
}

/** What every shown unit has beside its own facts. */
export interface WeighedUnit {
  unit: string;
  lender: string;
  eta_seconds: number | null;
  eta_basis: EtaBasis | null;
  arrival: Arrival | null;
  crew: Crew | null;
  figures: UnitFigures | null;
  sentence: string;
  /** It stands by here already: it is sent on, and nobody is asked. */
  stands_by?: boolean;
}
