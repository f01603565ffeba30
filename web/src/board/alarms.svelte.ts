import { getContext, setContext, untrack } from 'svelte';
import { CLASSES, type Names } from '../alarms/classes';
import { derive, type Scene } from '../alarms/derive';
import {
  acknowledge,
  findOldest,
  findSeen,
  fold,
  isUnacknowledged,
  listPresent,
  type Alarm,
  type Folded,
  type Ledger,
} from '../alarms/ledger';
import { rememberLoans, type LoanMemory } from '../alarms/loans';
import { rowOf, type LogRow, type Seat } from '../alarms/log';
import { isP1Waiting } from '../alarms/requests';
import { Ownership } from '../alarms/ownership';
import { AlarmStore } from '../alarms/store';
import { audible } from '../alarms/sound';
import type { Preferences } from '../comforts/preferences';
import type { Picture } from '../picture/picture';
import type { Board } from './board.svelte';
import type { IncidentRow } from '../wire/types';
import { SILENCE_MS, type Speaker } from './speaker.svelte';

/** Said by the board itself when they come. */
const ANNOUNCED = new Set(['request_to_answer', 'request_refused', 'server_lost']);

/** What the windows of one console tell each other. */
type Word =
  | { said: 'acknowledged'; seat: string; key: string; at: number; by: string }
  | { said: 'silenced'; until: number };

/** The alarms of this console: what there is, what was seen, what sounds, what is written down. */
export class Alarms {
  ledger = $state.raw<Ledger>({ alarms: [] });
  present = $derived(listPresent(this.ledger));
  /** The one that the next acknowledgement is for. */
  next = $derived(findOldest(this.ledger));
  logOpen = $state(false);
  /** Where the alarms stand on the page. */
  strip: HTMLElement | undefined = $state();

  private readonly store: AlarmStore;
  private readonly seat: Seat;
  private readonly seatKey: string;
  private readonly pen: Ownership;
  private readonly words: BroadcastChannel | null;
  private readonly startedAt: number;
  private loans: LoanMemory;

  constructor(
    readonly board: Board,
    readonly speaker: Speaker,
    private readonly wishes: () => Pick<Preferences, 'sound' | 'volume_percent'>,
  ) {
    const { person } = board;
    this.seat = { person: person.id, jurisdiction: person.jurisdiction ?? '' };
    this.seatKey = `${this.seat.jurisdiction}.${person.role}`;
    this.store = new AlarmStore(localStorage, this.seatKey);
    ({ ledger: this.ledger, loans: this.loans } = this.store.load());
    this.pen = new Ownership('board.alarms.log', navigator.locks, () => this.save());
    this.words = 'BroadcastChannel' in globalThis ? new BroadcastChannel('board.alarms') : null;
    this.startedAt = board.now;
  }

  /** From here on alarms are raised. Every frame and every second is looked at; answers how to end it. */
  start(): () => void {
    this.pen.claim();
    if (this.words) this.words.onmessage = ({ data }) => this.told(data as Word);
    this.speaker.knows(this.present);
    // Who only looks on, or administers, is called upon by nothing that sounds.
    const quiet = this.board.mayDispatch ? this.speaker.start(() => this.board.look()) : () => {};
    const end = $effect.root(() => {
      $effect(() => {
        // Frames drive this, and not only the clock: a hidden page's timers sleep and its socket does not.
        void [this.board.picture, this.board.now, this.board.link, this.board.agreements];
        untrack(() => this.hear());
      });
      $effect(() => {
        // Again each second: what repeats is only played a few bursts ahead.
        void [this.board.picture, this.board.now];
        const { sound, volume_percent } = this.wishes();
        const waiting = audible(this.present.filter(isUnacknowledged), sound);
        const state = this.speaker.state;
        untrack(() => {
          this.speaker.setVolume(volume_percent);
          this.speaker.play(waiting, state);
        });
      });
    });
    return () => {
      end();
      quiet();
      this.pen.end();
      this.words?.close();
    };
  }

  /** F8, or `ACK`. Null where there is none that somebody can have seen. */
  acknowledgeOldest(): Alarm | null {
    const oldest = findSeen(this.ledger, this.now());
    if (oldest) this.acknowledge(oldest.key);
    return oldest;
  }

  /** Why there is nothing to acknowledge. */
  nothingSeen(): string {
    return this.next ? 'An alarm has just come: look first' : 'No alarm to acknowledge';
  }

  acknowledge(key: string): void {
    const [at, by] = [this.now(), this.seat.person];
    this.take(acknowledge(this.ledger, key, at, by));
    this.say({ said: 'acknowledged', seat: this.seatKey, key, at, by });
  }

  /** F9, or `SIL`: no sound in any window for a minute, then it comes back by itself. Answers until when. */
  silence(): number {
    const until = this.now() + SILENCE_MS;
    this.speaker.silence(until);
    this.say({ said: 'silenced', until });
    return until;
  }

  /** The minute ends now. */
  soundAgain(): void {
    this.speaker.silence(0);
    this.say({ said: 'silenced', until: 0 });
  }

  /** Whether this call is one of the alarms, or about to be. */
  isP1Waiting(incident: IncidentRow): boolean {
    const requests = this.board.picture?.requests.values() ?? [];
    return isP1Waiting(incident, requests, this.board.now);
  }

  /** Shift+F8. */
  goTo(): void {
    this.strip?.focus();
  }

  find(code: Alarm['code'], id = ''): Alarm | null {
    return (
      this.present.find((alarm) => alarm.code === code && (!id || alarm.target.id === id)) ?? null
    );
  }

  sentence(alarm: Alarm): string {
    return CLASSES[alarm.code].sentence(alarm.facts, this.names);
  }

  /** What this console keeps, oldest first. */
  log(): LogRow[] {
    return this.store.log();
  }

  private readonly names: Names = {
    place: (id) => this.board.nameOf(id),
    unit: (id) => this.board.shortSign(id),
  };

  private now(): number {
    return Math.max(this.board.moment, this.board.picture?.asOf ?? 0);
  }

  private hear(): void {
    const { board } = this;
    const { picture, link, person } = board;
    const now = this.now();
    const live = link.state === 'live';
    // Without news there is nothing to sound but that: a window that is live has the sound then.
    this.speaker.look(now, live || this.present.some(isUnacknowledged));
    if (link.state === 'refused' || link.state === 'signed_out') return;
    const isNews = live && picture !== null && this.remember(picture, now);
    const scene: Scene = {
      ...{ picture, now, live, loans: this.loans },
      heardAt: picture?.asOf ?? this.startedAt,
      role: person.role,
      home: board.home,
      agreements: board.agreements,
    };
    const folded = fold(this.ledger, now, derive(scene));
    this.take(folded, isNews);
    for (const alarm of folded.raised) {
      if (!ANNOUNCED.has(alarm.code)) board.announce(this.sentence(alarm));
    }
  }

  /** Whether anything was remembered or forgotten. */
  private remember(picture: Picture, now: number): boolean {
    const before = JSON.stringify(this.loans);
    this.loans = rememberLoans(this.loans, picture, now);
    return JSON.stringify(this.loans) !== before;
  }

  private take({ ledger, changed }: Folded, isNews = false): void {
    const isOther = ledger !== this.ledger;
    this.ledger = ledger;
    if (!this.pen.owns) return;
    if (changed.length) this.write(changed);
    if (isOther || isNews) this.keep();
  }

  private keep(): void {
    this.store.save({ ledger: this.ledger, loans: this.loans });
  }

  private write(alarms: readonly Alarm[]): void {
    const rows = alarms.map((alarm) => rowOf(alarm, this.names, this.seat));
    this.store.add(rows, this.now());
  }

  /** This window writes from now on: what the one before it did not get to write is written. */
  private save(): void {
    if (!this.pen.owns) return;
    const known = new Set(this.store.log().map((row) => row.id));
    const open = new Map(this.store.load().ledger.alarms.map((alarm) => [alarm.key, alarm]));
    const alarms = this.ledger.alarms.map((alarm) => {
      const theirs = open.get(alarm.key);
      // Two windows raise one cause within a second of each other: the one that was written stands.
      return theirs && !known.has(alarm.id)
        ? { ...alarm, id: theirs.id, raisedAt: theirs.raisedAt }
        : alarm;
    });
    this.ledger = { alarms };
    this.write(alarms);
    this.keep();
  }

  private say(word: Word): void {
    this.words?.postMessage(word);
  }

  private told(word: Word): void {
    if (word.said === 'silenced') this.speaker.silence(word.until);
    else if (word.seat === this.seatKey) {
      this.take(acknowledge(this.ledger, word.key, word.at, word.by));
    }
  }
}

const KEY = Symbol('alarms');
export const provideAlarms = (alarms: Alarms): Alarms => setContext(KEY, alarms);
export const useAlarms = (): Alarms => getContext<Alarms>(KEY);
