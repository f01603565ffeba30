import type { Alarm } from '../alarms/ledger';
import { Ownership } from '../alarms/ownership';
import { Sounder, soundState, type SoundState } from '../alarms/sound';

/** The longest that sound may rest. */
export const SILENCE_MS = 60_000;
/** A browser that allows sound says so within this time; before, nothing is said about it. */
const SETTLING_MS = 500;

/** The sound of one window: whether it can be heard, rests, or is another window's; and what it plays. */
export class Speaker {
  /** Null while the browser has not said yet whether it allows sound. */
  state = $state<SoundState | null>(null);
  mutedUntil = $state(0);

  private readonly sounder = new Sounder(
    () => new AudioContext({ latencyHint: 'interactive' }),
    () => this.settle(),
  );
  private readonly ownership = new Ownership('board.alarms.sound', navigator.locks, () =>
    this.settle(),
  );
  private settled = false;
  private now = 0;
  private hasNews = true;
  /** Medium alarms that have not chimed yet, by key. */
  private due = new Set<string>();
  private known = new Set<string>();

  /** `wake` is called each second while the page is hidden. Answers how to end it. */
  start(wake: () => void): () => void {
    const unlock = () => void this.unlock();
    const hidden = () => document.hidden && this.sounder.beat(() => (wake(), document.hidden));
    addEventListener('pointerdown', unlock);
    addEventListener('keydown', unlock);
    document.addEventListener('visibilitychange', hidden);
    this.sounder.start();
    const settling = setTimeout(() => {
      this.settled = true;
      this.settle();
    }, SETTLING_MS);
    return () => {
      clearTimeout(settling);
      removeEventListener('pointerdown', unlock);
      removeEventListener('keydown', unlock);
      document.removeEventListener('visibilitychange', hidden);
      this.sounder.stop();
      this.ownership.end();
    };
  }

  /** By a hand on mouse or keyboard, without which browsers allow no sound. */
  async unlock(): Promise<void> {
    if (!this.sounder.runs) await this.sounder.unlock();
  }

  /** The sound comes to this window. */
  take(): void {
    void this.unlock().then(() => this.ownership.take());
  }

  /** These were there before this page was: they have chimed. */
  knows(alarms: readonly Alarm[]): void {
    this.known = new Set(alarms.map((alarm) => alarm.id));
  }

  setVolume(percent: number): void {
    this.sounder.setVolume(percent / 100);
  }

  silence(until: number): void {
    this.mutedUntil = until;
    this.settle();
  }

  /**
   * Once a second and with every frame: whether the silence is over, and where the sound is. `hasNews`: this
   * window knows of what there is to sound; one that does not leaves the sound to others.
   */
  look(now: number, hasNews: boolean): void {
    this.now = now;
    this.hasNews = hasNews;
    if (!this.ownership.owns) void this.ownership.look();
    this.settle();
  }

  /** Plays what is not acknowledged: a high one until it is, a medium one once. */
  play(waiting: readonly Alarm[], state: SoundState | null): void {
    const keys = waiting.filter((alarm) => alarm.level === 'medium').map((alarm) => alarm.id);
    const fresh = keys.filter((key) => !this.known.has(key));
    this.known = new Set(keys);
    this.due = new Set([...this.due, ...fresh].filter((key) => this.known.has(key)));
    if (state === 'elsewhere') this.due.clear();
    if (state !== 'armed') return this.sounder.hush();
    if (waiting.some((alarm) => alarm.level === 'high')) return this.sounder.repeat();
    this.sounder.hush();
    if (!this.due.size) return;
    this.due.clear();
    this.sounder.chime();
  }

  private settle(): void {
    const { owns, ownedElsewhere } = this.ownership;
    const { runs } = this.sounder;
    if (runs && this.hasNews) this.ownership.claim();
    else if (owns || !this.hasNews) this.ownership.release(); // who cannot be heard, or has nothing to say
    if (!this.settled && !runs) return;
    const { mutedUntil, now } = this;
    const found = soundState({ runs, owns: this.ownership.owns, ownedElsewhere, mutedUntil, now });
    // Between the claim and its answer nothing is known.
    if (found) this.state = found;
  }
}
