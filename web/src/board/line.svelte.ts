import { getContext, setContext, tick } from 'svelte';
import { accept, choices, complete, fromMatches, type Completion } from '../line/complete';
import { NO_HISTORY, newer, older, remember } from '../line/history';
import { makeHints } from '../line/hints';
import type { Hints } from '../line/names';
import { parse } from '../line/parse';
import type { Complete, Parsed } from '../line/parsed';
import type { LinePicture, LineUnit } from '../line/picture';
import {
  asksFirst,
  isSure,
  run,
  type Asked,
  type Desk,
  type Did,
  type LinePorts,
} from '../line/run';
import { sayWhyNot } from '../line/say';
import { telephoneOf, type Telephone } from '../line/telephone';
import type { VerbName } from '../line/verbs';
import { Problem } from '../wire/problem';
import type { UnitRow } from '../wire/types';
import { isShort } from '../picture/order';
import type { Board } from './board.svelte';
import type { Commands } from './commands.svelte';

/** The panel where a command shows what it did: one F6 away from the line. */
const SHOWN_IN: Partial<Record<VerbName, string>> = {
  N: 'advice',
  REC: 'advice',
  REQ: 'advice',
  AS: 'advice',
  WHY: 'advice',
  I: 'advice',
  ORD: 'order',
  COV: 'cover',
  ACC: 'requests',
  DEC: 'requests',
  CAN: 'requests',
  REL: 'assignments',
  RCL: 'assignments',
  EXT: 'assignments',
  CNF: 'assignments',
  ST: 'units',
  U: 'units',
  CL: 'incidents',
};

/** Before the first data there is nothing to act on; forms and lists open all the same. */
const NO_ROWS: Desk['rows'] = {
  units: new Map(),
  incidents: new Map(),
  requests: new Map(),
  assignments: new Map(),
};
/** So many characters have room in the strip on any screen. */
const LONG = 60;

/** The command line: what is typed, what it may become, and what became of it. */
export class Line {
  text = $state('');
  /** What the word under the cursor may become; null: nothing to choose, the list is closed. */
  list = $state.raw<Completion | null>(null);
  /** The candidate under the hand; -1: none. */
  active = $state(-1);
  /** What the last line had to say at length; gone with the next key. */
  note = $state('');
  helpOpen = $state(false);
  /** Where F6 goes from the line. */
  next = $state<string | null>(null);
  /** What other parts of the board bring along. */
  ports: LinePorts;

  private input: HTMLInputElement | null = null;
  private history = NO_HISTORY;
  private asked: Asked | null = null;
  private readonly units = new WeakMap<UnitRow, LineUnit>();

  constructor(
    readonly board: Board,
    readonly commands: Commands,
    ports: LinePorts = {},
  ) {
    this.ports = ports;
  }

  /** The field, while it is on the page. */
  holds = (input: HTMLInputElement): (() => void) => {
    this.input = input;
    return () => (this.input = null);
  };

  focus(): void {
    this.input?.focus({ preventScroll: true });
    this.input?.select();
  }

  /** Puts the beginning of a line under the hands; its candidates are open. */
  begin(text: string): void {
    this.text = text;
    this.input?.focus({ preventScroll: true });
    this.typed(text.length);
    void tick().then(() => this.input?.setSelectionRange(text.length, text.length));
  }

  typed(cursor: number): void {
    this.active = -1;
    this.note = '';
    this.list = this.text.trim() ? complete(this.text, cursor, this.picture(), this.hints()) : null;
  }

  /** Moves the hand in the list, or, where none is open, in what was typed before. */
  move(way: 1 | -1): void {
    if (this.list) {
      const last = this.list.candidates.length - 1;
      this.active = Math.min(last, Math.max(-1, this.active + way));
      return;
    }
    const found = way < 0 ? older(this.history, this.text) : newer(this.history);
    if (found) [this.history, this.text] = found;
  }

  /** Takes the candidate under the hand, else the first. False: there is none. */
  take(index = Math.max(0, this.active)): boolean {
    const candidate = this.list?.candidates[index];
    if (!this.list || !candidate) return false;
    const { line, cursor } = accept(this.text, this.list, candidate);
    this.text = line;
    this.typed(cursor);
    void tick().then(() => this.input?.setSelectionRange(cursor, cursor));
    return true;
  }

  close(): void {
    this.list = null;
    this.note = '';
    this.active = -1;
  }

  /** Empties the line. False: it was empty already. */
  clear(): boolean {
    if (!this.text && !this.list && !this.note) return false;
    this.text = '';
    this.close();
    return true;
  }

  /** Runs the line where it is complete; else says why not, and lists what it may mean. */
  async enter(): Promise<void> {
    const line = this.text.trim();
    if (!line) return;
    const picture = this.picture();
    const parsed = parse(line, picture);
    if (parsed.kind !== 'complete') return this.refuse(parsed, picture);
    this.close();
    const question = asksFirst(parsed, picture);
    const key = JSON.stringify(parsed.args);
    if (question && !isSure(this.asked, key, this.board.now)) {
      this.asked = { line: key, at: this.board.now };
      this.note = question;
      this.commands.say('asks', line, question);
      return;
    }
    this.asked = null;
    this.history = remember(this.history, line);
    this.text = '';
    this.next = SHOWN_IN[parsed.verb] ?? this.next;
    await this.act(line, parsed, picture);
  }

  /** Whom to call at an agency, and what to say first. */
  telephone(agency: string): Telephone | null {
    return telephoneOf(agency, this.picture(), this.board.selectedIncident);
  }

  /** An alarm key: the same as the verb, from wherever the hand is. */
  press(verb: 'ACK' | 'SIL'): void {
    const picture = this.picture();
    void this.act(verb, { kind: 'complete', verb, args: {} }, picture);
  }

  private async act(line: string, command: Complete, picture: LinePicture): Promise<void> {
    try {
      const done = await run(command, this.desk(picture));
      if (done) this.show(line, done, picture);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.show(line, { ok: false, text: error.message }, picture);
    }
  }

  private show(line: string, done: Did, picture: LinePicture): void {
    this.commands.say(done.ok ? 'ok' : 'failed', line, done.text);
    // A sentence to be read out may be longer than the strip.
    const here = document.activeElement === this.input;
    if (here && (!done.ok || done.text.length > LONG)) this.note = done.text;
    if (!done.matches) return;
    this.text = line;
    this.list = fromMatches(line, done.matches, picture);
  }

  private refuse(parsed: Exclude<Parsed, Complete>, picture: LinePicture): void {
    this.note = sayWhyNot(parsed, picture);
    this.commands.say('failed', this.text.trim(), this.note);
    this.list = choices(this.text, parsed, picture, this.hints());
    this.active = -1;
  }

  private picture(): LinePicture {
    const { board } = this;
    const rows = board.picture;
    return {
      now: board.now,
      home: board.home,
      role: board.person.role,
      jurisdictions: board.region.jurisdictions.map((j) => ({
        ...j,
        short_name: board.nameOf(j.id),
      })),
      natures: board.region.natures.map((n) => (typeof n === 'string' ? { name: n } : n)),
      units: [...(rows?.units.values() ?? [])].map((row) => this.unit(row)),
      incidents: [...(rows?.incidents.values() ?? [])],
      requests: [...(rows?.requests.values() ?? [])],
      agreements: board.agreements,
      assignments: [...(rows?.assignments.values() ?? [])],
    };
  }

  private unit(row: UnitRow): LineUnit {
    let unit = this.units.get(row);
    if (!unit) {
      unit = { ...row, sign: this.board.shortSign(row.id) };
      this.units.set(row, unit);
    }
    return unit;
  }

  private hints(): Hints {
    const rows = this.board.picture;
    return makeHints({
      adviceOf: (incident) => this.commands.advice.of(incident)?.recommendation ?? null,
      fixes: rows?.fixes ?? new Map(),
      incidents: rows?.incidents ?? new Map(),
    });
  }

  private desk(picture: LinePicture): Desk {
    const { board, commands, ports } = this;
    return {
      commands,
      ports,
      rows: board.picture ?? NO_ROWS,
      picture,
      canAct: board.canAct,
      selectedIncident: board.selectedIncident,
      showIncident: (id) => this.showIncident(id),
      recommend: (id) => this.recommend(id),
      showUnit: (id) => (board.selectedUnit = id),
      showSide: (side) => board.openSide(side),
      openForm: (draft) => board.openForm(draft),
      showHelp: () => (this.helpOpen = true),
    };
  }

  /** The same as a click on its row. */
  private showIncident(id: string): void {
    const { board } = this;
    const incident = board.picture?.incidents.get(id);
    if (incident?.own && isShort(incident)) return this.recommend(id);
    board.selectIncident(id);
    board.closeSide();
  }

  private recommend(id: string): void {
    const { board, commands } = this;
    board.selectIncident(id);
    board.closeSide();
    if (board.canAct) void commands.advice.askIfOld(id);
  }
}

const KEY = Symbol('line');
export const provideLine = (line: Line): Line => setContext(KEY, line);
export const useLine = (): Line => getContext<Line>(KEY);
