import { beforeEach, expect, test } from 'vitest';
import { AHEAD_S, audible, BURSTS, REPEAT_S, Sounder, soundState } from '../../src/alarms/sound';

class Node {
  frequency = { value: 0 };
  gain = { value: 0, setValueAtTime: () => {}, linearRampToValueAtTime: () => {} };
  onended: (() => void) | null = null;
  startedAt: number | null = null;
  cut = false;
  setPeriodicWave = () => {};
  disconnect = () => {};
  connect = (to: Node) => to;
  start = (at = 0) => void (this.startedAt = at);
  stop = (at?: number) => void (this.cut = at === undefined);
}

class Context {
  state = 'running';
  currentTime = 100;
  destination = new Node();
  onstatechange: (() => void) | null = null;
  tones: Node[] = [];
  constants: Node[] = [];
  gains: Node[] = [];
  resumed = 0;
  createOscillator = () => this.add(this.tones);
  createConstantSource = () => this.add(this.constants);
  createGain = () => this.add(this.gains);
  createPeriodicWave = () => ({});
  resume = async () => void (this.resumed += 1);
  close = async () => {};
  private add(list: Node[]): Node {
    const node = new Node();
    list.push(node);
    return node;
  }
}

let context: Context;
let sounder: Sounder;
beforeEach(() => {
  context = new Context();
  sounder = new Sounder(
    () => context as unknown as AudioContext,
    () => {},
  );
  sounder.start();
});
const playing = () => context.tones.filter((tone) => !tone.cut);

test('high is three pulses and two, twice; medium is three; low is silent', () => {
  const gaps = BURSTS.high.slice(1).map((pulse, place) => pulse.at - BURSTS.high[place]!.at);
  const isLong = gaps.map((gap) => gap > 0.3);
  expect(BURSTS.high).toHaveLength(10);
  expect(isLong).toEqual([false, false, true, false, true, false, false, true, false]);
  expect(gaps[4]).toBeGreaterThan(gaps[2]!);
  expect(BURSTS.medium).toHaveLength(3);
  expect(BURSTS.low).toEqual([]);
});

test('high is quicker than medium and has another pitch', () => {
  const gap = (level: 'high' | 'medium') => BURSTS[level][1]!.at - BURSTS[level][0]!.at;
  expect(gap('high')).toBeLessThan(gap('medium'));
  expect(BURSTS.high[0]!.hz).not.toBe(BURSTS.medium[0]!.hz);
  const last = BURSTS.high.at(-1)!;
  expect(last.at + last.seconds).toBeLessThan(REPEAT_S);
});

test('the repetition stands on the sound card’s clock, so that sleeping timers do not stop it', () => {
  sounder.repeat();
  const ends = Math.max(...context.tones.map((tone) => tone.startedAt!));
  expect(ends).toBeGreaterThan(100 + AHEAD_S - REPEAT_S);
});

test('saying it again plays nothing twice, and goes on where it was', () => {
  sounder.repeat();
  const first = context.tones.length;
  sounder.repeat();
  expect(context.tones).toHaveLength(first);
  context.currentTime += REPEAT_S;
  sounder.repeat();
  expect(context.tones).toHaveLength(first + BURSTS.high.length);
  const starts = context.tones.map((tone) => tone.startedAt);
  expect(new Set(starts).size).toBe(starts.length);
});

test('it ends in the middle of a pulse, and the next one begins at once', () => {
  sounder.repeat();
  sounder.hush();
  expect(playing()).toEqual([]);
  context.currentTime += 1;
  sounder.repeat();
  expect(playing()[0]!.startedAt).toBeCloseTo(context.currentTime + 0.05);
});

test('a blocked page plays nothing, asks once it may, and says that it is blocked', async () => {
  context.state = 'suspended';
  sounder.repeat();
  sounder.chime();
  expect([sounder.runs, context.tones.length]).toEqual([false, 0]);
  await sounder.unlock();
  expect(context.resumed).toBe(1);
});

test('a browser without sound is blocked and breaks nothing', async () => {
  const mute = new Sounder(
    () => {
      throw new Error('no sound here');
    },
    () => {},
  );
  mute.start();
  mute.repeat();
  await mute.unlock();
  mute.stop();
  expect(mute.runs).toBe(false);
});

test('the beat comes by the sound card’s clock for as long as it is wanted', () => {
  let beats = 0;
  sounder.beat(() => ++beats < 3);
  for (let place = 0; place < 5; place += 1) context.constants[place]?.onended?.();
  expect(beats).toBe(3);
});

test('the shell says where the sound is: blocked before silenced before another window', () => {
  const here = { runs: true, owns: true, ownedElsewhere: false, mutedUntil: 0, now: 10 };
  expect(soundState(here)).toBe('armed');
  expect(soundState({ ...here, mutedUntil: 11 })).toBe('muted');
  expect(soundState({ ...here, mutedUntil: 10 })).toBe('armed');
  expect(soundState({ ...here, runs: false })).toBe('blocked');
  const other = { ...here, owns: false, ownedElsewhere: true };
  expect(soundState(other)).toBe('elsewhere');
  expect(soundState({ ...other, runs: false })).toBe('elsewhere');
  expect(soundState({ ...other, mutedUntil: 11 })).toBe('muted');
  expect(soundState({ ...here, owns: false })).toBeNull();
});

test('the volume holds for what is already to be played, and for what comes', () => {
  sounder.repeat();
  sounder.setVolume(0.2);
  const [master] = context.gains;
  expect(master!.gain.value).toBe(0.2);
  sounder.stop();
  sounder.start();
  expect(context.gains.at(-1)!.gain.value).toBe(0.2);
});

test('who wants only high alarms hears no medium one, and nobody can turn a high one off', () => {
  const alarms = [{ level: 'high' as const }, { level: 'medium' as const }];
  expect(audible(alarms, 'high')).toEqual([{ level: 'high' }]);
  expect(audible(alarms, 'all')).toEqual(alarms);
});
