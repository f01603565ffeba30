import { SvelteSet } from 'svelte/reactivity';
import { answeredBefore, heldBack, heldUnit, Problem, type Held } from '../wire/problem';
import { wallClock } from '../words/format';
import { codeName } from '../words/names';
import type { Board } from './board.svelte';

/** After this long without the server's word a command is shown as not confirmed. */
const SLOW_MS = 1000;

export type CommandState = 'sent' | 'slow' | 'ok' | 'failed' | 'asks';

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

/** Sends one command at a time per key, and says what became of it. */
export class Runner {
  echo = $state.raw<Echo | null>(null);
  clash = $state.raw<Clash | null>(null);
  readonly busy = new SvelteSet<string>();

  constructor(readonly board: Board) {}

  dismissClash = () => (this.clash = null);

  async run<T>(
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
      if (clash && error.status === 409) {
        const whole = answeredBefore(error) ? `${label}: ${text}` : text;
        this.clash = { ...clash, text: whole, held: heldUnit(error) };
      }
      return null;
    } finally {
      clearTimeout(slow);
      this.busy.delete(key);
    }
  }

  private sayProblem(problem: Problem): string {
    const before = answeredBefore(problem);
    if (before) {
      const at = wallClock(Date.parse(before.at), this.board.region.time_zone);
      return `already ${before.state}${before.by ? ` by ${before.by}` : ''} at ${at}`;
    }
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
        return heldBack(problem) || problem.message;
    }
  }

  private holder(holder: string): string {
    const known = this.board.jurisdiction(holder);
    return known ? this.board.nameOf(holder) : this.board.incidentNumber(holder);
  }

  echoOk(text: string): void {
    this.show('ok', text, '');
    this.board.announce(text);
  }

  /** What became of a line that is no command to the server, or was not sent. */
  say(state: 'ok' | 'failed' | 'asks', label: string, text: string): void {
    this.show(state, label, text);
    this.board.announce(text ? `${label}: ${text}` : label);
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
