/** Cover per capability, what people set by hand, and what partners tell each other; as the server sends it. */

import type { CoverReason, CoverState } from './types';

export type Capability = 'any' | 'als';

export interface CoverLevel {
  state: CoverState;
  free: number;
  /** Of `free`, neighbours' that stand by here; they are in `total` too. */
  lent?: number;
  total: number;
  /** Of `total`, those without word. */
  silent: number;
  pending: number;
  /** The chance of level zero within the agency's horizon, null where nothing is forecast. */
  percent: number | null;
  reasons: CoverReason[];
}

/** A person's word on cover, until `ends_at`. */
export interface OverrideRow {
  id: string;
  jurisdiction: string;
  state: CoverState;
  reason: string;
  by: string;
  begins_at: string;
  ends_at: string;
}

/** A partner runs low and says so; it asks for nothing and goes away by itself. */
export interface PreAlertRow {
  id: string;
  jurisdiction: string;
  to: string[];
  state: CoverState;
  free: number;
  total: number;
  percent: number | null;
  minutes: number;
  note: string;
  sentence: string;
  sent_by: string;
  sent_at: string;
  expires_at: string;
  acknowledged: string[];
}
