import { Problem } from '../wire/problem';
import type { RefusedUnit, UnitType } from '../wire/types';
import type { Verdict } from '../wire/verdict';
import type { Board } from './board.svelte';

/** A unit that was asked about. Until the answer is there, `verdict` and `problem` are empty. */
export interface AskedAbout {
  incident: string;
  unit: string;
  verdict: Verdict | null;
  problem: Problem | null;
  /** What the recommendation said of it: of a stranger's unit the server says no more than that. */
  refused: RefusedUnit | null;
}

/** Why one unit may come, or may not: shown beside the recommendation until somebody closes it. */
export class Verdicts {
  shown = $state.raw<AskedAbout | null>(null);

  constructor(private readonly board: Board) {}

  /** The newest question is the one that is shown, whichever answer comes first. */
  async ask(
    incident: string,
    unit: string,
    need: UnitType | null,
    refused: RefusedUnit | null,
  ): Promise<AskedAbout> {
    let asked: AskedAbout = { incident, unit, refused, verdict: null, problem: null };
    const waiting = asked;
    this.shown = waiting;
    try {
      asked = { ...asked, verdict: await this.board.api.verdict(incident, unit, need) };
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      asked = { ...asked, problem: error };
    }
    if (this.shown === waiting) this.shown = asked;
    return asked;
  }

  /** What the recommendation panel shows: an answer about another incident waits until that is selected. */
  get here(): AskedAbout | null {
    return this.shown?.incident === this.board.selectedIncident ? this.shown : null;
  }

  close = (): void => {
    this.shown = null;
  };
}
