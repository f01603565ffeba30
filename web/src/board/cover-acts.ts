import type { PreAlertRow } from '../wire/cover';
import type { StandbyAsk, StandbyMove } from '../wire/standby';
import type { CoverState } from '../wire/types';
import type { Runner } from './runner.svelte';

/** What people do about their cover: overrule it, tell partners early, bring units in to stand by. */
export class CoverActs {
  constructor(private readonly runner: Runner) {}

  override = async (state: CoverState, minutes: number, reason: string): Promise<boolean> => {
    const { home, api } = this.runner.board;
    if (!home) return false;
    const row = await this.runner.run('cover', `Cover ${state}`, () =>
      api.overrideCover(home, state, minutes, reason),
    );
    if (row) this.runner.echoOk(`Cover is set by hand to ${row.state}`);
    return Boolean(row);
  };

  endOverride = async (): Promise<void> => {
    const { home, api } = this.runner.board;
    if (!home) return;
    const row = await this.runner.run('cover', 'Cover as measured', () => api.endOverride(home));
    if (row) this.runner.echoOk('Cover is as measured again');
  };

  preAlert = async (to: string[], note: string): Promise<boolean> => {
    const { home, api } = this.runner.board;
    if (!home) return false;
    const row = await this.runner.run('pre-alert', 'Pre-alert', () =>
      api.sendPreAlert(home, to, note),
    );
    if (row)
      this.runner.echoOk(
        `Pre-alert sent to ${row.to.map((id) => this.runner.board.nameOf(id)).join(', ')}`,
      );
    return Boolean(row);
  };

  acknowledge = async (alert: PreAlertRow): Promise<void> => {
    const row = await this.runner.run(`pre-alert:${alert.id}`, 'Pre-alert seen', () =>
      this.runner.board.api.acknowledgePreAlert(alert.id),
    );
    if (row)
      this.runner.echoOk(
        `${this.runner.board.nameOf(alert.jurisdiction)} knows that its pre-alert was seen`,
      );
  };

  /** Asks a neighbour for a unit to stand by, its backfill with it, or moves an own one up. */
  askStandby = async (wanted: StandbyAsk, move: StandbyMove): Promise<boolean> => {
    const { home, api } = this.runner.board;
    if (!home) return false;
    const sign = this.runner.board.callSign(move.unit);
    const row = await this.runner.run(`unit:${move.unit}`, `Standby ${sign}`, () =>
      api.askStandby(home, wanted),
    );
    if (!row) return false;
    const place = move.to.name || 'its post';
    const also = row.backfill
      ? `, and ${this.runner.board.nameOf(row.backfill.lender)} for a backfill`
      : '';
    this.runner.echoOk(
      move.own
        ? `${sign} moves up to ${place}`
        : `${this.runner.board.nameOf(move.lender)} is asked for ${sign} to stand by at ${place}${also}`,
    );
    return true;
  };
}
