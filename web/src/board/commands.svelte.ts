import { getContext, setContext } from 'svelte';
import { SvelteSet } from 'svelte/reactivity';
import { heldUnit, Problem, type Held } from '../wire/problem';
import type { PreAlertRow } from '../wire/cover';
import type { AidPlan, OrderAsk } from '../wire/order';
import type { ClosureRow, WaiverRow } from '../wire/standing';
import type {
  AssignmentRow,
  CoverState,
  IncidentRow,
  NewIncident,
  Reason,
  RefusedUnit,
  RequestRow,
  UnitRow,
  UnitStatus,
} from '../wire/types';
import { plural } from '../words/format';
import { codeName } from '../words/names';
import { STATUSES } from '../words/statuses';
import { Advice } from './advice.svelte';
import type { Board } from './board.svelte';
import { Orders } from './orders.svelte';

/** After this long without the server's word a command is shown as not confirmed. */
const SLOW_MS = 1000;

export type CommandState = 'sent' | 'slow' | 'ok' | 'failed';

export interface Echo {
  state: CommandState;
  label: string;
  text: string;
  at: number;
}

/** A command that lost a race, with what can be done instead. */
export interface Clash {
  where: 'recommendation' | 'requests' | 'units';
  incident: string | null;
  text: string;
  held: Held | null;
}

/** Everything a dispatcher can order. Each command answers true only after the server's word. */
export class Commands {
  echo = $state.raw<Echo | null>(null);
  clash = $state.raw<Clash | null>(null);
  readonly busy = new SvelteSet<string>();
  readonly advice: Advice;
  readonly orders: Orders;

  constructor(private readonly board: Board) {
    this.advice = new Advice(board);
    this.orders = new Orders(board);
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
    this.echoOk(`Incident ${row.number} opened`);
    if (board.picture && Array.isArray(row.assigned)) {
      const { seq } = board.picture;
      board.hear({ type: 'delta', seq, now: new Date(board.now).toISOString(), incidents: [row] });
    }
    board.closeSide();
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
    const row = await this.run(
      `unit:${unit}`,
      `Request ${sign}`,
      () => this.board.api.requestAid(incident, unit, recommendation),
      { where: 'recommendation', incident },
    );
    if (!row) return;
    const lender = this.board.nameOf(row.lender);
    this.echoOk(
      row.automatic || row.state === 'accepted'
        ? `${sign} is coming: ${lender} lends automatically`
        : `${lender} is asked for ${sign}`,
    );
  };

  assignOwn = async (incident: string, unit: string): Promise<void> => {
    const sign = this.board.callSign(unit);
    const row = await this.run(
      `unit:${unit}`,
      `Assign ${sign}`,
      () => this.board.api.assignOwn(incident, unit),
      { where: 'recommendation', incident },
    );
    if (row) this.echoOk(`${sign} assigned to ${this.board.incidentNumber(incident)}`);
  };

  /** Own units are assigned, a neighbour's are asked for: one key for both. */
  send = (incident: string, unit: string): Promise<void> =>
    this.board.picture?.units.get(unit)?.own
      ? this.assignOwn(incident, unit)
      : this.requestAid(incident, unit);

  accept = async (request: RequestRow): Promise<void> => {
    const sign = this.board.callSign(request.unit);
    const row = await this.run(
      `request:${request.id}`,
      `Accept ${sign}`,
      () => this.board.api.accept(request.id, request.version),
      { where: 'requests', incident: request.incident },
    );
    if (row) this.echoOk(`${sign} lent to ${this.board.nameOf(request.borrower)}`);
  };

  decline = async (request: RequestRow, reason: string, note: string): Promise<boolean> => {
    const sign = this.board.callSign(request.unit);
    const row = await this.run(
      `request:${request.id}`,
      `Decline ${sign}`,
      () => this.board.api.decline(request.id, request.version, reason, note),
      { where: 'requests', incident: request.incident },
    );
    if (row) this.echoOk(`Declined: ${sign} stays`);
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
    if (row) this.echoOk(`Request for ${sign} withdrawn`);
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

  overrideCover = async (state: CoverState, minutes: number, reason: string): Promise<boolean> => {
    const { home, api } = this.board;
    if (!home) return false;
    const row = await this.run('cover', `Cover ${state}`, () =>
      api.overrideCover(home, state, minutes, reason),
    );
    if (row) this.echoOk(`Cover is set by hand to ${row.state}`);
    return Boolean(row);
  };

  endOverride = async (): Promise<void> => {
    const { home, api } = this.board;
    if (!home) return;
    const row = await this.run('cover', 'Cover as measured', () => api.endOverride(home));
    if (row) this.echoOk('Cover is as measured again');
  };

  sendPreAlert = async (to: string[], note: string): Promise<boolean> => {
    const { home, api } = this.board;
    if (!home) return false;
    const row = await this.run('pre-alert', 'Pre-alert', () => api.sendPreAlert(home, to, note));
    if (row)
      this.echoOk(`Pre-alert sent to ${row.to.map((id) => this.board.nameOf(id)).join(', ')}`);
    return Boolean(row);
  };

  acknowledgePreAlert = async (alert: PreAlertRow): Promise<void> => {
    const row = await this.run(`pre-alert:${alert.id}`, 'Pre-alert seen', () =>
      this.board.api.acknowledgePreAlert(alert.id),
    );
    if (row)
      this.echoOk(`${this.board.nameOf(alert.jurisdiction)} knows that its pre-alert was seen`);
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

  dismissClash = () => (this.clash = null);

  private async run<T>(
    key: string,
    label: string,
    ask: () => Promise<T>,
    clash?: Pick<Clash, 'where' | 'incident'>,
  ): Promise<T | null> {
    if (this.busy.has(key)) return null;
    keepFocus();
    this.busy.add(key);
    this.clash = null;
    this.show('sent', label, 'sent');
    const slow = setTimeout(() => this.show('slow', label, 'not confirmed yet'), SLOW_MS);
    try {
      const answer = await ask();
      this.show('ok', label, 'done');
      return answer;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.status === 401) this.board.endSession();
      const text = this.sayProblem(error);
      this.show('failed', label, text);
      this.board.announce(`${label}: ${text}`);
      if (clash && error.status === 409) this.clash = { ...clash, text, held: heldUnit(error) };
      return null;
    } finally {
      clearTimeout(slow);
      this.busy.delete(key);
    }
  }

  private sayProblem(problem: Problem): string {
    const held = heldUnit(problem);
    if (held) return `${this.board.callSign(held.unit)} is held by ${this.holder(held.holder)}`;
    switch (problem.code) {
      case 'no_answer':
        return 'not confirmed: the server did not answer. Check before you repeat it';
      case 'stale_version':
        return 'changed meanwhile; look again';
      case 'illegal_step':
        return codeName(String(problem.details['because'] ?? problem.message));
      default:
        return problem.message;
    }
  }

  private holder(holder: string): string {
    const known = this.board.jurisdiction(holder);
    return known ? this.board.nameOf(holder) : this.board.incidentNumber(holder);
  }

  private echoOk(text: string): void {
    this.show('ok', text, '');
    this.board.announce(text);
  }

  private show(state: CommandState, label: string, text: string): void {
    this.echo = { state, label, text, at: this.board.now };
  }
}

/** What was pressed is about to go: its panel takes the focus, so that the next key still lands there. */
function keepFocus(): void {
  const panel = document.activeElement?.closest<HTMLElement>('[data-panel]');
  // The entry form stays until the server has said yes: its fields keep the focus.
  if (panel && panel.dataset['panel'] !== 'entry') panel.focus({ preventScroll: true });
}

const KEY = Symbol('commands');
export const provideCommands = (commands: Commands): Commands => setContext(KEY, commands);
export const useCommands = (): Commands => getContext<Commands>(KEY);
