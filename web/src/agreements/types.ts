/** What the agreements page reads and sends. Times are RFC 3339 with `Z`; ids are text. */

export type FieldKind =
  | 'text'
  | 'long_text'
  | 'whole'
  | 'flag'
  | 'choice'
  | 'choices'
  | 'party'
  | 'parties'
  | 'words'
  | 'agreements'
  | 'dates'
  | 'windows'
  | 'area'
  | 'currency';

/** One field of a clause, as the parser has it: the form holds no rule of its own. */
export interface FieldInfo {
  name: string;
  kind: FieldKind;
  title: string;
  help: string;
  required: boolean;
  unit: string;
  at_least: number;
  at_most: number;
  choices: string[];
  /** What the text means where the field is left out. */
  default?: unknown;
}

export interface KindInfo {
  type: string;
  title: string;
  help: string;
  row: number;
  group: string;
  enforced_by: string;
  single: boolean;
  fields: FieldInfo[];
}

export interface FormInfo {
  groups: { group: string; title: string }[];
  kinds: KindInfo[];
  agreement_kinds: string[];
  scopes: string[];
  jurisdictions: { id: string; name: string }[];
}

export interface ClauseDoc {
  id: string;
  type: string;
  [field: string]: unknown;
}

export interface Way {
  lender: string;
  borrower: string;
}

/** The JSON twin of an agreement's YAML, without signatures. */
export interface AgreementDoc {
  id: string;
  title: string;
  version: number;
  kind: string;
  scope: string;
  time_zone: string;
  parties: string[];
  directions: 'reciprocal' | Way[];
  effective_from: string;
  effective_to: string | null;
  clauses: ClauseDoc[];
}

export type AgreementState =
  | 'draft'
  | 'proposed'
  | 'rejected'
  | 'withdrawn'
  | 'not_yet_effective'
  | 'active'
  | 'suspended'
  | 'notice_given'
  | 'superseded'
  | 'expired'
  | 'terminated';

export type Step =
  | 'edit'
  | 'propose'
  | 'sign'
  | 'reject'
  | 'withdraw'
  | 'suspend'
  | 'resume'
  | 'notice'
  | 'terminate'
  | 'discard';

export interface SignatureRow {
  party: string;
  by: string;
  signed_at: string;
  terms_sha256?: string | null;
}

export interface ActRow {
  kind: string;
  party: string;
  by: string;
  at: string;
  reason: string;
  ends_at: string | null;
}

export interface VersionRow {
  version: number;
  state: AgreementState;
  terms_sha256: string;
  recorded_at: string;
}

export interface AgreementRow extends AgreementDoc {
  state: AgreementState;
  revision: number;
  drafted_by: string | null;
  mine: boolean;
  terms_sha256: string;
  missing_signatures: string[];
  signatures: SignatureRow[];
  acts: ActRow[];
  ends_at: string | null;
  /** The version that binds now; null: none. */
  in_force: number | null;
  replaced: boolean;
  /** What this caller may do with it now. */
  steps: Step[];
  text?: string;
  versions?: VersionRow[];
}

export interface CheckError {
  path: string;
  line: number | null;
  because: string;
}

export interface CheckAnswer {
  ok: boolean;
  errors: CheckError[];
  text: string | null;
  terms_sha256: string | null;
  sentences: Record<string, string>;
}

export interface Finding {
  code: string;
  severity: 'error' | 'warning' | 'note';
  agreement: string | null;
  version: number | null;
  clause: string | null;
  path: string | null;
  sentence: string;
  remedy: string;
  figures?: Record<string, unknown>;
}

export interface DiffRow {
  path: string;
  title: string;
  clause: string | null;
  before: string | null;
  after: string | null;
  change: 'same' | 'changed' | 'added' | 'removed';
  words: boolean;
}

export interface DiffAnswer {
  from: number;
  to: number;
  rows: DiffRow[];
}

export interface TemplateInfo {
  template: string;
  title: string;
  help: string;
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
