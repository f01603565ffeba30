import { SvelteMap } from 'svelte/reactivity';
import type { SecondOpinion } from '../wire/advice';
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
/** The server waits for an opinion until its own deadline; so often it is asked whether there is one now. */
const OPINION_TRIES = 4;
const OPINION_AGAIN_MS = 1500;

/** The newest recommendation of each incident, and what simulated futures say of each. */
export class Advice {
  private readonly known = new SvelteMap<string, Advised>();
  private readonly opinions = new SvelteMap<string, SecondOpinion>();

  /** Told of every answer: a person's other windows show the same. */
  onKnown: (incident: string, advised: Advised) => void = () => undefined;

  constructor(private readonly board: Board) {}

  of(incident: string): Advised | null {
    return this.known.get(incident) ?? null;
  }

  /** Null until the server has said something. */
  opinionOf(recommendation: string): SecondOpinion | null {
    return this.opinions.get(recommendation) ?? null;
  }

  /** What another window of this person has asked for. */
  take(incident: string, advised: Advised): void {
    this.known.set(incident, advised);
    if (advised.recommendation) this.listen(incident, advised.recommendation.id);
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
    this.tell(incident, { asking: true, need, recommendation, problem: '' });
    try {
      const fresh = await this.board.api.recommend(incident, need ?? undefined);
      this.tell(incident, { asking: false, need, recommendation: fresh, problem: '' });
      this.listen(incident, fresh.id);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.tell(incident, { asking: false, need, recommendation, problem: error.message });
    }
  }

  private tell(incident: string, advised: Advised): void {
    this.known.set(incident, advised);
    this.onKnown(incident, advised);
  }

  private listen(incident: string, recommendation: string): void {
    // Not for a critical call: the fastest goes, and nothing is waited for.
    const critical = this.board.picture?.incidents.get(incident)?.priority === 'critical';
    if (!critical && !this.opinions.has(recommendation)) void this.hearOpinion(recommendation);
  }

  /** After the answer is on the screen, and never instead of it: whatever fails here stays silent. */
  private async hearOpinion(recommendation: string): Promise<void> {
    for (let tries = 0; tries < OPINION_TRIES; tries += 1) {
      try {
        const said = await this.board.api.secondOpinion(recommendation);
        this.opinions.set(recommendation, said);
        if (said.status !== 'pending') return;
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return;
      }
      await new Promise((done) => setTimeout(done, OPINION_AGAIN_MS));
    }
  }
}
