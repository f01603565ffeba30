import type { Level } from './classes';

/** One pulse of a tone: seconds from the beginning of its burst. */
export interface Pulse {
  at: number;
  seconds: number;
  hz: number;
}

const [LONG, GAP] = [0.15, 0.1];
const [CALM_LONG, CALM_GAP] = [0.2, 0.2];
const HIGH_HZ = 660;
const MEDIUM_HZ = 440;

const row = (from: number, count: number, long: number, gap: number, hz: number): Pulse[] =>
  Array.from({ length: count }, (_, place) => ({
    at: from + place * (long + gap),
    seconds: long,
    hz,
  }));

const threeAndTwo = (from: number) => [
  ...row(from, 3, LONG, GAP, HIGH_HZ),
  ...row(from + 3 * LONG + 2 * GAP + (2 * GAP + LONG), 2, LONG, GAP, HIGH_HZ),
];

/**
 * Bursts after the scheme of IEC 60601-1-8: high is three pulses and two, twice, in quick pulses; medium three
 * slow ones; low is silent. A pitch of its own for each, so that one is known by half of its first pulse.
 */
export const BURSTS: Record<Level, readonly Pulse[]> = {
  high: [...threeAndTwo(0), ...threeAndTwo(2.2)],
  medium: row(0, 3, CALM_LONG, CALM_GAP, MEDIUM_HZ),
  low: [],
};

/** From the beginning of one high burst to that of the next. */
export const REPEAT_S = 8;
/** So far ahead bursts stand on the sound card's own clock: a page whose timers sleep goes on sounding. */
export const AHEAD_S = 24;
const LOUDNESS = 0.3;
/** Rise and fall of a pulse; without them each begins and ends with a click. */
const EDGE_S = 0.015;

type Tone = { source: OscillatorNode; gain: GainNode; until: number };

/** Plays alarms on one `AudioContext`. The page says each second what must be heard; a repetition needs no timer. */
export class Sounder {
  private context: AudioContext | null = null;
  private repeating: Tone[] = [];
  /** When the next repetition begins, on the context's clock. */
  private nextAt = 0;
  private wave: PeriodicWave | null = null;
  private master: GainNode | null = null;
  private volume = 1;

  constructor(
    private readonly open: () => AudioContext,
    private readonly onChange: () => void,
  ) {}

  /** Whether what is played can be heard: a browser lets a page sound only after somebody has used it. */
  get runs(): boolean {
    return this.context?.state === 'running';
  }

  start(): void {
    try {
      this.context = this.open();
      this.context.onstatechange = () => this.onChange();
      this.master = this.context.createGain();
      this.master.gain.value = this.volume;
      this.master.connect(this.context.destination);
      void this.unlock();
    } catch {
      this.context = null; // this browser has no sound: shown as blocked
    }
  }

  async unlock(): Promise<void> {
    try {
      if (!this.context || this.runs) return;
      // Not allowed yet: this waits until it is, perhaps for ever.
      await this.context.resume();
    } catch {
      // It stays as it was, and the chip says so.
    } finally {
      this.onChange();
    }
  }

  stop(): void {
    this.hush();
    if (this.context) this.context.onstatechange = null;
    void this.context?.close().catch(() => undefined);
    this.context = null;
  }

  /** From now on, also for what is already to be played. `volume`: 1 is full. */
  setVolume(volume: number): void {
    this.volume = volume;
    if (this.master) this.master.gain.value = volume;
  }

  /** Goes on with the high alarm; called again and again for as long as it has to be heard. */
  repeat(): void {
    const context = this.context;
    if (!context || !this.runs) return;
    const now = context.currentTime;
    this.repeating = this.repeating.filter((tone) => tone.until > now);
    if (this.nextAt < now) this.nextAt = now + 0.05;
    while (this.nextAt < now + AHEAD_S) {
      this.repeating.push(...this.burst('high', this.nextAt));
      this.nextAt += REPEAT_S;
    }
  }

  /** The repetition ends at once, in the middle of a pulse. */
  hush(): void {
    for (const { source, gain } of this.repeating) {
      gain.disconnect();
      source.stop();
    }
    this.repeating = [];
    this.nextAt = 0;
  }

  /** The medium alarm, once. */
  chime(): void {
    if (this.context && this.runs) this.burst('medium', this.context.currentTime + 0.05);
  }

  /**
   * Calls back every second by the sound card's clock for as long as it answers true. Browsers slow the timers
   * of a hidden page down to one a minute, and not this.
   */
  beat(run: () => boolean): void {
    const context = this.context;
    if (!context || !this.runs) return;
    const silence = context.createConstantSource();
    const gain = context.createGain();
    gain.gain.value = 0;
    silence.connect(gain).connect(context.destination);
    silence.onended = () => {
      gain.disconnect();
      if (run()) this.beat(run);
    };
    silence.start();
    silence.stop(context.currentTime + 1);
  }

  private burst(level: Level, from: number): Tone[] {
    return BURSTS[level].map((pulse) => this.tone(pulse, from + pulse.at));
  }

  private tone({ hz, seconds }: Pulse, at: number): Tone {
    const context = this.context!;
    const [source, gain] = [context.createOscillator(), context.createGain()];
    // A fundamental and four harmonics: a pure tone is hard to find in a room.
    this.wave ??= context.createPeriodicWave(
      new Float32Array(6),
      new Float32Array([0, 1, 0.7, 0.6, 0.5, 0.4]),
    );
    source.setPeriodicWave(this.wave);
    source.frequency.value = hz;
    const until = at + seconds;
    gain.gain.setValueAtTime(0, at);
    gain.gain.linearRampToValueAtTime(LOUDNESS, at + EDGE_S);
    gain.gain.setValueAtTime(LOUDNESS, until - EDGE_S);
    gain.gain.linearRampToValueAtTime(0, until);
    source.connect(gain).connect(this.master!);
    source.start(at);
    source.stop(until);
    return { source, gain, until };
  }
}

/** What of these may be heard by a person's own choice; a high alarm always may. */
export const audible = <Of extends { level: Level }>(
  alarms: readonly Of[],
  choice: 'all' | 'high',
): Of[] => alarms.filter(({ level }) => level === 'high' || choice === 'all');

/** `armed`: would be heard. `elsewhere`: another window of this console has the sound. */
export type SoundState = 'armed' | 'blocked' | 'muted' | 'elsewhere';

/** Null while a window has asked for the sound and does not know yet whether it has it. */
export function soundState(facts: {
  runs: boolean;
  owns: boolean;
  ownedElsewhere: boolean;
  mutedUntil: number;
  now: number;
}): SoundState | null {
  if (!facts.runs && !facts.ownedElsewhere) return 'blocked';
  if (facts.mutedUntil > facts.now) return 'muted';
  if (facts.owns && facts.runs) return 'armed';
  return facts.ownedElsewhere ? 'elsewhere' : null;
}
