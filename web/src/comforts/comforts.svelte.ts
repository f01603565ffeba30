import { getContext, setContext } from 'svelte';
import type { Api } from '../wire/api';
import { Keeping } from './keeping';
import {
  HELD_TABLES,
  inForce,
  type Changes,
  type Chosen,
  type HeldTable,
  type SizedPanel,
} from './preferences';

/** A slider sends many values: the server hears of the last. */
const SAVE_MS = 400;
/** What the server did not take is offered to it again. */
const AGAIN_MS = 20_000;

/** A signed-in person's preferences, in force at once in every window of this computer. */
export class Comforts {
  private chosen = $state.raw<Chosen>({});
  /** Whether the server has them; else this computer keeps them until it has. */
  saved = $state(true);
  /** Whether the settings are open. */
  open = $state(false);
  readonly now = $derived(inForce(this.chosen));

  private readonly keeping: Keeping;
  private readonly name: string;
  private stopped = false;
  private saving: ReturnType<typeof setTimeout> | undefined;

  constructor(api: Pick<Api, 'preferences' | 'setPreferences'>, person: string) {
    this.name = `board.preferences.${person}`;
    this.keeping = new Keeping({
      read: api.preferences,
      write: api.setPreferences,
      remember: (text) => remember(this.name, text),
      recall: () => recall(this.name),
      onChange: (chosen, saved) => ([this.chosen, this.saved] = [chosen, saved]),
    });
    [this.chosen, this.saved] = [this.keeping.held, this.keeping.saved];
  }

  start(): () => void {
    const heard = (event: StorageEvent) => {
      if (event.key === this.name) this.keeping.hear(event.newValue);
    };
    const wake = () => void this.sync();
    addEventListener('storage', heard);
    addEventListener('online', wake);
    return () => {
      this.stopped = true;
      removeEventListener('storage', heard);
      removeEventListener('online', wake);
      clearTimeout(this.saving);
    };
  }

  sync = async (): Promise<void> => {
    await this.keeping.sync();
    if (!this.saved && !this.stopped) this.syncIn(AGAIN_MS);
  };

  set(changes: Changes): void {
    this.keeping.change(changes);
    this.syncIn(SAVE_MS);
  }

  private syncIn(ms: number): void {
    clearTimeout(this.saving);
    this.saving = setTimeout(() => void this.sync(), ms);
  }

  sizeOf = (panel: SizedPanel): number =>
    this.now.panel_font_percent[panel] ?? this.now.font_percent;

  /** A panel's own text size; null: the board's again. */
  size(panel: SizedPanel, percent: number | null): void {
    const others = Object.entries(this.now.panel_font_percent).filter(([name]) => name !== panel);
    const own = percent === null ? [] : [[panel, percent]];
    const sizes = Object.fromEntries([...others, ...own]);
    this.set({ panel_font_percent: Object.keys(sizes).length ? sizes : null });
  }

  holds = (table: HeldTable): boolean => this.now.hold_sort.includes(table);

  hold(table: HeldTable, on: boolean): void {
    const held = HELD_TABLES.filter((one) => (one === table ? on : this.holds(one)));
    this.set({ hold_sort: held });
  }
}

// A browser may forbid a page its memory; then there is none.
function remember(name: string, text: string): void {
  try {
    localStorage.setItem(name, text);
  } catch {
    return;
  }
}

function recall(name: string): string | null {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

const KEY = Symbol('comforts');
export const provideComforts = (comforts: Comforts): Comforts => setContext(KEY, comforts);
export const useComforts = (): Comforts => getContext<Comforts>(KEY);
