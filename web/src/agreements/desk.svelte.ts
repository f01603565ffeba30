import { getContext, setContext } from 'svelte';
import type { Board } from '../board/board.svelte';
import { Problem } from '../wire/problem';
import { AgreementsApi, ifThere, type SurgeOrder, type Terms } from './api';
import { blankDocument } from './document';
import { Draft } from './draft.svelte';
import { stateWords } from './states';
import type { AgreementRow, FormInfo, Step, TemplateInfo } from './types';

export type View = 'agreement' | 'gaps' | 'ledger';
export type DialogName =
  | 'propose'
  | 'sign'
  | 'reject'
  | 'withdraw'
  | 'suspend'
  | 'resume'
  | 'notice'
  | 'terminate'
  | 'discard'
  | 'surge'
  | 'amend';

/** What the map helps with at the moment: picking jurisdictions or drawing an area, for which field. */
export interface MapTask {
  kind: 'pick' | 'draw';
  path: string;
}

/** The agreements page's state: what is listed, which one is open, and what is being done with it. */
export class Desk {
  readonly api: AgreementsApi;
  rows = $state.raw<AgreementRow[] | null>(null);
  row = $state.raw<AgreementRow | null>(null);
  form = $state.raw<FormInfo | null>(null);
  templates = $state.raw<TemplateInfo[]>([]);
  draft = $state.raw<Draft | null>(null);
  view = $state<View>('agreement');
  dialog = $state<DialogName | null>(null);
  /** What the user wanted to do when unsaved edits stood in the way. */
  wanted = $state.raw<(() => void) | null>(null);
  conflict = $state.raw<{ row: AgreementRow; by: string } | null>(null);
  task = $state.raw<MapTask | null>(null);
  problem = $state('');
  private working = $state(false);
  /** Something is under way, or the server cannot be asked: nothing else may begin. */
  busy = $derived.by(() => this.working || !this.board.live);
  /** Counts what was saved or done: panels that depend on it ask again. */
  turn = $state(0);

  /** Counts what was opened, so that an answer that comes late is known for one. */
  private opened = 0;

  dirty = $derived.by(() => this.draft !== null && (this.draft.dirty || this.draft.row === null));

  constructor(readonly board: Board) {
    this.api = new AgreementsApi(board.api);
  }

  get isAdmin(): boolean {
    return this.board.person.role === 'admin';
  }

  get home(): string {
    return this.board.home ?? '';
  }

  nameOf = (id: string): string => this.board.fullNameOf(id);
  shortNameOf = (id: string): string => this.board.nameOf(id);

  may(step: Step): boolean {
    return this.row?.steps?.includes(step) ?? false;
  }

  async start(): Promise<void> {
    await this.try(async () => {
      const [rows, form] = await Promise.all([this.api.list(), ifThere(this.api.form())]);
      this.rows = rows;
      this.form = form;
      if (this.isAdmin) this.templates = (await ifThere(this.api.templates())) ?? [];
      if (rows[0] && !this.row) await this.show(rows[0].id);
    });
  }

  /**
   * Reads the list again, and the agreement that is open where it has moved on: what other parties do shows
   * without a reload. Whoever writes or answers a dialog is left alone until done.
   */
  async follow(): Promise<void> {
    if (this.busy || this.dialog || this.rows === null) return;
    let rows: AgreementRow[];
    try {
      rows = await this.api.list();
    } catch {
      return; // The next turn asks again; that the line is down is said elsewhere.
    }
    const known = new Map(this.rows.map((row) => [row.id, JSON.stringify(row)]));
    const moved = rows.filter((row) => known.get(row.id) !== JSON.stringify(row));
    if (this.busy || this.dialog || (!moved.length && rows.length === known.size)) return;
    this.rows = rows;
    this.board.agreements = rows;
    this.turn += 1;
    const open = moved.find((row) => row.id === this.row?.id);
    if (!open || this.draft) return;
    await this.try(() => this.show(open.id));
    this.board.announce(`${open.title}: ${stateWords(open, this.board.now).words}`);
  }

  /** Opens an agreement; asks first where edits would be lost. */
  open(id: string): void {
    if (id === this.row?.id && this.view === 'agreement' && this.draft?.row !== null) return;
    this.guarded(() => {
      this.view = 'agreement';
      void this.try(() => this.show(id));
    });
  }

  look(view: View): void {
    if (view !== this.view) this.guarded(() => (this.view = view));
  }

  guarded(then: () => void): void {
    if (this.dirty) this.wanted = then;
    else then();
  }

  newDraft(): void {
    this.guarded(() => {
      const { form, board } = this;
      if (!form) return;
      const zone = board.jurisdiction(this.home)?.time_zone ?? board.region.time_zone;
      this.view = 'agreement';
      this.edit(
        new Draft(form, null, blankDocument(this.home, zone, board.now), this.api, this.home),
      );
    });
  }

  /** Takes the pen. What that does to signatures has been said before. */
  amend(): void {
    const { row, form } = this;
    if (row && form) this.edit(Draft.of(form, row, this.api, this.home));
  }

  /** Puts the pen down without saving. */
  drop(): void {
    this.draft?.stop();
    this.draft = null;
    this.task = null;
    if (this.row?.state === 'draft' && this.may('edit')) this.amend();
  }

  async save(): Promise<boolean> {
    const { draft } = this;
    if (!draft) return true;
    return this.put({ document: draft.plain() });
  }

  /** Saves a whole text in place of the form's terms. */
  async put(terms: Terms): Promise<boolean> {
    const row = this.draft ? this.draft.row : this.row;
    return this.try(async () => {
      const saved = row
        ? await this.api.saveDraft(row.id, terms, row.revision)
        : await this.api.create(terms);
      await this.refresh(saved.id);
      this.board.announce('Draft saved');
    });
  }

  /** Keeps one's own words over those that somebody saved meanwhile. */
  async overwrite(): Promise<void> {
    const { conflict, draft } = this;
    if (!conflict || !draft) return;
    this.conflict = null;
    await this.try(async () => {
      const terms = { document: draft.plain() };
      const saved = await this.api.saveDraft(conflict.row.id, terms, conflict.row.revision);
      await this.refresh(saved.id);
    });
  }

  /** Takes what somebody saved meanwhile, and lets one's own words go. */
  async takeTheirs(): Promise<void> {
    const { conflict } = this;
    this.conflict = null;
    if (conflict) await this.try(() => this.refresh(conflict.row.id));
  }

  async surge(order: SurgeOrder): Promise<boolean> {
    return this.try(async () => {
      const row = await this.api.fromTemplate('surge', order);
      this.view = 'agreement';
      await this.refresh(row.id);
    });
  }

  /** Does a step of the agreement's life and shows what came of it; what failed is said and thrown. */
  async act(said: string, step: (row: AgreementRow) => Promise<unknown>): Promise<void> {
    const { row } = this;
    if (!row) return;
    this.working = true;
    try {
      await step(row);
      this.board.announce(said);
    } finally {
      this.working = false;
    }
    await this.try(() => this.refresh(row.id));
  }

  /** Reads the list again, and the agreement if it is still there. */
  async refresh(id: string): Promise<void> {
    this.rows = await this.api.list();
    this.board.agreements = this.rows;
    this.turn += 1;
    const there = this.rows.some((row) => row.id === id);
    const next = there ? id : this.rows[0]?.id;
    if (next) return this.show(next);
    this.draft?.stop();
    this.draft = null;
    this.row = null;
  }

  async show(id: string): Promise<void> {
    const turn = ++this.opened;
    const row = await this.api.read(id);
    // Whoever has opened something else or begun to write meanwhile keeps that.
    if (turn !== this.opened) return;
    this.draft?.stop();
    this.draft = null;
    this.task = null;
    this.row = row;
    this.problem = '';
    if (row.state === 'draft' && this.may('edit')) this.amend();
  }

  private edit(draft: Draft): void {
    this.opened += 1;
    this.draft?.stop();
    this.draft = draft;
    this.task = null;
    this.problem = '';
    draft.changed();
  }

  /** Runs, and says what went wrong where it did. True: it went well. */
  private async try(run: () => Promise<void>): Promise<boolean> {
    this.working = true;
    this.problem = '';
    try {
      await run();
      return true;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'stale_version') await this.meet(error);
      else this.problem = wordsOf(error);
      return false;
    } finally {
      this.working = false;
    }
  }

  /** Somebody saved meanwhile: who, and what. */
  private async meet(problem: Problem): Promise<void> {
    const id = this.draft?.row?.id ?? this.row?.id;
    if (!id) return;
    const row = await this.api.read(id);
    const by = problem.details['by'] ?? problem.details['changed_by'] ?? row.drafted_by ?? '';
    this.conflict = { row, by: String(by) };
  }
}

/** A problem in words, with the field that the server names. */
export function wordsOf(problem: unknown): string {
  if (!(problem instanceof Problem)) return 'Something went wrong on this page.';
  if (problem.unconfirmed)
    return 'The server did not answer: whether it acted is not known. Reload.';
  return problem.path ? `${problem.path}: ${problem.message}` : problem.message;
}

const KEY = Symbol('desk');
export const provideDesk = (desk: Desk): Desk => setContext(KEY, desk);
export const useDesk = (): Desk => getContext<Desk>(KEY);
