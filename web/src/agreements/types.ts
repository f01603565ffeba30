/**
 * What the agreements page reads and sends, by the names that it uses. Times are RFC 3339 with `Z`; ids
 * are text. Agreements come from the server's classes; its reports have none yet.
 */

import type * as wire from '../wire/generated';

export type {
  ActRow,
  AgreementState,
  CheckErrorRow as CheckError,
  CheckRow as CheckAnswer,
  DiffRow as DiffAnswer,
  FieldKind,
  FieldRow as FieldInfo,
  FindingRow as Finding,
  FormRow as FormInfo,
  KindRow as KindInfo,
  SignatureRow,
  Step,
  TemplateRow as TemplateInfo,
  TermDiffRow as DiffRow,
  VersionRow,
  WayRow as Way,
} from '../wire/generated';

type Detail = 'text' | 'recorded_at' | 'versions';

/** A row of the list, or the same with its exact text and all versions. */
export interface AgreementRow
  extends Omit<wire.AgreementRow, 'clauses'>, Partial<Pick<wire.AgreementDetailRow, Detail>> {
  clauses: ClauseDoc[];
}

export interface ClauseDoc {
  id: string;
  type: string;
  [field: string]: unknown;
}

/** The JSON twin of an agreement's YAML, without signatures. */
export interface AgreementDoc {
  id: string;
  title: string;
  version: number;
  kind: wire.AgreementKind;
  scope: wire.Scope;
  time_zone: string;
  parties: string[];
  directions: 'reciprocal' | wire.WayRow[];
  effective_from: string;
  effective_to: string | null;
  clauses: ClauseDoc[];
}

export interface Measure {
  code: string;
  title: string;
  unit: string;
  party: string | null;
  before: number | null;
  after: number | null;
  change: number | null;
  low: number | null;
  high: number | null;
  better: 'up' | 'down' | string;
}

export interface WhatIfResult {
  policy: string;
  window: { from: string; to: string; source: string; calls: number; seed: number };
  measures: Measure[];
  assumptions?: string[];
  text: string;
}

export interface WhatIfJob {
  state: 'running' | 'done' | 'cancelled' | 'failed';
  done: number;
  total: number;
  result?: WhatIfResult | null;
  because?: string;
}

export interface GapMap {
  time_zone: string;
  /** Whether every hour could be judged. */
  complete: boolean;
  rows: { unit_type: string; partners: number[] }[];
  summary: string[];
}

export interface LedgerFigures {
  requests: number;
  loans: number;
  unit_seconds: number;
  charges: { cents: number; currency: string; estimate: boolean }[];
}

export interface LedgerAnswer {
  month: string;
  pairs: { lender: string; borrower: string; figures: LedgerFigures }[];
  alerts: { agreement: string; clause: string | null; sentence: string }[];
  unfilled: {
    lender: string;
    borrower: string;
    unit_type: string | null;
    incident_number: string | null;
    asked_at: string;
    outcome: string;
    reason: string | null;
  }[];
}
