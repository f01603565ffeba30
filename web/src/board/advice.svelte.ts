import { SvelteMap } from 'svelte/reactivity';
import { Problem } from '../wire/problem';
import type { Recommendation, UnitType } from '../wire/types';
import type { Board } from './board.svelte';

export interface Advised {
  asking: boolean;
  need: UnitType | null;
  recommendation: Recommendation | null;
  problem: string;
}

/** Younger than this, a recommendation is shown again rather than asked for again: each is on record. */
const REUSE_MS = 60_000;

/** The newest recommendation of each incident. */
export class Advice {
  private readonly known = new SvelteMap<string, Advised>();

  constructor(private readonly board: Board) {}

  of(incident: string): Advised | null {
    return this.known.get(incident) ?? null;
  }

  async askIfOld(incident: string): Promise<void> {
    const made = this.of(incident)?.recommendation?.made_at;
    if (made && this.board.now - Date.parse(made) < REUSE_MS) return;
    await this.ask(incident);
  }

  async ask(
    incident: string,
    need: UnitType | null = this.of(incident)?.need ?? null,
  ): Promise<void> {
    const before = this.of(incident);
    if (before?.asking) return;
    const recommendation = before?.need === need ? before.recommendation : null;
    this.known.set(incident, { asking: true, need, recommendation, problem: '' });
    try {
      const fresh = await this.board.api.recommend(incident, need ?? undefined);
      this.known.set(incident, { asking: false, need, recommendation: fresh, problem: '' });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.known.set(incident, { asking: false, need, recommendation, problem: error.message });
    }
  }
}
