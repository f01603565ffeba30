/**
 * Made from the server's classes (`dispatch/api/wire.py`); never changed by hand.
 *
 * `python -m dispatch.api.typescript > web/src/wire/generated.ts` writes it again. Times are RFC 3339
 * with `Z`; ids are text. A row may grow: what is not here is ignored.
 */

/** What a party can do about an agreement, beside signing it. */
export type ActKind =
  'proposed' | 'rejected' | 'withdrawn' | 'suspended' | 'resumed' | 'notice_given' | 'terminated';

/** What a party did; `ends_at`: when a suspension is over, or from when a notice ends it. */
export interface ActRow {
  kind: ActKind;
  party: string;
  by: string;
  at: string;
  reason: string;
  ends_at: string | null;
}

/** Why another unit was chosen than the advised one, as it is on record. */
export interface AdviceOverrideRow {
  incident: string;
  recommendation: string;
  advised: string;
  unit: string;
  reason: OverrideReason;
  said_at: string;
}

/** What is advised, by which rule, and all that could come in the order advised. */
export interface AdviceRow {
  course: Course;
  unit: string | null;
  rule: Rule;
  figures: Record<string, number | string>;
  order: OrderedUnitRow[];
  sentence: string;
}

/** What to doubt. */
export type Affected =
  'commands' | 'arrivals' | 'requests' | 'units' | 'board' | 'cover' | 'orders' | 'opinions';

/** The same with the exact text that is signed, and every version. */
export interface AgreementDetailRow {
  id: string;
  title: string;
  version: number;
  kind: AgreementKind;
  scope: Scope;
  time_zone: string;
  parties: string[];
  directions: 'reciprocal' | WayRow[];
  effective_from: string;
  effective_to: string | null;
  clauses: ClauseRow[];
  automatic: boolean;
  may_decline: boolean;
  answer_seconds: number;
  state: AgreementState;
  revision: number | null;
  drafted_by: string | null;
  mine: boolean;
  terms_sha256: string;
  text_sha256: string;
  missing_signatures: string[];
  signatures: SignatureRow[];
  acts: ActRow[];
  ends_at: string | null;
  /** The version that binds now. */
  in_force: number | null;
  replaced: boolean;
  /** What this caller may do with it now. */
  steps: Step[];
  text: string;
  recorded_at: string;
  versions: VersionRow[];
}

/** How aid is given (NFPA 1710 "automatic aid" and "mutual aid"; NERIS adds contractual). */
export type AgreementKind = 'automatic' | 'contractual' | 'mutual' | 'standby';

/** One version of an agreement, named as in its YAML, with where it stands now. */
export interface AgreementRow {
  id: string;
  title: string;
  version: number;
  kind: AgreementKind;
  scope: Scope;
  time_zone: string;
  parties: string[];
  directions: 'reciprocal' | WayRow[];
  effective_from: string;
  effective_to: string | null;
  clauses: ClauseRow[];
  automatic: boolean;
  may_decline: boolean;
  answer_seconds: number;
  state: AgreementState;
  revision: number | null;
  drafted_by: string | null;
  mine: boolean;
  terms_sha256: string;
  text_sha256: string;
  missing_signatures: string[];
  signatures: SignatureRow[];
  acts: ActRow[];
  ends_at: string | null;
  /** The version that binds now. */
  in_force: number | null;
  replaced: boolean;
  /** What this caller may do with it now. */
  steps: Step[];
}

/** Where one version of an agreement stands as a whole. */
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

/** What put the first before the other. */
export type AheadCode =
  | 'sooner'
  | 'cheaper'
  | 'out_of_band'
  | 'own_first'
  | 'own_in_target'
  | 'own_kept'
  | 'free_now'
  | 'worth_waiting'
  | 'call_order'
  | 'futures'
  | 'equal';

/** The advised unit, and why it stands before the one that was asked about. */
export interface AheadRow {
  unit: string;
  home: string;
  code: AheadCode;
  figures: Record<string, number | string>;
  sentence: string;
}

/** How many units of what, or the alarm level of a run card; where they report, if not at the scene. */
export interface AidPlanBody {
  needs?: NeedBody[];
  staging?: PointBody | null;
  alarm_level?: number | null;
  card?: string | null;
}

/** An order for many units and its answer. */
export interface AidPlanRow {
  id: string;
  incident: string;
  made_at: string;
  order: OrderRow;
  plan: PlanRow;
  degraded: Degraded[];
  status: 'greedy' | 'exact' | 'same';
  because: string;
  /** The exact answer may still come. */
  pending: boolean;
  compared: ComparedRow;
}

/** The requests that were made, the new assignments of units that stood by, and who could not be had. */
export interface AidPlanSentRow {
  id: string;
  incident: string;
  answer: 'closest_first' | 'exact';
  requests: RequestRow[];
  redirected: AssignmentRow[];
  refused: NotAskedRow[];
}

/** What an arrival is made of, in the order in which it happens. */
export type ArrivalPart = 'asked' | 'freed' | 'chute' | 'drive' | 'learned';

/** One stretch of an arrival. */
export interface ArrivalPartRow {
  code: ArrivalPart;
  seconds: number;
}

/** From the decision to the arrival: expected, and what nine in ten are above and below. */
export interface ArrivalRow {
  expected_seconds: number;
  low_seconds: number;
  high_seconds: number;
  /** How the way was found, where it begins, and `learned` where a correction is in it. */
  basis: string[];
  parts: ArrivalPartRow[];
}

/** A unit committed to an incident. */
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
  recall_reason: string;
  extended_until: string | null;
  confirmed_at: string | null;
  duties: DutyRow[];
  version: number;
  purpose: Purpose;
}

/** Where a committed unit stands; `ended` is final and frees the unit. */
export type AssignmentState =
  'dispatched' | 'en_route' | 'on_scene' | 'transporting' | 'at_hospital' | 'returning' | 'ended';

/** A third was asked in the same breath: its question is between the two others. */
export interface BackfillAskedRow {
  unit: string;
  lender: string;
  borrower: string;
}

/** Who comes to the lender meanwhile; what the two others have agreed is not in it. */
export interface BackfillRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  own: boolean;
  from: StandbyPlaceRow;
  to: StandbyPlaceRow;
  travel_seconds: number;
  gain: number;
  cost: number;
  net: number;
  /** Free units of the kind that its home has left. */
  keeps: number;
  borrower: string;
  lender_loses: number;
  sentence: string;
}

/** Every two seconds, so that silence means trouble. */
export interface BeatFrame {
  type: 'beat';
  now: string;
  seq: number;
  /**
   * Of each feed that is seen: its id, when it was heard and its newest fix (ms since 1970; null: never, or
   * withheld), for how many units it speaks, how many of those in service have an old position, and after how
   * many seconds without a word it is silent.
   */
  feeds?: [string, number | null, number | null, number, number | null, number][] | null;
}

/** What is counted: every ground ambulance, or only those with advanced life support. */
export type Capability = 'any' | 'als';

/** What became of a term. */
export type Change = 'same' | 'changed' | 'added' | 'removed';

/** What the computer cannot read; `line` from 1 where known. */
export interface CheckErrorRow {
  path: string;
  line: number | null;
  because: string;
}

/** What the computer reads in a text; `sentences` by clause. */
export interface CheckRow {
  ok: boolean;
  errors: CheckErrorRow[];
  text: string;
  terms_sha256: string | null;
  sentences: Record<string, string>;
}

/** Why this agreement speaks where several would permit. */
export type ChosenBecause = 'only' | 'rank' | 'kind' | 'newest' | 'id';

/** What a person has set; an absent key is the default. The bounds are in `model/preferences`. */
export interface ChosenRow {
  theme?: 'dark' | 'light' | 'system' | null;
  font_percent?: number | null;
  panel_font_percent?: Record<string, number> | null;
  sound?: 'all' | 'high' | null;
  volume_percent?: number | null;
  single_keys?: boolean | null;
  unit_columns?: ('unit' | 'level' | 'agency' | 'status' | 'time' | 'incident' | 'age')[] | null;
  hold_sort?: ('units' | 'incidents')[] | null;
}

/** A clause with its terms, named as in the agreement's text. */
export interface ClauseRow {
  id: string;
  type: string;
  sentence: string;
  [name: string]: unknown;
}

/** A party that lends nothing for a while; without `ends_at` until it opens again. */
export interface ClosureRow {
  id: string;
  jurisdiction: string;
  reason: string;
  by: string;
  begins_at: string;
  ends_at: string | null;
}

/** The closest-first plan beside the exact model's. */
export interface ComparedRow {
  greedy: PlanFiguresRow;
  exact: PlanFiguresRow | null;
}

/** What is advised. */
export type Course = 'send_own' | 'redirect' | 'ask' | 'hold' | 'nobody';

/** What one course costs in the mean of all futures, in weighted late calls. */
export interface CoursePlayedRow {
  course: Course;
  unit: string;
  home: string;
  mean: number;
  difference: number;
  standard_error: number;
}

/** A course and the unit that it is about. */
export interface CourseRow {
  course: Course | null;
  unit: string | null;
}

/** The rules, red ones first, then amber ones, then what keeps a state or overrules it. */
export type CoverCode =
  | 'level_zero'
  | 'pending_exceeds_free'
  | 'pending_too_long'
  | 'neighbour_faster'
  | 'below_own_red'
  | 'last_unit'
  | 'at_floor'
  | 'below_own_amber'
  | 'running_out'
  | 'surge'
  | 'not_calm'
  | 'settling'
  | 'overridden';

/** How it stands for one capability. */
export interface CoverLevelRow {
  state: CoverState;
  free: number;
  /** Of `free`, neighbours' that stand by here; they are in `total` too. */
  lent: number;
  total: number;
  /** Of `total`, those without word. */
  silent: number;
  pending: number;
  /** The chance of level zero within the agency's horizon; null: nothing is forecast. */
  percent: number | null;
  reasons: CoverReasonRow[];
}

/** One rule that holds, with its figures. */
export interface CoverReasonRow {
  code: CoverCode;
  figures: Record<string, number | string>;
  sentence: string;
}

/** How well a jurisdiction is covered; a partner sees the state and the units. */
export interface CoverRow {
  jurisdiction: string;
  state: CoverState;
  free: number;
  /** Of `free`, neighbours' that stand by there. */
  lent: number;
  total: number;
  /** null for a partner's cover: how many calls wait there is not ours to know. */
  pending: number | null;
  reasons: CoverReasonRow[];
  /** null for a partner's; a capability that the fleet does not have is not in it. */
  levels: Partial<Record<Capability, CoverLevelRow>> | null;
  override: OverrideRow | null;
}

/** Whether a jurisdiction needs aid: not (green), soon (amber), now (red). */
export type CoverState = 'green' | 'amber' | 'red';

/** What is known of a neighbour's crew. */
export interface CrewRow {
  on_duty_seconds: number | null;
  busy_seconds_last_12h: number;
  aid_missions_this_shift: number;
  price: number;
  /** It has done its part: another that does as well goes before it. */
  another_first: boolean;
}

/** Why a lender said no (EDXL-RM leaves the list to the parties; this is ours). */
export type DeclineReason =
  'no_unit' | 'coverage_floor' | 'capability' | 'weather' | 'crew_fatigue' | 'other';

/** What was not as it should be when the units shown were ranked. */
export type Degraded =
  | 'straight_line'
  | 'stale_positions'
  | 'station_positions'
  | 'post_positions'
  | 'cover_figures_not_ready';

/** What the service lacks, since when, and what to doubt for it. */
export interface DegradedRow {
  code: Loss;
  sentence: string;
  affects: Affected[];
  since: string;
}

/** What has changed since the frame before. */
export interface DeltaFrame {
  units: UnitRow[];
  incidents: IncidentRow[];
  requests: RequestRow[];
  assignments: AssignmentRow[];
  covers: CoverRow[];
  closures: ClosureRow[];
  waivers: WaiverRow[];
  pre_alerts: PreAlertRow[];
  feeds: FeedRow[];
  service: ServiceRow[];
  type: 'delta';
  seq: number;
  now: string;
  gone: GoneRow[];
}

/** Two versions, term by term. */
export interface DiffRow {
  from: number;
  to: number;
  rows: TermDiffRow[];
}

/** What is asked. */
export type DutyCode =
  | 'written_confirmation'
  | 'duration_over'
  | 'handover'
  | 'free_hours_over'
  | 'recall'
  | 'stand_down';

/** What a loan asks for, from when on, and how near that is. */
export interface DutyRow {
  code: DutyCode;
  due_at: string;
  state: DutyState;
  /** Why a unit that stands by may go home. */
  because?: StandbyEnd | null;
  /** The same in words. */
  sentence?: string | null;
}

/** How near it is. */
export type DutyState = 'upcoming' | 'due' | 'overdue';

/** Where a clause has its consequence. */
export type Enforcer = 'recommender' | 'request' | 'timer' | 'ledger' | 'linter' | 'people';

/** A journal entry of an incident; a personal value that was redacted is not there. */
export interface EntryRow {
  seq: number;
  type: string;
  actor: string;
  role: string;
  jurisdiction: string | null;
  occurred_at: string;
  recorded_at: string;
  body: Record<string, unknown>;
  personal: Record<string, string>;
}

/** How a travel time was found. */
export type EtaBasis = 'road' | 'straight_line' | 'unreachable';

/** Why no course is favoured: the opinion is plain closest, or what is advised where undecided. */
export type Fallback = 'deadline' | 'error' | 'too_few_futures' | 'undecided';

/** A feed with its figures as of now. */
export interface FeedHealthRow {
  id: string;
  name: string;
  jurisdiction: string;
  own: boolean;
  /** `stale`: it is heard, but most of its units' positions are old. */
  state: FeedState;
  /** When the state began. */
  since: string;
  /** False: an agreement withholds the positions, so how old they are is null. */
  shows_fixes: boolean;
  stale_after_seconds: number | null;
  /** Null: not since the service started. */
  heard_at: string | null;
  /** By the fix's own time; null for a feed that sends no positions. */
  newest_fix_at: string | null;
  /** For so many it speaks. */
  units: number;
  /** Of those in service, so many have an old position. */
  stale_units: number | null;
  silent_after_seconds: number;
}

/** A feed as a board shows it; what changes with every report comes with the beat. */
export interface FeedRow {
  id: string;
  name: string;
  jurisdiction: string;
  own: boolean;
  /** `stale`: it is heard, but most of its units' positions are old. */
  state: FeedState;
  /** When the state began. */
  since: string;
  /** False: an agreement withholds the positions, so how old they are is null. */
  shows_fixes: boolean;
  stale_after_seconds: number | null;
}

/** From a feed to act on down to one that says nothing. */
export type FeedState = 'live' | 'stale' | 'silent';

/** How a field is entered and written. */
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

/** One field of a clause, as the parser has it; `default`: what the text means without it. */
export interface FieldRow {
  name: string;
  kind: FieldKind;
  title: string;
  help: string;
  required: boolean;
  unit: string;
  at_least: number;
  at_most: number;
  choices: string[];
  default: unknown;
}

/** Everything that the linter can say, in the order in which it is reported at one place. */
export type FindingCode =
  | 'cover_duty_unmet'
  | 'no_backup'
  | 'no_backup_hours'
  | 'no_backup_priority'
  | 'no_backup_zone'
  | 'no_backup_nature'
  | 'circular_reliance'
  | 'promised_twice'
  | 'automatic_twice'
  | 'precedence_tie'
  | 'overlap_same_rank'
  | 'supersedes_unknown'
  | 'supersedes_cycle'
  | 'ended_already'
  | 'expires_within_notice'
  | 'term_shorter_than_notice'
  | 'ends_soon'
  | 'review_due'
  | 'renewal_without_end'
  | 'unsigned_for_long'
  | 'title_says_mutual'
  | 'unknown_jurisdiction'
  | 'party_without_direction'
  | 'many_parties_at_once'
  | 'missing_clause'
  | 'unknown_nature'
  | 'unknown_certification'
  | 'scope_without_way'
  | 'nothing_left'
  | 'call_type_contradicted'
  | 'hours_never_open'
  | 'hours_always_open'
  | 'holidays_past'
  | 'holidays_missing'
  | 'time_zone_utc'
  | 'zone_not_borrower'
  | 'zone_outside_parties'
  | 'area_without_posts'
  | 'floor_empties_promise'
  | 'floor_of_nothing'
  | 'cap_beyond_fleet'
  | 'caps_out_of_order'
  | 'type_not_held'
  | 'nothing_to_lend'
  | 'staffing_unmet'
  | 'answer_time_unused'
  | 'trigger_on_automatic'
  | 'standby_with_incidents'
  | 'free_hours_beyond_duration'
  | 'cost_without_rate'
  | 'cost_unused'
  | 'return_home_always'
  | 'more_findings';

/** One finding; a finding about a jurisdiction has no agreement, and none needs a clause. */
export interface FindingRow {
  code: FindingCode;
  severity: Severity;
  agreement: string | null;
  version: number | null;
  clause: string | null;
  path: string;
  sentence: string;
  remedy: string;
  figures: Record<string, number | string>;
}

/** Findings, worst first. */
export interface FindingsRow {
  findings: FindingRow[];
}

/** Every kind of clause, for the editor. */
export interface FormRow {
  groups: GroupRow[];
  kinds: KindRow[];
  agreement_kinds: AgreementKind[];
  scopes: Scope[];
  jurisdictions: PartyRow[];
}

/** From a position to act on down to one that is none. */
export type Freshness = 'fresh' | 'ageing' | 'stale' | 'lost';

/** A row that is not there any more, or not for this board. */
export interface GoneRow {
  kind:
    | 'unit'
    | 'incident'
    | 'request'
    | 'assignment'
    | 'cover'
    | 'closure'
    | 'waiver'
    | 'pre_alert'
    | 'feed'
    | 'service';
  id: string;
}

/** The part of the form that a clause stands in. */
export type Group = 'scope' | 'limits' | 'answer' | 'service' | 'money' | 'legal';

/** A heading of the form. */
export interface GroupRow {
  group: Group;
  title: string;
}

/** Who would be there sooner if clauses did not hold it back; `waiver`: the clause to ask for. */
export interface HeldBackRow {
  unit: string;
  call_sign: string;
  lender: string;
  arrival_seconds: number;
  gain_seconds: number | null;
  reasons: ReasonRow[];
  waiver: WaivableClauseRow | null;
  sentence: string;
}

/** One of the lender's own units that may not go, with all reasons and their sentences. */
export interface HeldUnitRow {
  unit: string;
  call_sign: string;
  reasons: ReasonRow[];
}

/** A board's first frame. */
export interface HelloFrame {
  type: 'hello';
  ticket: string;
  resume?: ResumeFrame | null;
}

/** A hospital. */
export interface HospitalRow {
  id: string;
  name: string;
  lon: number;
  lat: number;
}

/** A new incident. `jurisdiction` overrides what the map says, within the caller's own. */
export interface IncidentBody {
  /** degrees east, WGS84 */
  lon: number;
  /** degrees north, WGS84 */
  lat: number;
  priority: Priority;
  nature: string;
  needs: NeedBody[];
  address?: string;
  note?: string;
  jurisdiction?: string | null;
}

/** The same with its history, for those who may see that. */
export interface IncidentDetailRow {
  id: string;
  number: string;
  jurisdiction: string;
  lon: number;
  lat: number;
  priority: Priority;
  nature: string;
  needs: NeedRow[];
  address: string;
  note: string;
  opened_at: string;
  state: IncidentState;
  version: number;
  own: boolean;
  /** The units on it now. */
  assigned: string[];
  /** Units that came to it and have left. */
  came: number;
  purpose: Purpose;
  entries?: EntryRow[] | null;
}

/** An incident as its own jurisdiction, or one that lends to it, sees it. */
export interface IncidentRow {
  id: string;
  number: string;
  jurisdiction: string;
  lon: number;
  lat: number;
  priority: Priority;
  nature: string;
  needs: NeedRow[];
  address: string;
  note: string;
  opened_at: string;
  state: IncidentState;
  version: number;
  own: boolean;
  /** The units on it now. */
  assigned: string[];
  /** Units that came to it and have left. */
  came: number;
  purpose: Purpose;
}

/** Where an incident stands. */
export type IncidentState = 'active' | 'closed' | 'cancelled';

/** What a lender could offer in the place of the unit that it was asked for. */
export interface InsteadRow {
  request: string;
  need: UnitType;
  units: InsteadUnitRow[];
  refusals: HeldUnitRow[];
}

/** One of the lender's own units that may go instead. */
export interface InsteadUnitRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  /** Told to the minute: the lender knows the place only coarsely. */
  eta_seconds: number;
  eta_basis: EtaBasis;
  keeps: number;
  floor: number;
  agreement: string;
  agreement_version: number;
  clauses: string[];
  /** How long the borrower would have to take it. */
  answer_seconds: number;
}

/** A jurisdiction and whom to telephone there. */
export interface JurisdictionRow {
  id: string;
  name: string;
  kind: string;
  agency_name: string;
  telephone: string;
  time_zone: string;
}

/** One kind of clause. */
export interface KindRow {
  type: string;
  title: string;
  help: string;
  row: number;
  group: Group;
  enforced_by: Enforcer[];
  single: boolean;
  fields: FieldRow[];
}

/** What a stranger may know: which region this is, and whether it is made up, or nothing here is real. */
export interface LabelRow {
  name: string;
  fictional: boolean;
  sample_fleet: boolean;
  demo: boolean;
  training: boolean;
}

/** Why one more unit does not come, from what agreements spare to what there is not. */
export type Lack =
  'floor' | 'cap' | 'terms' | 'too_far' | 'busy' | 'crew' | 'no_agreement' | 'no_unit';

/** What a lender gives and keeps; `late_calls`: what it is expected to lose meanwhile. */
export interface LenderShareRow {
  lender: string;
  sends: number;
  free_before: number;
  keeps: number;
  late_calls: number;
}

/** What is lost, the gravest first. */
export type Loss =
  | 'record_unavailable'
  | 'record_behind'
  | 'requests_stuck'
  | 'feeds_unwatched'
  | 'reading_slow'
  | 'part_failing'
  | 'cover_stuck'
  | 'roads_missing'
  | 'solver_off'
  | 'opinions_plain';

/** Who is signed in; `csrf` goes back as `X-CSRF-Token`. */
export interface MeRow {
  person: PersonRow;
  csrf: string;
  demo: boolean;
  training: boolean;
}

/** One unit that does not come: the nearest other one that would do, and why not. */
export interface MissingRow {
  need: UnitType;
  lack: Lack;
  unit: RefusedUnitRow | null;
  figures: Record<string, number | string>;
}

/** What simulated futures say of one move. */
export interface MoveOpinionRow {
  verdict: 'pays' | 'does_not_pay' | 'undecided' | 'not_played';
  fallback: Fallback | null;
  gain: number | null;
  standard_error: number | null;
  futures: number | null;
  horizon_seconds: number | null;
  seed: number | null;
  sentence: string;
}

/** What callers report, as the region's file has it, with the usual priority and need. */
export interface NatureRow {
  name: string;
  priority?: Priority | null;
  need?: UnitType | null;
  [name: string]: unknown;
}

/** Something with a name, and how many metres away it is. */
export interface NearRow {
  name: string;
  distance_m: number;
}

/** How many units of one type. */
export interface NeedBody {
  unit_type: UnitType;
  count?: number;
}

/** How many units of one type. */
export interface NeedRow {
  unit_type: UnitType;
  count: number;
}

/** What came of a chain after a request that nobody granted. */
export type NextStep = 'asked' | 'none';

/** What the error says beside its code: the reasons, or who holds the unit; more as the code wants it. */
export interface NotAskedDetailsRow {
  reasons?: ReasonRow[] | null;
  holder?: string | null;
  [name: string]: unknown;
}

/** A unit of a plan that could not be had: the code and the details of asking for it alone. */
export interface NotAskedRow {
  unit: string;
  call_sign: string;
  lender: string;
  code: string;
  details: NotAskedDetailsRow;
}

/** The same, just opened. */
export interface OpenedIncidentRow {
  id: string;
  number: string;
  jurisdiction: string;
  lon: number;
  lat: number;
  priority: Priority;
  nature: string;
  needs: NeedRow[];
  address: string;
  note: string;
  opened_at: string;
  state: IncidentState;
  version: number;
  own: boolean;
  /** The units on it now. */
  assigned: string[];
  /** Units that came to it and have left. */
  came: number;
  purpose: Purpose;
  /** Other jurisdictions whose border is near. */
  near_border: string[];
  /** A sentence about it; empty where none is. */
  border_notice: string;
}

/** What was ordered; `alarm_level` and `card` where a run card said what. */
export interface OrderRow {
  needs: NeedRow[];
  staging: PlacedRow | null;
  first_wave: number;
  within_seconds: number;
  call_order: string[];
  alarm_level: number | null;
  card: string | null;
}

/** A unit in the order advised. */
export interface OrderedUnitRow {
  /** From the call. */
  arrival_seconds: number;
  /** Than the fastest. */
  later_seconds: number;
  in_target: boolean;
  in_band: boolean;
  cost: number;
  lateness: number;
  cover_loss: number;
  aid_price: number;
  ledger_price: number;
  crew_price: number;
  /** Unit-hours that the lender has lent more than it borrowed, where they are priced; else 0. */
  given_hours: number;
  stands_by: boolean;
  left_free: number | null;
  left_als: number | null;
  on_duty: number | null;
  unit: string;
  home: string;
}

/** Why another unit was chosen; a short list of ours, closed so that it can be counted. */
export type OverrideReason =
  | 'road_known_better'
  | 'unit_not_as_shown'
  | 'crew'
  | 'lender_said_so'
  | 'keep_own_cover'
  | 'caller_or_scene'
  | 'other';

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

/**
 * An own unit, free or committed, with a candidate's keys.
 *
 * `eta_seconds` includes `free_in_seconds`; both are an `estimate` unless the unit is free.
 */
export interface OwnUnitRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  position_age_seconds: number | null;
  position_basis: PositionBasis;
  freshness: Freshness;
  arrival: ArrivalRow | null;
  /** It stands by here already: it is sent on, and nobody is asked. */
  stands_by: boolean;
  status: UnitStatus;
  eta_seconds: number | null;
  eta_basis: EtaBasis | null;
  free_in_seconds: number;
  estimate: boolean;
  /** On offer to a neighbour: sending it at home goes before, and costs the offer. */
  promised: boolean;
  permit: null;
  keeps: null;
  floor: null;
  gain_seconds: null;
  crew: null;
  figures: UnitFiguresRow | null;
  sentence: string;
}

/** A jurisdiction that may be a party. */
export interface PartyRow {
  id: string;
  name: string;
}

/** The agreement that lets a unit come, and what the lender keeps. */
export interface PermitRow {
  agreement: string;
  version: number;
  title: string;
  kind: AgreementKind;
  /** Those that were checked and allow it. */
  clauses: string[];
  keeps: number;
  floor: number;
  may_decline: boolean;
  answer_seconds: number;
  automatic: boolean;
  chosen_because: ChosenBecause;
  /** Other agreements that permit it too. */
  also: string[];
  waivers: string[];
  /** The lender's place in the agreement's order of call, from 1. */
  call_order: number | null;
  /** What the lender has lent more than it borrowed counts against asking it. */
  spares_the_giver: boolean;
}

/** A person, without anything secret. */
export interface PersonRow {
  id: string;
  display_name: string;
  role: Role;
  jurisdiction: string | null;
}

/** A unit to ask for: a candidate, the need that it meets, and its wave from 1. */
export interface PickRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  position_age_seconds: number | null;
  position_basis: PositionBasis;
  freshness: Freshness;
  arrival: ArrivalRow | null;
  /** It stands by here already: it is sent on, and nobody is asked. */
  stands_by: boolean;
  eta_seconds: number;
  eta_basis: EtaBasis;
  permit: PermitRow;
  keeps: number;
  floor: number;
  /** How much sooner than the best own unit; negative: later. */
  gain_seconds: number | null;
  crew: CrewRow | null;
  meets: UnitType;
  wave: number;
}

/** What a recommendation was made from. */
export interface PictureRow {
  counter: number;
  units: number;
  /** All that could be asked, of which the candidates are the nearest. */
  eligible: number;
  unknown: number;
  oldest_position_seconds: number | null;
}

/** A board that shows it is there. */
export interface PingFrame {
  type: 'ping';
}

/** A place that is no station. */
export interface PlaceBody {
  /** degrees east, WGS84 */
  lon: number;
  /** degrees north, WGS84 */
  lat: number;
}

/** What a place is. */
export type PlaceKind =
  | 'street'
  | 'crossing'
  | 'house'
  | 'town'
  | 'exit'
  | 'hospital'
  | 'care_home'
  | 'school'
  | 'transport'
  | 'station'
  | 'landmark'
  | 'point';

/**
 * One place that a text may mean. `where` is its town, or of a typed point its address.
 *
 * `match`: every word was typed (exact), begins a word (begins), or something is misspelt (close).
 * `without_number`: the house number that was asked for and that nobody knows: the position is the
 * street's. `outside`: the geocoder outside says so.
 */
export interface PlaceRow {
  name: string;
  kind: PlaceKind;
  lon: number;
  lat: number;
  jurisdiction: string | null;
  where: string;
  match: 'exact' | 'begins' | 'close';
  without_number: string;
  outside: boolean;
}

/** A place in ten-millionths of a degree, as the journal has it. */
export interface PlacedRow {
  lon_e7: number;
  lat_e7: number;
}

/** At most ten places, best first. `index`: whether the region has an index of names at all. */
export interface PlacesRow {
  index: 'ready' | 'missing';
  outside: 'off' | 'not_asked' | 'answered' | 'failed';
  rows: PlaceRow[];
}

/** A plan in figures; `cost` in late life-threatening calls. */
export interface PlanFiguresRow {
  units: number;
  mean_eta_seconds: number | null;
  last_eta_seconds: number | null;
  late_calls: number;
  cost: number;
}

/** One answer to one order. */
export interface PlanRow {
  picks: PickRow[];
  lenders: LenderShareRow[];
  missing: MissingRow[];
  shortfall: ShortfallRow[];
  figures: PlanFiguresRow;
}

/** A place in degrees. */
export interface PointBody {
  /** degrees east, WGS84 */
  lon: number;
  /** degrees north, WGS84 */
  lat: number;
}

/**
 * A point. `inside` are all jurisdictions that it lies in, the one in charge first.
 *
 * `border_m`: metres to the nearest border of that one, null without any; `beyond`: who lies behind it.
 * `notice` says what a dispatcher should know of the border, empty where that is far.
 */
export interface PointRow {
  lon: number;
  lat: number;
  jurisdiction: string | null;
  inside: string[];
  border_m: number | null;
  beyond: string | null;
  near_border: boolean;
  notice: string;
  index: 'ready' | 'missing';
  address: string;
  house: NearRow | null;
  street: NearRow | null;
  crossing: NearRow | null;
}

/** What an ETA was computed from. */
export type PositionBasis = 'fix' | 'station' | 'post' | 'to_post';

/** The units that moved. */
export interface PositionsFrame {
  type: 'positions';
  now: string;
  /** Unit, longitude, latitude, time of the fix in ms since 1970, freshness at the time of sending. */
  rows: [string, number, number, number, Freshness][];
}

/** One unit to one post: a station's id, or a place in the area that is to be covered. */
export interface PostingBody {
  unit: string;
  post: string | PlaceBody;
}

/** What an agency set for its advice (`practice`), and all figures that hold (`in_force`). */
export interface PracticeRow {
  jurisdiction: string;
  version: number;
  practice: Record<string, unknown>;
  in_force: Record<string, unknown>;
  by: string | null;
  set_at: string | null;
}

/** A partner runs low and says so: it asks for nothing, and ends by itself. */
export interface PreAlertRow {
  id: string;
  jurisdiction: string;
  to: string[];
  state: CoverState;
  free: number;
  total: number;
  /** Of level zero within `minutes`; null: nothing is forecast. */
  percent: number | null;
  minutes: number;
  note: string;
  sentence: string;
  sent_by: string;
  sent_at: string;
  expires_at: string;
  acknowledged: string[];
}

/** One person's; `version` 0 and no `changed_at`: nothing was ever set. */
export interface PreferencesRow {
  version: number;
  preferences: ChosenRow;
  changed_at: string | null;
}

/** Patient acuity at dispatch (NEMSIS eDispatch.05), most urgent first. */
export type Priority = 'critical' | 'emergent' | 'lower_acuity' | 'non_acute';

/** An error. `code` is stable; `trace` is what the log has too. */
export interface Problem {
  code: string;
  message: string;
  details: Record<string, unknown>;
  trace: string;
}

/** What a unit is asked for (NEMSIS eResponse.05: emergency response, standby). */
export type Purpose = 'incident' | 'standby';

/** Why a unit may not come. `may_lend` gives the first two groups, `aid` the others, per unit. */
export type ReasonCode =
  | 'no_agreement'
  | 'not_signed'
  | 'not_yet_effective'
  | 'expired'
  | 'suspended'
  | 'terminated'
  | 'closed_to_lending'
  | 'purpose'
  | 'unit_type'
  | 'nims_type'
  | 'crew_size'
  | 'certification'
  | 'priority'
  | 'call_type'
  | 'zone'
  | 'hours'
  | 'holiday'
  | 'trigger'
  | 'requester'
  | 'request_content'
  | 'reserve_floor'
  | 'concurrent_cap'
  | 'incident_cap'
  | 'daily_cap'
  | 'not_available'
  | 'unknown_status'
  | 'committed'
  | 'promised'
  | 'position_lost'
  | 'unreachable'
  | 'beyond_horizon'
  | 'wrong_capability'
  | 'own_call_waiting'
  | 'crew_hours'
  | 'crew_shift_ends'
  | 'crew_out_of_area'
  | 'between_others';

/** One thing that forbids, with its figures; without an agreement it is the unit's own. */
export interface ReasonRow {
  code: ReasonCode;
  clause: string | null;
  agreement: string | null;
  /** The agreement's version. */
  version: number | null;
  figures: Record<string, number | string>;
  sentence: string;
}

/** The receipts of a request, as they are on record. */
export interface ReceiptRow {
  request: string;
  delivered_at: string | null;
  seen_at: string | null;
  seen_by: string;
}

/** Every unit offered and every unit not offered, with its reasons, and what is advised. */
export interface RecommendationRow {
  id: string;
  incident: string;
  jurisdiction: string;
  need: UnitType;
  made_at: string;
  picture: PictureRow;
  degraded: Degraded[];
  own: OwnUnitRow[];
  candidates: ShownCandidateRow[];
  refusals: RefusedUnitRow[];
  advice: AdviceRow;
  counterfactual: HeldBackRow | null;
}

/** A neighbour's unit that may not come, with every reason. */
export interface RefusedUnitRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  eta_seconds: number | null;
  eta_basis: EtaBasis | null;
  reasons: ReasonRow[];
}

/** The region without its geometry. `attribution` must be shown on every screen. */
export interface RegionRow {
  name: string;
  fictional: boolean;
  sample_fleet: boolean;
  attribution: string[];
  time_zone: string;
  /** Longitude, latitude. */
  centre: [number, number];
  /** West, south, east, north. */
  bbox: [number, number, number, number];
  roads_as_of: string | null;
  notes: string[];
  jurisdictions: JurisdictionRow[];
  hospitals: HospitalRow[];
  stations: StationRow[];
  natures: (NatureRow | string)[];
}

/** A request for a neighbour's unit, for its two sides; the place is coarse until it is accepted. */
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
  eta_seconds: number;
  eta_basis: EtaBasis;
  keeps: number;
  floor: number;
  requested_at: string;
  expires_at: string;
  /** A counter-offer: another unit of the lender's, which the borrower answers. */
  offered_by_lender: boolean;
  /** Of a counter-offer: the unit that was asked for. */
  instead_of: string | null;
  /** Since when a board of somebody who may answer has it. */
  delivered_at: string | null;
  seen_at: string | null;
  /** The first person who may answer and had it in view. */
  seen_by: string;
  /** What they are called; empty where nobody knows. */
  seen_by_name: string;
  state: RequestState;
  answered_at: string | null;
  answered_by: string;
  answered_by_name: string;
  reason: string;
  attempt: number;
  version: number;
  priority: Priority;
  /** null: the agreement withholds it until the unit is lent. */
  nature: string | null;
  lon: number;
  lat: number;
  on_no_answer: 'next_candidate' | 'nothing';
  /** After a refusal, for the borrower: somebody else was asked, or nobody is left to ask now. */
  next: NextStep | null;
  purpose: Purpose;
  /** For the lender: what it should think of before it says yes. */
  warnings: ReasonRow[];
}

/** Where a request stands; all but `offered` are final. */
export type RequestState = 'offered' | 'accepted' | 'declined' | 'expired' | 'withdrawn';

/** Where a board was. */
export interface ResumeFrame {
  epoch: string;
  seq: number;
}

/** What a principal is here for. Rights are role x jurisdiction x agreement x relation to the incident. */
export type Role = 'dispatcher' | 'supervisor' | 'admin' | 'analyst' | 'feed' | 'service';

/** Which rule decided; `advice/wording` says it in a sentence. */
export type Rule =
  | 'fastest'
  | 'own_kept'
  | 'tie'
  | 'boundary_drop'
  | 'own_first'
  | 'least_cost'
  | 'call_order'
  | 'plain'
  | 'rollout'
  | 'nobody';

/** How far an agreement reaches (NIMS Guideline for Mutual Aid). */
export type Scope = 'local' | 'regional_statewide' | 'interstate';

/** What simulated futures say of a recommendation's advice. `because`: why there is none. */
export interface SecondOpinionRow {
  recommendation: string;
  status: 'given' | 'pending' | 'none';
  because: string;
  advised: CourseRow | null;
  opinion: CourseRow | null;
  agrees: boolean | null;
  /** Why no course is favoured: plain closest, or the advice where `undecided`. */
  fallback: Fallback | null;
  courses: CoursePlayedRow[];
  futures: number | null;
  horizon_seconds: number | null;
  seed: number | null;
  sentence: string;
}

/** How the service itself is; a board has one. */
export interface ServiceRow {
  id: string;
  started_at: string;
  degraded: DegradedRow[];
}

/** How bad it is, worst first. */
export type Severity = 'error' | 'warning' | 'note';

/** When a unit's crew came on duty, as far as anybody saw, and when its shift ends, as its agency says. */
export interface ShiftRow {
  unit: string;
  on_duty_since: string | null;
  shift_ends_at: string | null;
  version: number;
}

/** How many of one need do not come, counted by lack. */
export interface ShortfallRow {
  need: UnitType;
  missing: number;
  because: Partial<Record<Lack, number>>;
}

/** The same as it is weighed. */
export interface ShownCandidateRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  position_age_seconds: number | null;
  position_basis: PositionBasis;
  freshness: Freshness;
  arrival: ArrivalRow | null;
  /** It stands by here already: it is sent on, and nobody is asked. */
  stands_by: boolean;
  eta_seconds: number;
  eta_basis: EtaBasis;
  permit: PermitRow;
  keeps: number;
  floor: number;
  /** How much sooner than the best own unit; negative: later. */
  gain_seconds: number | null;
  crew: CrewRow | null;
  figures: UnitFiguresRow | null;
  sentence: string;
}

/** A party's assent to the exact text. */
export interface SignatureRow {
  party: string;
  by: string;
  signed_at: string;
  terms_sha256: string;
}

/** Everything that this board may see. A positions frame follows, and a beat with the feeds' ages. */
export interface SnapshotFrame {
  units: UnitRow[];
  incidents: IncidentRow[];
  requests: RequestRow[];
  assignments: AssignmentRow[];
  covers: CoverRow[];
  closures: ClosureRow[];
  waivers: WaiverRow[];
  pre_alerts: PreAlertRow[];
  feeds: FeedRow[];
  service: ServiceRow[];
  type: 'snapshot';
  /** Of the record, and of who looks with which partners: with another one a board starts anew. */
  epoch: string;
  seq: number;
  now: string;
  me: WatcherRow;
}

/** How far a request has come. */
export type Stage = 'delivered' | 'seen';

/** The standby, with its request to a neighbour or its assignment of an own unit. */
export interface StandbyAskedRow {
  incident: IncidentRow;
  request: RequestRow | null;
  assignment: AssignmentRow | null;
  backfill: BackfillAskedRow | null;
}

/** A standby. `proposal` showed it; `backfill`: who comes to the lender meanwhile, asked together. */
export interface StandbyBody {
  unit: string;
  post: string | PlaceBody;
  proposal?: string | null;
  note?: string;
  backfill?: PostingBody | null;
}

/** Why a unit that stands by goes home. */
export type StandbyEnd = 'borrower_recovered' | 'lender_short' | 'longest';

/** When the unit goes home. */
export interface StandbyEndsRow {
  ends_at_free: number;
  lender_keeps: number;
  longest_minutes: number;
  sentence: string;
}

/** One move with everything that a dispatcher wants to know of it; without a permit an own unit's. */
export interface StandbyMoveRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  own: boolean;
  from: StandbyPlaceRow;
  to: StandbyPlaceRow;
  travel_seconds: number;
  gain: number;
  cost: number;
  net: number;
  /** Free units of the kind that its home has left. */
  keeps: number;
  permit: PermitRow | null;
  ends: StandbyEndsRow;
  opinion: MoveOpinionRow;
  backfill: BackfillRow | null;
  sentence: string;
}

/** A station of the region, or a place that is none. */
export interface StandbyPlaceRow {
  post: string | null;
  name: string;
  lon: number | null;
  lat: number | null;
}

/** Whom to bring, best first; empty with the reason in `because`. */
export interface StandbyProposalsRow {
  id: string | null;
  jurisdiction: string;
  cover: CoverState;
  made_at: string;
  because: 'proposed' | 'nothing_gained' | 'cover_green' | 'switched_off' | 'figures_not_ready';
  sentence: string;
  /** Neighbours' units. */
  moves: StandbyMoveRow[];
  /** Own ones. */
  move_ups: StandbyMoveRow[];
  /** The moves to make if several are made, in order. */
  together: StandbyStepRow[];
}

/** One move in figures: gain, cost and net in late life-threatening calls of the next hour. */
export interface StandbyStepRow {
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  lender: string;
  own: boolean;
  from: StandbyPlaceRow;
  to: StandbyPlaceRow;
  travel_seconds: number;
  gain: number;
  cost: number;
  net: number;
  /** Free units of the kind that its home has left. */
  keeps: number;
}

/** A station or post. */
export interface StationRow {
  id: string;
  name: string;
  jurisdiction: string;
  lon: number;
  lat: number;
}

/** What a party can do about an agreement. */
export type Step =
  | 'edit'
  | 'propose'
  | 'discard'
  | 'sign'
  | 'reject'
  | 'withdraw'
  | 'suspend'
  | 'resume'
  | 'notice'
  | 'terminate';

/** What one can start from. */
export interface TemplateRow {
  template: string;
  title: string;
  help: string;
}

/** One term before and after; `words`: a text, to be compared word by word. */
export interface TermDiffRow {
  path: string;
  title: string;
  clause: string;
  before: string;
  after: string;
  change: Change;
  words: boolean;
}

/** For the first frame of one socket, within 30 seconds. */
export interface TicketRow {
  ticket: string;
}

/** One unit weighed. Costs are in late life-threatening calls; `cost` is the sum of the five. */
export interface UnitFiguresRow {
  /** From the call. */
  arrival_seconds: number;
  /** Than the fastest. */
  later_seconds: number;
  in_target: boolean;
  in_band: boolean;
  cost: number;
  lateness: number;
  cover_loss: number;
  aid_price: number;
  ledger_price: number;
  crew_price: number;
  /** Unit-hours that the lender has lent more than it borrowed, where they are priced; else 0. */
  given_hours: number;
  stands_by: boolean;
  left_free: number | null;
  left_als: number | null;
  on_duty: number | null;
}

/**
 * A unit; where an agreement withholds its position there is none.
 *
 * `on_duty_since` and `shift_ends_at` are the crew's, for its own agency.
 */
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
  /** The position is a cell of about 500 m; null: an agreement withholds it. */
  coarse: boolean | null;
  incident: string | null;
  lent_to: string | null;
  version: number;
  on_duty_since: string | null;
  shift_ends_at: string | null;
  own: boolean;
}

/** What a unit is doing (EIDO secondary unit status; NEMSIS eTimes stamp beside each in C1). */
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

/** What a unit is and may do (EIDO EmergencyResourceType, NEMSIS eResponse.07). */
export type UnitType =
  | 'als_ambulance'
  | 'bls_ambulance'
  | 'critical_care_ambulance'
  | 'als_nontransport'
  | 'bls_nontransport'
  | 'supervisor'
  | 'multi_patient'
  | 'air_rotor';

/** One unit for one need of one incident, as the recommendation of this moment has it. */
export interface VerdictRow {
  incident: string;
  need: UnitType;
  made_at: string;
  unit: string;
  call_sign: string;
  unit_type: UnitType;
  home: string;
  own: boolean;
  status: UnitStatus;
  /** Since when it has this status. */
  changed_at: string | null;
  /** What it works on, where that is known to the caller's jurisdiction. */
  assignment: AssignmentRow | null;
  may_come: boolean;
  /** From being sent; of an own busy unit from now on. null: it has no way, or no place is known. */
  eta_seconds: number | null;
  eta_basis: EtaBasis | null;
  /** Everything that forbids; empty where it may come. */
  reasons: ReasonRow[];
  /** A neighbour's unit that may come. */
  candidate: ShownCandidateRow | null;
  /** An own one, free, or busy with an estimate. */
  own_unit: OwnUnitRow | null;
  /** In the order advised, from 1; null: not weighed, for it may not come or many are nearer. */
  place: number | null;
  /** So many units were. */
  weighed: number;
  /** null for the first, and for one that was not weighed. */
  ahead: AheadRow | null;
  sentence: string;
}

/** One version among others. */
export interface VersionRow {
  version: number;
  state: AgreementState;
  terms_sha256: string;
  recorded_at: string;
}

/** The one clause that the lender could let rest. */
export interface WaivableClauseRow {
  agreement: string;
  version: number;
  clause: string;
}

/** A clause that is asked to rest, or rests, for one unit on one incident. */
export interface WaiverRow {
  id: string;
  agreement: string;
  /** The agreement's version. */
  version: number;
  clause: string;
  sentence: string;
  lender: string;
  borrower: string;
  incident: string;
  incident_number: string;
  unit: string;
  state: WaiverState;
  asked_by: string;
  asked_at: string;
  note: string;
  expires_at: string;
  answered_by: string;
  answered_at: string | null;
  reason: string;
  used_by: string | null;
}

/** Where a waiver stands. `expired` is only ever read, never recorded. */
export type WaiverState = 'asked' | 'granted' | 'refused' | 'used' | 'expired';

/** Whose board this is. */
export interface WatcherRow {
  person: string;
  role: Role;
  jurisdiction: string | null;
}

/** One way in which aid may flow. */
export interface WayRow {
  lender: string;
  borrower: string;
}

export type Frame = SnapshotFrame | DeltaFrame | PositionsFrame | BeatFrame;
