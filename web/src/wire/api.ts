import type { KeptRow } from '../comforts/keeping';
import type { Chosen } from '../comforts/preferences';
import type { AdviceOverrideRow, OverrideReason, SecondOpinion } from './advice';
import type { OverrideRow, PreAlertRow } from './cover';
import type { Instead, Receipts, Stage } from './instead';
import type { AidPlan, AidPlanSent, OrderAsk } from './order';
import type { StandbyAsk, StandbyAsked, StandbyProposals } from './standby';
import { Problem, problemOf } from './problem';
import type { ClosureRow, WaiverRow } from './standing';
import type {
  AgreementInfo,
  AssignmentRow,
  CoverState,
  IncidentRow,
  NewIncident,
  OpenedIncident,
  Recommendation,
  RegionInfo,
  RegionLabel,
  RequestRow,
  SignedIn,
  UnitRow,
  UnitStatus,
  UnitType,
} from './types';
import type { Verdict } from './verdict';

type Body = Record<string, unknown>;
type Fetch = typeof fetch;

const RETRY_AFTER_MS = [400, 1200];

/** Not orders: without the first three nobody gets back, and how a person likes the board is no matter of it. */
const ALWAYS = ['/api/sign-in', '/api/sign-out', '/api/board/ticket', '/api/me/'];
/** No answer's status: the page did not ask. */
const NOT_SENT = -1;

/**
 * The server's REST door. Every command carries one `Idempotency-Key` for its whole life, so a
 * command whose answer was lost is asked again without the risk of acting twice.
 */
export class Api {
  csrf = '';
  /** Why nothing may be ordered now, in words; empty where it may. Signing in and out always may. */
  refusal: () => string = () => '';

  constructor(
    private readonly request: Fetch = (...args) => fetch(...args),
    private readonly newKey: () => string = randomKey,
    private readonly pause: (ms: number) => Promise<void> = sleep,
  ) {}

  signIn = (person: string, password: string) =>
    this.post<SignedIn>('/api/sign-in', { person, password });
  signOut = () => this.post<unknown>('/api/sign-out', {});
  me = () => this.get<SignedIn>('/api/me');
  preferences = () => this.get<KeptRow>('/api/me/preferences');
  setPreferences = (preferences: Chosen, version: number) =>
    this.put<KeptRow>('/api/me/preferences', { preferences, version });
  label = () => this.get<RegionLabel>('/api/label');
  region = () => this.get<RegionInfo>('/api/region');
  jurisdictions = () => this.get<object>('/api/region/jurisdictions.geojson');
  boardTicket = () => this.post<{ ticket: string }>('/api/board/ticket', {});
  agreements = async () => listOf<AgreementInfo>(await this.get('/api/agreements'));
  closedIncidents = async () => listOf<IncidentRow>(await this.get('/api/incidents?state=closed'));

  openIncident = (incident: NewIncident) =>
    this.command<OpenedIncident>('/api/incidents', { ...incident });
  closeIncident = (id: string, version: number, cancelled: boolean) =>
    this.command<unknown>(`/api/incidents/${enc(id)}/close`, {
      expected_version: version,
      cancelled,
    });
  recommend = (incident: string, need?: string) =>
    this.command<Recommendation>(
      `/api/incidents/${enc(incident)}/recommendation`,
      need ? { need } : {},
    );
  verdict = (incident: string, unit: string, need: UnitType | null) =>
    this.get<Verdict>(
      `/api/incidents/${enc(incident)}/units/${enc(unit)}/verdict${need ? `?need=${enc(need)}` : ''}`,
    );
  secondOpinion = (recommendation: string) =>
    this.get<SecondOpinion>(`/api/recommendations/${enc(recommendation)}/second-opinion`);
  /** Why `unit` was chosen where the recommendation advised another one. */
  explainOverride = (
    incident: string,
    recommendation: string,
    unit: string,
    reason: OverrideReason,
    note: string,
  ) =>
    this.command<AdviceOverrideRow>(`/api/incidents/${enc(incident)}/advice-override`, {
      recommendation_id: recommendation,
      unit_id: unit,
      reason,
      ...(note ? { note } : {}),
    });
  assignOwn = (incident: string, unit: string) =>
    this.command<AssignmentRow>(`/api/incidents/${enc(incident)}/assignments`, { unit_id: unit });
  requestAid = (incident: string, unit: string, recommendation: string | null) =>
    this.command<RequestRow>(`/api/incidents/${enc(incident)}/requests`, {
      unit_id: unit,
      ...(recommendation ? { recommendation_id: recommendation } : {}),
    });
  accept = (request: string, version: number) =>
    this.command<RequestRow>(`/api/requests/${enc(request)}/accept`, { expected_version: version });
  decline = (request: string, version: number, reason: string, note: string) =>
    this.command<RequestRow>(`/api/requests/${enc(request)}/decline`, {
      expected_version: version,
      reason,
      ...(note ? { note } : {}),
    });
  instead = (request: string) => this.get<Instead>(`/api/requests/${enc(request)}/instead`);
  offerInstead = (request: string, version: number, unit: string, note: string) =>
    this.command<RequestRow>(`/api/requests/${enc(request)}/instead`, {
      expected_version: version,
      unit_id: unit,
      ...(note ? { note } : {}),
    });
  /** Without a key: to say it twice is to say it once. */
  receive = (request: string, stage: Stage) =>
    this.post<Receipts>(`/api/requests/${enc(request)}/receipt`, { stage });
  withdraw = (request: string, version: number) =>
    this.command<RequestRow>(`/api/requests/${enc(request)}/withdraw`, {
      expected_version: version,
    });
  release = (assignment: string, version: number) =>
    this.command<AssignmentRow>(`/api/assignments/${enc(assignment)}/release`, {
      expected_version: version,
    });
  recall = (assignment: string, version: number, reason: string) =>
    this.command<AssignmentRow>(`/api/assignments/${enc(assignment)}/recall`, {
      expected_version: version,
      reason,
    });
  extend = (assignment: string, version: number, hours: number) =>
    this.command<AssignmentRow>(`/api/assignments/${enc(assignment)}/extend`, {
      expected_version: version,
      hours,
    });
  confirmLoan = (assignment: string, version: number) =>
    this.command<AssignmentRow>(`/api/assignments/${enc(assignment)}/confirm`, {
      expected_version: version,
    });
  closeLending = (reason: string, endsAt: string | null) =>
    this.command<ClosureRow>('/api/closures', { reason, ...(endsAt ? { ends_at: endsAt } : {}) });
  openLending = (closure: string) =>
    this.command<ClosureRow>(`/api/closures/${enc(closure)}/end`, {});
  askWaiver = (incident: string, unit: string, agreement: string, clause: string) =>
    this.command<WaiverRow>(`/api/incidents/${enc(incident)}/waivers`, { unit, agreement, clause });
  grantWaiver = (waiver: string) =>
    this.command<WaiverRow>(`/api/waivers/${enc(waiver)}/grant`, {});
  refuseWaiver = (waiver: string, reason: string) =>
    this.command<WaiverRow>(`/api/waivers/${enc(waiver)}/refuse`, { reason });
  overrideCover = (home: string, state: CoverState, minutes: number, reason: string) =>
    this.command<OverrideRow>(`/api/jurisdictions/${enc(home)}/cover/override`, {
      state,
      minutes,
      reason,
    });
  endOverride = (home: string) =>
    this.command<OverrideRow>(`/api/jurisdictions/${enc(home)}/cover/override/end`, {});
  sendPreAlert = (home: string, to: string[], note: string) =>
    this.command<PreAlertRow>(`/api/jurisdictions/${enc(home)}/cover/pre-alert`, { to, note });
  acknowledgePreAlert = (alert: string) =>
    this.command<PreAlertRow>(`/api/pre-alerts/${enc(alert)}/acknowledge`, {});
  planAid = (incident: string, order: OrderAsk) =>
    this.command<AidPlan>(`/api/incidents/${enc(incident)}/aid-plan`, { ...order });
  aidPlan = (plan: string) => this.get<AidPlan>(`/api/aid-plans/${enc(plan)}`);
  sendAidPlan = (plan: string, units: string[]) =>
    this.command<AidPlanSent>(`/api/aid-plans/${enc(plan)}/send`, { unit_ids: units });
  standbyProposals = (home: string) =>
    this.get<StandbyProposals>(`/api/jurisdictions/${enc(home)}/standby-proposals`);
  askStandby = (home: string, wanted: StandbyAsk) =>
    this.command<StandbyAsked>(`/api/jurisdictions/${enc(home)}/standbys`, { ...wanted });
  redirect = (assignment: string, incident: string, version: number) =>
    this.command<AssignmentRow>(`/api/assignments/${enc(assignment)}/redirect`, {
      incident,
      expected_version: version,
    });
  setStatus = (unit: string, status: UnitStatus, version: number, forcedBecause = '') =>
    this.command<UnitRow>(`/api/units/${enc(unit)}/status`, {
      status,
      expected_version: version,
      ...(forcedBecause ? { force: true, reason: forcedBecause } : {}),
    });

  get<T>(path: string): Promise<T> {
    return this.ask<T>(path, { method: 'GET', headers: { Accept: 'application/json' } });
  }

  post = <T>(path: string, body: Body): Promise<T> => this.order<T>('POST', path, body);
  put = <T>(path: string, body: Body): Promise<T> => this.order<T>('PUT', path, body);
  delete = <T>(path: string): Promise<T> => this.order<T>('DELETE', path, {});

  private async order<T>(method: string, path: string, body: Body): Promise<T> {
    this.requireAllowed(path);
    return this.send<T>(method, path, body);
  }

  private send<T>(method: string, path: string, body: Body, key = ''): Promise<T> {
    const headers: Record<string, string> = {
      Accept: 'application/json',
      'Content-Type': 'application/json',
    };
    if (this.csrf) headers['X-CSRF-Token'] = this.csrf;
    if (key) headers['Idempotency-Key'] = key;
    return this.ask<T>(path, { method, headers, body: JSON.stringify(body) });
  }

  /** Posts until the server has answered, three times at most, always under the same key. */
  async command<T>(path: string, body: Body): Promise<T> {
    this.requireAllowed(path);
    const key = this.newKey();
    for (const wait of RETRY_AFTER_MS) {
      try {
        return await this.send<T>('POST', path, body, key);
      } catch (error) {
        if (!(error instanceof Problem) || !error.unconfirmed) throw error;
        await this.pause(wait);
      }
    }
    // What may have reached the server is seen through: "not sent" would be untrue.
    return this.send<T>('POST', path, body, key);
  }

  private requireAllowed(path: string): void {
    const why = ALWAYS.some((free) => path.startsWith(free)) ? '' : this.refusal();
    if (why) throw new Problem(NOT_SENT, 'not_sent', why);
  }

  private async ask<T>(path: string, init: RequestInit): Promise<T> {
    let response: Response;
    try {
      response = await this.request(path, {
        ...init,
        credentials: 'same-origin',
        cache: 'no-store',
      });
    } catch {
      throw new Problem(0, 'no_answer', 'The server did not answer');
    }
    if (!response.ok) throw await problemOf(response);
    if (response.status === 204) return undefined as T;
    return (await response.json()) as T;
  }
}

/** A list answer is either a bare array or an object with one array in it. */
export function listOf<T>(answer: unknown): T[] {
  if (Array.isArray(answer)) return answer as T[];
  if (answer && typeof answer === 'object') {
    const inner = Object.values(answer).find(Array.isArray);
    if (inner) return inner as T[];
  }
  return [];
}

const enc = encodeURIComponent;
const sleep = (ms: number) => new Promise<void>((done) => setTimeout(done, ms));

function randomKey(): string {
  // randomUUID exists only in secure contexts; a closed network may run plain http.
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
