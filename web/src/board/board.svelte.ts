import { getContext, setContext } from 'svelte';
import { NOT_LIVE } from '../line/run';
import { ServerClock } from '../picture/clock';
import { shortSign } from '../words/format';
import { requestNews, runningOut, type News } from '../words/request-news';
import { isToAnswer } from '../words/receipts';
import { shortNames } from '../words/short-names';
import { apply, type Picture } from '../picture/picture';
import { Away } from '../states/away.svelte';
import { losesForm } from './place';
import { Receipts } from './receipts';
import type { Api } from '../wire/api';
import { View } from './view.svelte';
import type { PreAlertRow } from '../wire/cover';
import type { WaiverRow } from '../wire/standing';
import { BoardSocket, type Link } from '../wire/socket';
import type {
  AgreementInfo,
  Frame,
  JurisdictionInfo,
  Need,
  Person,
  Priority,
  RegionInfo,
  RequestRow,
} from '../wire/types';
import type { PlaceRow } from '../wire/places';

/** What stands above the requests: the recommendation where nothing else was opened. */
export type Side = 'advice' | 'entry' | 'cover' | 'order';

/** What a new-incident form begins with, as far as it was said in the command line. */
export interface EntryDraft {
  priority?: Priority;
  nature?: string;
  /** The place in words: an address, a crossing, a name. */
  place?: string;
  at?: { lon: number; lat: number };
  needs?: Need[];
  note?: string;
  address?: string;
  /** The place that was chosen from the list. */
  chosen?: PlaceRow | null;
  /** It was half typed before, and left for something else. */
  left?: true;
}

/** For so long a form that was left is brought back: later it would be another night's. */
const LEFT_MS = 600_000;

/** Why nothing else is opened beside it. */
export const FORM_FIRST = 'Finish or cancel the new incident first';

/** What the board knows and what its user points at. One per signed-in session. */
export class Board {
  picture = $state.raw<Picture | null>(null);
  link = $state.raw<Link>({ state: 'connecting', attempt: 0, retryAt: null });
  /** Server time, ms since 1970; ticks on every whole second. */
  now = $state(Date.now());
  agreements = $state.raw<AgreementInfo[] | null>(null);
  /** When they were read, ms since 1970; 0: not yet. */
  agreementsReadAt = 0;
  announcement = $state('');

  selectedUnit = $state<string | null>(null);
  selectedIncident = $state<string | null>(null);
  /** The candidate whose line the map draws. */
  selectedCandidate = $state<string | null>(null);
  side = $state<Side>('advice');
  /** What the form begins with; another draft is another form. */
  draft = $state.raw<EntryDraft>({});
  /** What was typed into the form that began with `given`, when it went. */
  private left: { given: EntryDraft; typed: EntryDraft; at: number } | null = null;
  /** Of the form that has done its work, or is not wanted: nothing of it is kept. */
  private finished: EntryDraft | null = null;
  /** Whether a click on the map sets the pin. */
  picking = $state(false);
  /** Where the new incident, or the staging point of an order, is to be. */
  pin = $state.raw<{ lon: number; lat: number } | null>(null);

  /** What changed while this board was not live. */
  readonly away = new Away();
  /** How this window shows it. */
  readonly view = new View();
  /** Asked before something is opened beside the recommendation: whether another window shows it. */
  sideElsewhere: (side: Side, draft?: EntryDraft) => boolean = () => false;

  live = $derived(this.link.state === 'live');
  me = $derived(this.picture?.me ?? null);
  home = $derived.by(() => this.picture?.me.jurisdiction ?? this.person.jurisdiction);
  mayDispatch = $derived.by(() => ['dispatcher', 'supervisor'].includes(this.person.role));
  canAct = $derived(this.live && this.mayDispatch);
  isSupervisor = $derived.by(() => this.person.role === 'supervisor');
  /** Who lends nothing now, one's own jurisdiction first. */
  closures = $derived(
    [...(this.picture?.closures.values() ?? [])]
      .filter((row) => !row.ends_at || Date.parse(row.ends_at) > this.now)
      .sort((a, b) => Number(b.jurisdiction === this.home) - Number(a.jurisdiction === this.home)),
  );
  /** Partners' pre-alerts that hold, and one's own, oldest first. */
  preAlerts = $derived(
    [...(this.picture?.preAlerts.values() ?? [])]
      .filter((row) => Date.parse(row.expires_at) > this.now)
      .sort((a, b) => Date.parse(a.sent_at) - Date.parse(b.sent_at)),
  );
  incident = $derived(
    this.selectedIncident ? (this.picture?.incidents.get(this.selectedIncident) ?? null) : null,
  );

  /** What this board owes to those who ask something of it. */
  readonly receipts: Receipts;

  private readonly clock = new ServerClock();
  private readonly socket: BoardSocket;
  private readonly jurisdictionsById: Map<string, JurisdictionInfo>;
  private readonly shortNames: Map<string, string>;
  private ticking: ReturnType<typeof setTimeout> | undefined;
  private announced = new Set<string>();

  constructor(
    readonly api: Api,
    readonly region: RegionInfo,
    readonly person: Person,
    /** At which server time, ms since 1970. */
    private readonly onSignedOut: (at: number) => void,
  ) {
    this.jurisdictionsById = new Map(region.jurisdictions.map((j) => [j.id, j]));
    this.shortNames = shortNames(region.jurisdictions);
    api.refusal = () => (this.live ? '' : NOT_LIVE);
    this.receipts = new Receipts(api.receive);
    this.socket = new BoardSocket({
      url: `${location.protocol === 'https:' ? 'wss' : 'ws'}://${location.host}/api/board`,
      ticket: async () => (await api.boardTicket()).ticket,
      resume: () => (this.picture ? { epoch: this.picture.epoch, seq: this.picture.seq } : null),
      onFrame: (frame) => this.hear(frame),
      onLink: (link) => this.linked(link),
    });
  }

  start(): () => void {
    this.socket.start();
    this.tick();
    const wake = () => {
      if (document.hidden) return;
      this.now = this.clock.now();
      this.socket.retryNow();
    };
    document.addEventListener('visibilitychange', wake);
    addEventListener('online', wake);
    void this.loadAgreements();
    return () => {
      this.api.refusal = () => '';
      delete document.documentElement.dataset['link'];
      this.socket.stop();
      clearTimeout(this.ticking);
      document.removeEventListener('visibilitychange', wake);
      removeEventListener('online', wake);
    };
  }

  /** Server time to the millisecond, where `now` may be a second old, or a minute on a hidden page. */
  get moment(): number {
    return this.clock.now();
  }

  /** Looks at the clock now, for whom the page's own timers may be late. */
  look(): void {
    this.now = this.clock.now();
  }

  retryNow(): void {
    this.socket.retryNow();
  }

  nameOf(jurisdiction: string | null | undefined): string {
    if (!jurisdiction) return '–';
    return this.shortNames.get(jurisdiction) ?? jurisdiction;
  }

  fullNameOf(jurisdiction: string): string {
    return this.jurisdictionsById.get(jurisdiction)?.name ?? jurisdiction;
  }

  /** The server no longer knows this session. */
  endSession(): void {
    this.socket.stop();
    this.onSignedOut(this.clock.now());
  }

  jurisdiction(id: string): JurisdictionInfo | null {
    return this.jurisdictionsById.get(id) ?? null;
  }

  callSign(unit: string): string {
    return this.picture?.units.get(unit)?.call_sign ?? unit;
  }

  /** The call sign without its agency's name, for places where that stands beside it. */
  shortSign(unit: string, jurisdiction?: string): string {
    const row = this.picture?.units.get(unit);
    return this.signOf(row?.call_sign ?? unit, jurisdiction ?? row?.jurisdiction ?? '');
  }

  signOf(callSign: string, jurisdiction: string): string {
    const short = shortSign(callSign, this.fullNameOf(jurisdiction));
    return short === callSign ? shortSign(callSign, this.nameOf(jurisdiction)) : short;
  }

  incidentNumber(incident: string | null): string {
    return incident ? (this.picture?.incidents.get(incident)?.number ?? incident) : '';
  }

  agreementTitle(id: string | null): string {
    return this.agreements?.find((agreement) => agreement.id === id)?.title ?? id ?? '';
  }

  announce(text: string): void {
    // The same words again must be heard again: a trailing no-break space makes them a change.
    this.announcement = this.announcement === text ? `${text}\u00a0` : text;
  }

  selectIncident(id: string | null): void {
    if (id !== this.selectedIncident) this.selectedCandidate = null;
    this.selectedIncident = id;
  }

  openSide(side: Side): void {
    if (!this.sideElsewhere(side)) this.setSide(side);
  }

  /**
   * The same for whom nobody asked to close the form: an incident that is being typed stays, which is said.
   * Whether what was to be opened is there.
   */
  offerSide(side: Side): boolean {
    if (this.sideElsewhere(side)) return true;
    const { page } = this.view;
    if (losesForm({ page, side: this.side }, { page, side })) {
      this.announce(FORM_FIRST);
      return false;
    }
    this.setSide(side);
    return true;
  }

  private setSide(side: Side): void {
    if (side === this.side || (side !== 'advice' && side !== 'cover' && !this.mayDispatch)) return;
    this.side = side;
    this.picking = side === 'entry';
    this.pin = null;
    // However the form comes, by a key or by the browser's "Back": as it was left, else empty.
    if (side === 'entry') this.draft = this.left?.given ?? {};
  }

  /**
   * Opens the new-incident form, as it was left where that is not long ago; one that is open already stays as
   * it is, unless there is more to say.
   */
  openForm(draft: EntryDraft = {}): void {
    const nothing = !Object.keys(draft).length;
    if (!this.mayDispatch || (this.side === 'entry' && nothing)) return;
    if (this.sideElsewhere('entry', draft)) return;
    this.setSide('entry');
    if (nothing) return;
    this.draft = draft;
    this.pin = draft.at ?? null;
  }

  /** What the form shows that begins with `given`: what was left in it, where that is not long ago. */
  takeUp(given: EntryDraft): EntryDraft {
    const { left } = this;
    if (left?.given !== given) return given;
    this.left = null;
    return this.now - left.at < LEFT_MS ? left.typed : {};
  }

  /** A form goes with what was typed into it. `given`: the draft with which it began. */
  leaveForm(given: EntryDraft, typed: EntryDraft): void {
    if (given !== this.finished)
      this.left = { given, typed: { ...typed, left: true }, at: this.now };
  }

  /** What is in the form is not wanted. */
  clearForm(): void {
    this.finished = this.draft;
    // Whoever left the form while its order was under way has left nothing that is still to be said.
    if (this.left?.given === this.draft) this.left = null;
    [this.draft, this.pin] = [{}, null];
  }

  /** What is in the form has become an incident, or was cancelled. */
  endForm(): void {
    this.clearForm();
    this.closeSide();
  }

  closeSide(): void {
    this.openSide('advice');
  }

  /** What another window of this person saw last, where the server has told this one nothing yet. */
  lookAt(picture: Picture): void {
    this.picture ??= picture;
  }

  hear(frame: Frame): void {
    this.clock.hear(Date.parse(frame.now));
    if (frame.type === 'snapshot') this.now = this.clock.now();
    this.picture = apply(this.picture, frame);
    if (this.picture && this.mayDispatch) this.receipts.hear(this.picture.requests);
    // After a cut, what waits for an answer has still to be heard of.
    if (frame.type === 'snapshot') this.announceRequests(frame.requests.filter(isToAnswer));
    if (frame.type !== 'delta') return;
    this.announceRequests(frame.requests ?? []);
    this.announceWaivers(frame.waivers ?? []);
    this.announcePreAlerts(frame.pre_alerts ?? []);
  }

  private linked(link: Link): void {
    this.link = link;
    document.documentElement.dataset['link'] = link.state;
    if (this.picture && link.state === 'live') this.away.returned(this.picture);
    else if (this.picture) this.away.left(this.picture);
    if (link.state === 'signed_out') this.onSignedOut(this.clock.now());
  }

  private tick(): void {
    this.now = this.clock.now();
    this.announceRunningOut();
    this.ticking = setTimeout(() => this.tick(), 1000 - (this.now % 1000) + 5);
  }

  private announceRequests(rows: readonly RequestRow[]): void {
    for (const row of rows) this.announceOnce(requestNews(row, this));
  }

  private announceWaivers(rows: readonly WaiverRow[]): void {
    for (const row of rows) {
      const ours = row.borrower === this.home;
      const news = ours ? ['granted', 'refused'] : ['asked'];
      if (!news.includes(row.state) || !this.first(`${row.id}:${row.state}`)) continue;
      const what = `clause ${row.clause} for ${this.callSign(row.unit)}`;
      this.announce(
        ours
          ? `${this.nameOf(row.lender)} has ${row.state} the waiver of ${what}`
          : `${this.nameOf(row.borrower)} asks to waive ${what}`,
      );
    }
  }

  private announcePreAlerts(rows: readonly PreAlertRow[]): void {
    for (const row of rows) {
      if (row.jurisdiction === this.home || !this.first(row.id)) continue;
      this.announce(`Pre-alert. ${row.sentence}`);
    }
  }

  private announceRunningOut(): void {
    for (const row of this.picture?.requests.values() ?? []) {
      this.announceOnce(runningOut(row, this.now, this));
    }
  }

  private announceOnce(news: News | null): void {
    if (news && this.first(news.key)) this.announce(news.text);
  }

  private first(what: string): boolean {
    if (this.announced.has(what)) return false;
    this.announced.add(what);
    return true;
  }

  private async loadAgreements(): Promise<void> {
    try {
      this.agreements = await this.api.agreements();
      this.agreementsReadAt = this.clock.now();
    } catch {
      // Not for this role, or not now: the board works without the list.
      this.agreements = null;
    }
  }
}

const KEY = Symbol('board');
export const provideBoard = (board: Board): Board => setContext(KEY, board);
export const useBoard = (): Board => getContext<Board>(KEY);
