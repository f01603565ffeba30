import { getContext, setContext, untrack } from 'svelte';
import type { Advice } from './advice.svelte';
import type { Board, EntryDraft, Side } from './board.svelte';
import { panelOf, type PanelName } from './panels';
import type { Place } from './place';
import {
  isLater,
  panelQuery,
  panelsOut,
  pointedAfter,
  readMessage,
  readWindowName,
  toTell,
  windowName,
  type Message,
  type PanelWindow,
  type Pointed,
} from './windows';

const CLOSED_CHECK_MS = 1000;

/** The windows of one person on this computer: what each shows, and what is pointed at in all of them. */
export class Windows {
  /** Panels of this window that stand in windows of their own. */
  out = $state.raw<ReadonlySet<PanelName>>(new Set());
  /** Set by a panel's own window. */
  readonly self: PanelWindow | null;

  private readonly id: string;
  private readonly channel: BroadcastChannel | null;
  private readonly opened = new Map<PanelName, Window>();
  private last: { at: number; from: string } | null = null;
  private said: Pointed;

  constructor(
    private readonly board: Board,
    private readonly advice: Advice,
  ) {
    const { panel } = board.view;
    this.id = panel ? randomId() : windowId();
    const named = readWindowName(window.name);
    // Opened by hand, from a link: there is no window that it belongs to.
    this.self = panel && { panel, owner: named?.panel === panel ? named.owner : '' };
    const exists = typeof BroadcastChannel === 'function';
    this.channel = exists ? new BroadcastChannel(`dispatch-board.${board.person.id}`) : null;
    this.said = this.pointed;
  }

  /** Called while a component is made: lives as long as it does. */
  follow(): void {
    this.board.sideElsewhere = (side, draft) => this.takeSide(side, draft);
    this.advice.onKnown = (incident, advised) => this.say({ kind: 'advised', incident, advised });
    $effect(() => {
      const pointed = this.pointed;
      untrack(() => this.share(pointed));
    });
    $effect(() => {
      if (this.board.link.state === 'lost' && !this.board.picture) {
        this.say({ kind: 'picture_wanted' });
      }
    });
    $effect(() => untrack(() => this.start()));
  }

  open(panel: PanelName, place: Place): void {
    const { width, height } = panelOf(panel);
    const name = windowName({ panel, owner: this.id });
    const query = panelQuery(place, panel);
    const size = `popup,width=${width},height=${height}`;
    const opened = window.open(location.pathname + query, name, size);
    if (!opened) this.board.announce('The browser blocked the new window: allow pop-ups here');
    else this.opened.set(panel, opened);
  }

  /** Closes the panel's window; the panel stands in this one again whatever becomes of that. */
  bringBack(panel: PanelName): void {
    this.say({ kind: 'back', panel, owner: this.id });
    this.forget(panel);
  }

  /** Brings the panel's window to the front, as far as the browser lets us. */
  show(panel: PanelName): void {
    const opened = this.opened.get(panel);
    if (opened && !opened.closed) return opened.focus();
    const found = window.open('', windowName({ panel, owner: this.id }));
    if (found && found.location.href !== 'about:blank') return found.focus();
    // It went without a word, as a browser does that ends: what was opened instead is empty.
    found?.close();
    this.forget(panel);
  }

  /** Whether the panel stands in a window of its own, which comes to the front. */
  bring = (panel: PanelName): boolean => {
    const isOut = this.out.has(panel);
    if (isOut) this.show(panel);
    return isOut;
  };

  /** In a panel's own window. */
  closeSelf = (): void => window.close();

  private get pointed(): Pointed {
    const { selectedUnit, selectedIncident, selectedCandidate, picking, pin } = this.board;
    return {
      unit: selectedUnit,
      incident: selectedIncident,
      candidate: selectedCandidate,
      picking,
      pin,
    };
  }

  private start(): () => void {
    const { channel } = this;
    const hear = (event: MessageEvent) => {
      const message = readMessage(event.data);
      if (message) this.hear(message);
    };
    const leave = () => this.self && this.say({ kind: 'gone', ...this.self });
    const arrive = () => this.self && this.say({ kind: 'here', ...this.self });
    channel?.addEventListener('message', hear);
    addEventListener('pagehide', leave);
    addEventListener('pageshow', arrive);
    if (this.self) arrive();
    else this.say({ kind: 'who' });
    const looking = setInterval(() => this.lookForClosed(), CLOSED_CHECK_MS);
    return () => {
      clearInterval(looking);
      leave();
      removeEventListener('pagehide', leave);
      removeEventListener('pageshow', arrive);
      channel?.close();
    };
  }

  private say(message: Message): void {
    this.channel?.postMessage(message);
  }

  private hear(message: Message): void {
    this.out = this.self ? this.out : panelsOut(this.out, message, this.id);
    if (message.kind === 'pointed') this.point(message);
    else if (message.kind === 'advised') this.advice.take(message.incident, message.advised);
    else if (message.kind === 'side') this.hearSide(message);
    else if (message.kind === 'picture') this.board.lookAt(message.picture);
    else if (message.kind === 'picture_wanted') this.lendPicture();
    else if (this.self && message.kind === 'who') this.say({ kind: 'here', ...this.self });
    else if (message.kind === 'back' && this.isMe(message)) this.closeSelf();
  }

  private isMe({ panel, owner }: PanelWindow): boolean {
    return this.self?.panel === panel && this.self.owner === owner;
  }

  private share(pointed: Pointed): void {
    const told = toTell(pointed, this.said);
    if (!told) return;
    this.said = pointed;
    this.last = { at: Date.now(), from: this.id };
    this.say({ kind: 'pointed', pointed: told, ...this.last });
  }

  private point(message: Message & { kind: 'pointed' }): void {
    if (!isLater(message, this.last)) return;
    this.last = { at: message.at, from: message.from };
    this.said = pointedAfter(this.pointed, message.pointed);
    const { unit, incident, candidate, picking, pin } = this.said;
    this.board.selectedUnit = unit;
    this.board.selectIncident(incident);
    this.board.selectedCandidate = candidate;
    this.board.picking = picking;
    this.board.pin = pin;
  }

  /** Whether what is to be opened stands in another window, which is told. */
  private takeSide(side: Side, draft?: EntryDraft): boolean {
    if (!this.self) {
      if (side !== 'cover' || !this.out.has('cover')) return false;
      this.show('cover');
      return true;
    }
    // The recommendation's window has room beside it, as the board has.
    if (this.self.panel === 'recommendation') return false;
    if (this.self.panel === 'cover' && side !== 'entry' && side !== 'order') {
      if (side === 'advice') this.closeSelf();
      return true;
    }
    this.say({ kind: 'side', owner: this.self.owner, side, draft: draft ?? null });
    return true;
  }

  private hearSide({ owner, side, draft }: Message & { kind: 'side' }): void {
    if (this.self || (owner !== this.id && owner !== '')) return;
    if (draft) this.board.openForm(draft);
    else this.board.offerSide(side);
  }

  private lendPicture(): void {
    const { picture } = this.board;
    if (picture) this.say({ kind: 'picture', picture });
  }

  private lookForClosed(): void {
    for (const [panel, opened] of this.opened) if (opened.closed) this.forget(panel);
  }

  private forget(panel: PanelName): void {
    this.opened.delete(panel);
    this.out = panelsOut(this.out, { kind: 'gone', panel, owner: this.id }, this.id);
  }
}

/** The window's own name, the same after a reload, so that it finds its panels' windows again. */
function windowId(): string {
  const key = 'board.window';
  try {
    const known = sessionStorage.getItem(key) ?? randomId();
    sessionStorage.setItem(key, known);
    return known;
  } catch {
    return randomId();
  }
}

const randomId = () => Math.random().toString(36).slice(2, 10);

const KEY = Symbol('windows');
export const provideWindows = (windows: Windows): Windows => setContext(KEY, windows);
export const useWindows = (): Windows => getContext<Windows>(KEY);
