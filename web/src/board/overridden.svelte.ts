import type { OverrideReason } from '../wire/advice';
import { OVERRIDE_REASONS } from '../words/overridden';
import type { Advice } from './advice.svelte';
import { overriddenBy, type Overridden } from './overridden';
import type { Runner } from './runner.svelte';

export interface AskedWhy extends Overridden {
  /** Since when, ms since 1970. */
  at: number;
}

const KEY = 'advice-override';

/** Asks why another unit was chosen than the advised one, after it was, and waits for no answer. */
export class Overrides {
  asked = $state.raw<AskedWhy | null>(null);

  constructor(
    private readonly commands: Runner,
    private readonly advice: Advice,
  ) {}

  /** To be looked at before the unit is sent: afterwards the picture is another. */
  before(incident: string, unit: string): Overridden | null {
    const { picture } = this.commands.board;
    const recommendation = this.advice.of(incident)?.recommendation ?? null;
    const said = recommendation && this.advice.opinionOf(recommendation.id);
    return overriddenBy({
      incident,
      unit,
      recommendation,
      favoured: said?.agrees === false ? (said.opinion?.unit ?? null) : null,
      requests: picture?.requests.values() ?? [],
      assigned: picture?.incidents.get(incident)?.assigned ?? [],
      statusOf: (which) => picture?.units.get(which)?.status ?? null,
    });
  }

  /** Only of the incident in view: nobody is called back to another one for this. */
  ask(overridden: Overridden | null): void {
    const { board } = this.commands;
    if (overridden?.incident !== board.selectedIncident) return;
    this.asked = overridden && { ...overridden, at: board.moment };
  }

  get here(): AskedWhy | null {
    return this.asked?.incident === this.commands.board.selectedIncident ? this.asked : null;
  }

  get busy(): boolean {
    return this.commands.busy.has(KEY);
  }

  explain = async (reason: OverrideReason, note: string): Promise<void> => {
    const { asked, commands } = this;
    if (!asked) return;
    const { board } = commands;
    const row = await commands.run(KEY, `Why not ${board.callSign(asked.advised)}`, () =>
      board.api.explainOverride(asked.incident, asked.recommendation, asked.unit, reason, note),
    );
    if (!row) return;
    if (this.asked === asked) this.dismiss();
    commands.echoOk(`Noted: ${OVERRIDE_REASONS.find(({ id }) => id === reason)?.name ?? reason}`);
  };

  dismiss = (): void => {
    this.asked = null;
  };
}
