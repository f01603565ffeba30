import { holdOf } from '../picture/cards';
import type { Board } from './board.svelte';

/** Whether the hands are on a panel: what of its rows may not move now. */
export class Held {
  private pointedAt = $state(-Infinity);
  private focused = $state<'row' | 'panel' | null>(null);

  readonly hold = $derived.by(() => holdOf(this.focused, this.board.now - this.pointedAt));

  constructor(
    private readonly board: Pick<Board, 'now'>,
    /** Matches a row of the panel. */
    private readonly row: string,
  ) {}

  /** For the panel's element. */
  readonly on = {
    onfocusin: ({ target }: FocusEvent) => {
      this.focused = target instanceof Element && target.closest(this.row) ? 'row' : 'panel';
    },
    onfocusout: ({ currentTarget, relatedTarget }: FocusEvent) => {
      const stays =
        relatedTarget instanceof Node && (currentTarget as Node).contains(relatedTarget);
      if (!stays) this.focused = null;
    },
    onpointermove: () => {
      this.pointedAt = this.board.now;
    },
    onpointerleave: () => {
      this.pointedAt = -Infinity;
    },
  };
}
