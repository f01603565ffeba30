/** Rows and frames exactly as the server sends them. Times are RFC 3339 with `Z`; ids are text. */

import type { AdviceRow, HeldBack, WeighedUnit } from './advice';
import type { Capability, CoverLevel, OverrideRow, PreAlertRow } from './cover';
import type { ClosureRow, Duty, WaiverRow } from './standing';

export type UnitStatus =
  | 'off_duty'
  | 'out_of_service'
  | 'available'
  | 'available_delayed'
  | 'dispatched'
  | 'en_route'
  | 'on_scene'
  | 'transporting'
  | 'at_hospital'
  | 'unknown';

export type UnitType =
  | 'als_ambulance'
  | 'bls_ambulance'
  | 'critical_care_ambulance'
  | 'als_nontransport'
  | 'bls_nontransport'
  | 'supervisor'
  | 'multi_patient'
  | 'air_rotor';

export type Priority = 'critical' | 'emergent' | 'lower_acuity' | 'non_acute';
export type Freshness = 'fresh' | 'ageing' | 'stale' | 'lost';
export type RequestState = 'offered' | 'accepted' | 'declined' | 'expired' | 'withdrawn';
export type AssignmentState =
  'dispatched' | 'en_route' | 'on_scene' | 'transporting' | 'at_hospital' | 'returning' | 'ended';
/** Whether a unit is asked for a call, or to stand by in an emptied area. */
export type Purpose = 'incident' | 'standby';
export type CoverState = 'green' | 'amber' | 'red';
export type Role = 'dispatcher' | 'supervisor' | 'admin' | 'analyst' | 'feed' | 'service';
export type EtaBasis = 'road' | 'straight_line' | 'unreachable';

export interface Need {
  unit_type: UnitType;
  count: number;
}

export interface UnitRow {
  id: string;
  call_sign: string;
  jurisdiction: string;
  unit_type: UnitType;
  capabilities: string[];
  status: UnitStatus;
  changed_at: string | null;
  reported_at: string | null;
  lon: number | null;
  lat: number | null;
  position_at: string | null;
  /** null: an agreement withholds the position. */
  coarse: boolean | null;
  incident: string | null;
  lent_to: string | null;
  version: number;
  own: boolean;
}

export interface IncidentRow {
  id: string;
  number: string;
  jurisdiction: string;
  lon: number;
  lat: number;
  priority: Priority;
  nature: string;
  needs: Need[];
  address: string;
  note: string;
  opened_at: string;
  closed_at?: string | null;
  state: 'active' | 'closed' | 'cancelled';
  version: number;
  own: boolean;
  assigned: string[];
  purpose?: Purpose;
  entries?: number;
}

export interface RequestRow {
  id: string;
  direction: 'in' | 'out';
  incident: string;
  incident_number: string;
  unit: string;
  borrower: string;
  lender: string;
  agreement: string;
  agreement_version: number;
  clauses: string[];
  automatic: boolean;
  may_decline: boolean;
  eta_seconds: number | null;
  eta_basis: EtaBasis;
  keeps: number;
  floor: number;
  requested_at: string;
  expires_at: string;
  state: RequestState;
  answered_at: string | null;
  answered_by: string | null;
  reason: string | null;
  attempt: number;
  version: number;
  priority: Priority;
  /** null: the agreement withholds it until the unit is lent. */
  nature: string | null;
  lon: number | null;
  lat: number | null;
  on_no_answer: 'next_candidate' | 'nothing';
  /** After a refusal, for the borrower: somebody else was asked, or nobody is left to ask now. */
  next: 'asked' | 'none' | null;
  purpose?: Purpose;
  /** For the lender: what it should think of before it says yes. */
  warnings?: { code: string; sentence: string }[];
}

export interface AssignmentRow {
  id: string;
  incident: string;
  incident_number: string;
  unit: string;
  home: string;
  borrower: string;
  lent: boolean;
  request: string | null;
  agreement: string | null;
  agreement_version: number | null;
  state: AssignmentState;
  assigned_at: string;
  changed_at: string | null;
  ended_at: string | null;
  recalled_at: string | null;
  recall_due: string | null;
  recall_reason: string | null;
  extended_until: string | null;
  confirmed_at: string | null;
  duties: Duty[];
  purpose?: Purpose;
  version: number;
}

export type Figures = Record<string, number | string>;

export interface CoverRow {
  jurisdiction: string;
  state: CoverState;
  free: number;
  /** Of `free`, neighbours' that stand by there. */
  lent?: number;
  total: number;
  /** null for a partner's cover: how many calls wait there is not ours to know. */
  pending: number | null;
  reasons: CoverReason[];
  /** null for a partner's: how it stands per capability, and what was set by hand. */
  levels: Partial<Record<Capability, CoverLevel>> | null;
  override: OverrideRow | null;
}

export interface CoverReason {
  code: string;
  figures: Figures;
  sentence?: string;
}

export interface Me {
  person: string;
  role: Role;
  jurisdiction: string | null;
}

interface Rows {
  units: UnitRow[];
  incidents: IncidentRow[];
  requests: RequestRow[];
  assignments: AssignmentRow[];
  covers: CoverRow[];
  closures: ClosureRow[];
  waivers: WaiverRow[];
  pre_alerts: PreAlertRow[];
}

export interface SnapshotFrame extends Rows {
  type: 'snapshot';
  epoch: string;
  seq: number;
  now: string;
  me: Me;
}

export type GoneKind =
  'unit' | 'incident' | 'request' | 'assignment' | 'cover' | 'closure' | 'waiver' | 'pre_alert';

export interface DeltaFrame extends Partial<Rows> {
  type: 'delta';
  epoch?: string;
  seq: number;
  now: string;
  gone?: { kind: GoneKind; id: string }[];
}

/** unit id, lon, lat, time of the fix in ms since 1970, freshness at the time of sending */
export type PositionEntry = [string, number, number, number, Freshness];

export interface PositionsFrame {
  type: 'positions';
  now: string;
  rows: PositionEntry[];
}

export interface BeatFrame {
  type: 'beat';
  now: string;
  seq: number;
}

export type Frame = SnapshotFrame | DeltaFrame | PositionsFrame | BeatFrame;

export interface Person {
  id: string;
  display_name: string;
  role: Role;
  jurisdiction: string | null;
}

export interface SignedIn {
  person: Person;
  csrf: string;
  demo: boolean;
}

export interface JurisdictionInfo {
  id: string;
  name: string;
  kind: string;
  agency_name: string;
  telephone: string;
  time_zone: string;
}

export interface Place {
  id: string;
  name: string;
  lon: number;
  lat: number;
  jurisdiction?: string;
}

export interface Nature {
  name: string;
  priority?: Priority;
  need?: UnitType;
}

/** What a stranger may know: which region this is, and whether it is made up. */
export interface RegionLabel {
  name: string;
  fictional: boolean;
  sample_fleet: boolean;
}

export interface RegionInfo {
  name: string;
  fictional: boolean;
  sample_fleet: boolean;
  attribution: string[];
  time_zone: string;
  centre: [number, number];
  bbox: [number, number, number, number];
  roads_as_of: string | null;
  notes: string[];
  jurisdictions: JurisdictionInfo[];
  hospitals: Place[];
  stations: Place[];
  natures: (Nature | string)[];
}

export interface PermitFacts {
  agreement: string;
  version: number;
  title: string;
  kind: 'automatic' | 'mutual' | 'contractual';
  clauses: string[];
  may_decline: boolean;
  answer_seconds: number;
  automatic: boolean;
}

export interface Candidate extends WeighedUnit {
  call_sign: string;
  unit_type: UnitType;
  eta_seconds: number;
  eta_basis: EtaBasis;
  position_age_seconds: number | null;
  position_basis: 'fix' | 'station' | 'post' | 'to_post';
  freshness?: Freshness;
  permit: PermitFacts;
  keeps: number | null;
  floor: number | null;
  gain_seconds: number | null;
  /** lon, lat of the way, where the server computed it. */
  route?: [number, number][];
}

/**
 * An own unit, free or committed. `eta_seconds` includes `free_in_seconds`; both are an `estimate`
 * unless the unit is free. `promised` units are on offer to a neighbour.
 */
export interface OwnUnit extends WeighedUnit {
  call_sign: string;
  unit_type: UnitType;
  status: UnitStatus;
  position_age_seconds: number | null;
  position_basis: 'fix' | 'station' | 'post' | 'to_post';
  free_in_seconds: number;
  estimate: boolean;
  promised: boolean;
  permit: null;
  route?: [number, number][];
}

export interface Reason {
  code: string;
  clause: string | null;
  agreement: string | null;
  version: number | null;
  figures: Figures;
  sentence?: string;
}

export interface RefusedUnit {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  eta_seconds: number | null;
  eta_basis: EtaBasis | null;
  reasons: Reason[];
}

export interface Recommendation {
  id: string;
  incident: string;
  made_at: string;
  need?: UnitType | Need;
  picture: Record<string, unknown>;
  degraded: string[];
  own: OwnUnit[];
  candidates: Candidate[];
  refusals: RefusedUnit[];
  advice: AdviceRow;
  counterfactual: HeldBack | null;
}

export interface NewIncident {
  lon: number;
  lat: number;
  priority: Priority;
  nature: string;
  needs: Need[];
  address?: string;
  note?: string;
  jurisdiction?: string;
}

export interface Clause {
  id: string;
  type: string;
  [term: string]: unknown;
}

export interface AgreementInfo {
  id: string;
  title: string;
  version: number;
  kind: string;
  state?: string;
  parties: string[];
  directions?: 'reciprocal' | { lender: string; borrower: string }[];
  effective_from: string;
  effective_to: string | null;
  clauses: Clause[];
  signatures: { party: string; by: string; signed_at: string }[];
  text_sha256?: string;
}
