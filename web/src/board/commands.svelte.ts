import { getContext, setContext } from 'svelte';
import type { AidPlan, OrderAsk } from '../wire/order';
import { Problem } from '../wire/problem';
import type { ClosureRow, WaiverRow } from '../wire/standing';
import type {
  AssignmentRow,
  IncidentRow,
  NewIncident,
  Reason,
  RefusedUnit,
  RequestRow,
  UnitRow,
  UnitStatus,
} from '../wire/types';
import { plural } from '../words/format';
import { STATUSES } from '../words/statuses';
import { isOurs } from '../words/receipts';
import { Advice } from './advice.svelte';
import type { Board } from './board.svelte';
import { CoverActs } from './cover-acts';
import { Orders } from './orders.svelte';
import { Overrides } from './overridden.svelte';
import { Runner } from './runner.svelte';
import { Verdicts } from './verdicts.svelte';

/** A loan is kept longer by so many hours at once. */
export const MORE_HOURS = 2;

/** Everything a dispatcher can order. Each command answers true only after the server's word. */
export class Commands extends Runner {
  readonly advice: Advice;
  readonly cover: CoverActs;
  readonly orders: Orders;
  readonly overrides: Overrides;
  readonly verdicts: Verdicts;

  constructor(board: Board) {
    super(board);
    this.cover = new CoverActs(this);
    this.advice = new Advice(board);
    this.orders = new Orders(board);
    this.overrides = new Overrides(this, this.advice);
    this.verdicts = new Verdicts(board);
  }

  openIncident = async (incident: NewIncident): Promise<Problem | null> => {
    const { board } = this;
    let failure: Problem | null = null;
    const row = await this.run('incident:new', 'New incident', () =>
      board.api.openIncident(incident).catch((error: unknown) => {
        if (error instanceof Problem) failure = error;
        throw error;
      }),
    );
    if (!row) return failure;
    this.echoOk([`Incident ${row.number} opened`, row.border_notice].filter(Boolean).join('. '));
    if (board.picture && Array.isArray(row.assigned)) {
      const { seq } = board.picture;
      board.hear({ type: 'delta', seq, now: new Date(board.now).toISOString(), incidents: [row] });
    }
    board.endForm();
    board.selectIncident(row.id);
    void this.advice.ask(row.id);
    return null;
  };

  closeIncident = async (incident: IncidentRow, cancelled: boolean): Promise<void> => {
    const label = `${cancelled ? 'Cancel' : 'Close'} ${incident.number}`;
    const done = await this.run(`incident:${incident.id}`, label, async () => {
      await this.board.api.closeIncident(incident.id, incident.version, cancelled);
      return true;
    });
    if (!done) return;
    this.echoOk(`Incident ${incident.number} ${cancelled ? 'cancelled' : 'closed'}`);
    if (this.board.selectedIncident === incident.id) this.board.selectIncident(null);
  };

  requestAid = async (incident: string, unit: string): Promise<void> => {
    const sign = this.board.callSign(unit);
    const recommendation = this.advice.of(incident)?.recommendation?.id ?? null;
    const override = this.overrides.before(incident, unit);
    const row = await this.run(
      `unit:${unit}`,
      `Request ${sign}`,
      () => this.board.api.requestAid(incident, unit, recommendation),
      { where: 'recommendation', incident },
    );
    if (!row) return;
    this.overrides.ask(override);
    const lender = this.board.nameOf(row.lender);
    this.echoOk(
      row.automatic || row.state === 'accepted'
        ? `${sign} is coming: ${lender} lends automatically`
        : `${lender} is asked for ${sign}`,
    );
  };

  assignOwn = async (incident: string, unit: string): Promise<void> => {
    const sign = this.board.callSign(unit);
    const override = this.overrides.before(incident, unit);
    const row = await this.run(
      `unit:${unit}`,
      `Assign ${sign}`,
      () => this.board.api.assignOwn(incident, unit),
      { where: 'recommendation', incident },
    );
    if (!row) return;
    this.overrides.ask(override);
    this.echoOk(`${sign} assigned to ${this.board.incidentNumber(incident)}`);
  };

  /** Own units are assigned, a neighbour's are asked for: one key for both. */
  send = (incident: string, unit: string): Promise<void> =>
    this.board.picture?.units.get(unit)?.own
      ? this.assignOwn(incident, unit)
      : this.requestAid(incident, unit);

  /** Shows beside the recommendation why the unit may come to the incident, or may not, and says it. */
  why = async (incident: string, unit: string): Promise<void> => {
    const { board } = this;
    const label = `Why ${board.callSign(unit)}`;
    const row = board.picture?.incidents.get(incident);
    if (!row?.own) {
      const whose = row ? `${board.nameOf(row.jurisdiction)} is in charge of ${row.number}` : '';
      return this.say('failed', label, whose || 'choose an incident first');
    }
    board.selectIncident(incident);
    // A form that is being filled in stays: the answer waits behind it, and is said all the same.
    if (board.side === 'cover') board.closeSide();
    const found = this.advice.of(incident)?.recommendation ?? null;
    const refused = found?.refusals.find((one) => one.unit === unit) ?? null;
    const { verdict, problem } = await this.verdicts.ask(
      incident,
      unit,
      found?.need ?? null,
      refused,
    );
    if (verdict) this.echoOk(verdict.sentence);
    else if (problem?.status !== 404) this.say('failed', label, problem?.message ?? '');
    else this.say('ok', label, refused?.reasons[0]?.sentence ?? 'this board shows no such unit');
  };

  /** The same for the incident that is selected. */
  whyNow = (unit: string): Promise<void> => this.why(this.board.selectedIncident ?? '', unit);

  accept = async (request: RequestRow): Promise<void> => {
    const sign = this.board.callSign(request.unit);
    const row = await this.run(
      `request:${request.id}`,
      `${request.offered_by_lender ? 'Take' : 'Accept'} ${sign}`,
      () => this.board.api.accept(request.id, request.version),
      { where: 'requests', incident: request.incident },
    );
    if (!row) return;
    this.echoOk(
      request.offered_by_lender
        ? `${sign} is coming: ${this.board.nameOf(request.lender)} lends it instead`
        : `${sign} lent to ${this.board.nameOf(request.borrower)}`,
    );
  };

  /** Answers a request with the offer of another own unit. */
  offerInstead = async (request: RequestRow, unit: string, note = ''): Promise<boolean> => {
    const sign = this.board.callSign(unit);
    const row = await this.run(
      `request:${request.id}`,
      `Offer ${sign}`,
      () => this.board.api.offerInstead(request.id, request.version, unit, note),
      { where: 'requests', incident: request.incident },
    );
    const asked = this.board.shortSign(request.unit);
    if (row) this.echoOk(`${sign} is offered instead of ${asked}`);
    return Boolean(row);
  };

  decline = async (request: RequestRow, reason: string, note: string): Promise<boolean> => {
    const sign = this.board.callSign(request.unit);
    const row = await this.run(
      `request:${request.id}`,
      `Decline ${sign}`,
      () => this.board.api.decline(request.id, request.version, reason, note),
      { where: 'requests', incident: request.incident },
    );
    if (row)
      this.echoOk(`Declined: ${sign} ${request.offered_by_lender ? 'is not taken' : 'stays'}`);
    return Boolean(row);
  };

  withdraw = async (request: RequestRow): Promise<void> => {
    const sign = this.board.callSign(request.unit);
    const row = await this.run(
      `request:${request.id}`,
      `Withdraw ${sign}`,
      () => this.board.api.withdraw(request.id, request.version),
      { where: 'requests', incident: request.incident },
    );
    if (!row) return;
    // To take our own offer back is our no to the neighbour, for whom the next candidate is asked.
    if (isOurs(request) && request.offered_by_lender) this.echoOk(`${sign} is offered no more`);
    else if (request.offered_by_lender) this.echoOk('Nobody else is asked');
    else this.echoOk(`Request for ${sign} withdrawn`);
  };

  release = async (assignment: AssignmentRow): Promise<void> => {
    const sign = this.board.callSign(assignment.unit);
    const row = await this.run(`assignment:${assignment.id}`, `Release ${sign}`, () =>
      this.board.api.release(assignment.id, assignment.version),
    );
    if (row) this.echoOk(`${sign} released`);
  };

  recall = async (assignment: AssignmentRow, reason: string): Promise<boolean> => {
    const sign = this.board.callSign(assignment.unit);
    const row = await this.run(`assignment:${assignment.id}`, `Recall ${sign}`, () =>
      this.board.api.recall(assignment.id, assignment.version, reason),
    );
    if (row) this.echoOk(`${sign} is called back from ${this.board.nameOf(row.borrower)}`);
    return Boolean(row);
  };

  extend = async (assignment: AssignmentRow, hours: number): Promise<void> => {
    const sign = this.board.callSign(assignment.unit);
    const row = await this.run(`assignment:${assignment.id}`, `Extend ${sign}`, () =>
      this.board.api.extend(assignment.id, assignment.version, hours),
    );
    if (row) this.echoOk(`${sign} is kept longer`);
  };

  confirmLoan = async (assignment: AssignmentRow): Promise<void> => {
    const sign = this.board.callSign(assignment.unit);
    const row = await this.run(`assignment:${assignment.id}`, `Confirm ${sign}`, () =>
      this.board.api.confirmLoan(assignment.id, assignment.version),
    );
    if (row) this.echoOk(`The loan of ${sign} is confirmed`);
  };

  closeLending = async (reason: string, endsAt: string | null): Promise<boolean> => {
    const row = await this.run('closure', 'Close to lending', () =>
      this.board.api.closeLending(reason, endsAt),
    );
    if (row) this.echoOk('Closed to lending');
    return Boolean(row);
  };

  openLending = async (closure: ClosureRow): Promise<void> => {
    const row = await this.run('closure', 'Lend again', () =>
      this.board.api.openLending(closure.id),
    );
    if (row) this.echoOk('Open to lending');
  };

  askWaiver = async (
    incident: string,
    refused: Pick<RefusedUnit, 'unit'>,
    reason: Pick<Reason, 'agreement' | 'clause'>,
  ): Promise<void> => {
    const { agreement, clause } = reason;
    if (!agreement || !clause) return;
    const row = await this.run(`waiver:${refused.unit}`, `Waiver of clause ${clause}`, () =>
      this.board.api.askWaiver(incident, refused.unit, agreement, clause),
    );
    if (row) this.echoOk(`${this.board.nameOf(row.lender)} is asked to waive clause ${clause}`);
  };

  grantWaiver = async (waiver: WaiverRow): Promise<void> => {
    const row = await this.run(`waiver:${waiver.id}`, `Waive clause ${waiver.clause}`, () =>
      this.board.api.grantWaiver(waiver.id),
    );
    if (row) this.echoOk(`Clause ${waiver.clause} rests for ${this.board.callSign(waiver.unit)}`);
  };

  refuseWaiver = async (waiver: WaiverRow, reason: string): Promise<boolean> => {
    const row = await this.run(`waiver:${waiver.id}`, `Refuse the waiver`, () =>
      this.board.api.refuseWaiver(waiver.id, reason),
    );
    if (row) this.echoOk(`Clause ${waiver.clause} stands`);
    return Boolean(row);
  };

  /** Answers the problem where the order itself is wrong, so that its form can say so. */
  planAid = async (incident: string, order: OrderAsk): Promise<Problem | null> => {
    let failure: Problem | null = null;
    const plan = await this.run(`order:${incident}`, 'Plan', () =>
      this.board.api.planAid(incident, order).catch((error: unknown) => {
        if (error instanceof Problem) failure = error;
        throw error;
      }),
    );
    if (!plan) return failure;
    this.orders.show(plan);
    this.echoOk(`Plan for ${plural(plan.plan.figures.units, 'unit')}`);
    return null;
  };

  sendAidPlan = async (plan: AidPlan, units: string[]): Promise<void> => {
    const sent = await this.run(`order:${plan.incident}`, 'Ask all', () =>
      this.board.api.sendAidPlan(plan.id, units),
    );
    if (!sent) return;
    this.orders.sent(sent);
    const lenders = new Set(sent.requests.map((row) => row.lender)).size;
    const asked = `${plural(lenders, 'lender')} asked for ${plural(sent.requests.length, 'unit')}`;
    this.echoOk(
      sent.refused.length ? `${asked}; ${sent.refused.length} could not be asked` : asked,
    );
  };

  /** A unit that stands by is sent on to a call; nobody is asked again. */
  sendOn = async (incident: string, unit: string): Promise<void> => {
    const standing = [...(this.board.picture?.assignments.values() ?? [])].find(
      (row) => row.unit === unit && row.state !== 'ended' && row.state !== 'returning',
    );
    if (!standing) return;
    const sign = this.board.callSign(unit);
    const override = this.overrides.before(incident, unit);
    const row = await this.run(
      `unit:${unit}`,
      `Send on ${sign}`,
      () => this.board.api.redirect(standing.id, incident, standing.version),
      { where: 'recommendation', incident },
    );
    if (!row) return;
    this.overrides.ask(override);
    this.echoOk(`${sign} is sent on to ${this.board.incidentNumber(incident)}`);
  };

  setStatus = async (unit: UnitRow, status: UnitStatus, because = ''): Promise<boolean> => {
    const word = STATUSES[status];
    const row = await this.run(
      `unit:${unit.id}`,
      `${unit.call_sign} ${word.code}`,
      () => this.board.api.setStatus(unit.id, status, unit.version, because),
      { where: 'units', incident: null },
    );
    if (row) this.echoOk(`${unit.call_sign} is ${word.name}`);
    return Boolean(row);
  };
}

const KEY = Symbol('commands');
export const provideCommands = (commands: Commands): Commands => setContext(KEY, commands);
export const useCommands = (): Commands => getContext<Commands>(KEY);
