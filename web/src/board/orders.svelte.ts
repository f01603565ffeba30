import { SvelteMap } from 'svelte/reactivity';
import type { AidPlan, AidPlanSent } from '../wire/order';
import { Problem } from '../wire/problem';
import type { Board } from './board.svelte';

export interface OrderState {
  plan: AidPlan;
  sent: AidPlanSent | null;
}

/** A plan may be sent for so long: by then units have moved. */
export const SENT_WITHIN_MS = 5 * 60_000;

/** The newest order for many units of each incident: its plan, and what became of it. */
export class Orders {
  private readonly known = new SvelteMap<string, OrderState>();

  constructor(private readonly board: Board) {}

  of(incident: string): OrderState | null {
    return this.known.get(incident) ?? null;
  }

  /** The closest-first plan is on screen at once; the better one replaces it where there is one. */
  show(plan: AidPlan): void {
    this.known.set(plan.incident, { plan, sent: null });
    if (plan.pending) void this.hearExact(plan);
  }

  sent(sent: AidPlanSent): void {
    const before = this.known.get(sent.incident);
    if (before) this.known.set(sent.incident, { ...before, sent });
  }

  forget(incident: string): void {
    this.known.delete(incident);
  }

  private async hearExact(plan: AidPlan): Promise<void> {
    try {
      const settled = await this.board.api.aidPlan(plan.id);
      const now = this.known.get(plan.incident);
      if (now?.plan.id === plan.id && !now.sent) {
        this.known.set(plan.incident, { plan: settled, sent: null });
      }
    } catch (error) {
      // The closest-first plan stands; sending it asks the server anyway.
      if (!(error instanceof Problem)) throw error;
    }
  }
}
