import { Problem } from './problem';
import type { Frame } from './types';

export type LinkState = 'connecting' | 'live' | 'resyncing' | 'lost' | 'refused' | 'signed_out';

export interface Resume {
  epoch: string;
  seq: number;
}

export interface Link {
  state: LinkState;
  /** Failed attempts since the last frame. */
  attempt: number;
  /** When the next attempt starts, in ms of the page's monotonic clock; null while one runs. */
  retryAt: number | null;
}

export interface SocketPorts {
  url: string;
  /** A single-use ticket from an authenticated POST: a token never stands in the address. */
  ticket: () => Promise<string>;
  resume: () => Resume | null;
  onFrame: (frame: Frame) => void;
  onLink: (link: Link) => void;
  open?: (url: string) => WebSocket;
  random?: () => number;
  monotonic?: () => number;
}

/** Beats come every 2 s: two missed ones are a lost server, and the bar is up within 5 s. */
export const SILENCE_MS = 4500;
const FIRST_FRAME_MS = 6000;
const BACKOFF_MIN_MS = 400;
const BACKOFF_MAX_MS = 4000;
const SIGNED_OUT = 4401;
const REFUSED = 4403;

/** Full jitter: after a restart a thousand boards must not come back in the same moment. */
export function backoffMs(attempt: number, random: () => number): number {
  const ceiling = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS * 2 ** Math.min(attempt, 10));
  return Math.round(BACKOFF_MIN_MS / 2 + random() * ceiling);
}

/** One board's connection: asks for a ticket, says hello, watches the beats, comes back by itself. */
export class BoardSocket {
  private socket: WebSocket | null = null;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private attempt = 0;
  /** Counts attempts and their ends: what belongs to an earlier one is not heard any more. */
  private tried = 0;
  private pausing = false;
  private everLive = false;
  private stopped = false;
  private readonly random: () => number;
  private readonly monotonic: () => number;

  constructor(private readonly ports: SocketPorts) {
    this.random = ports.random ?? Math.random;
    this.monotonic = ports.monotonic ?? (() => performance.now());
  }

  start(): void {
    void this.connect();
  }

  stop(): void {
    this.stopped = true;
    this.drop();
  }

  /** Tries now instead of at the end of the pause. */
  retryNow(): void {
    if (!this.stopped && this.pausing) void this.connect();
  }

  private async connect(): Promise<void> {
    this.drop();
    this.tell(this.everLive ? 'resyncing' : 'connecting', null);
    const ticket = await this.askForTicket();
    if (ticket === null) return;
    const socket = (this.ports.open ?? ((url) => new WebSocket(url)))(this.ports.url);
    this.socket = socket;
    socket.onopen = () =>
      socket.send(JSON.stringify({ type: 'hello', ticket, resume: this.ports.resume() }));
    socket.onmessage = (message) => this.receive(socket, message.data);
    socket.onclose = (event) => {
      if (socket !== this.socket) return;
      if (event.code === SIGNED_OUT) void this.askTheDoor();
      else if (event.code === REFUSED) this.end('refused');
      else this.lose();
    };
  }

  /**
   * Null where there is none, or where this attempt has been given up meanwhile: a server whose machine is
   * gone answers nothing at all, so the watch runs from here on.
   */
  private async askForTicket(): Promise<string | null> {
    this.watch(FIRST_FRAME_MS);
    const mine = this.tried;
    try {
      const ticket = await this.ports.ticket();
      return mine === this.tried ? ticket : null;
    } catch (error) {
      if (mine !== this.tried) return null;
      if (error instanceof Problem && error.status === 401) this.end('signed_out');
      else this.lose();
      return null;
    }
  }

  /** Said of a ticket too that a restarted server never issued: only the door knows of the session. */
  private async askTheDoor(): Promise<void> {
    this.drop();
    this.tell('resyncing', null);
    if ((await this.askForTicket()) !== null) this.lose();
  }

  private receive(socket: WebSocket, data: unknown): void {
    if (socket !== this.socket || typeof data !== 'string') return;
    const frame = JSON.parse(data) as Frame;
    this.watch(SILENCE_MS);
    this.ports.onFrame(frame);
    // Only rows make the picture current again; a beat before them proves no more than a connection.
    if (frame.type === 'snapshot' || frame.type === 'delta') {
      this.attempt = 0;
      this.everLive = true;
      this.tell('live', null);
    }
  }

  private watch(ms: number): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lose(), ms);
  }

  private lose(): void {
    this.drop();
    if (this.stopped) return;
    const wait = backoffMs(this.attempt, this.random);
    this.attempt += 1;
    this.pausing = true;
    this.tell('lost', this.monotonic() + wait);
    this.retry = setTimeout(() => void this.connect(), wait);
  }

  /** Trying again would not help: the session has ended, or this person may see no board. */
  private end(state: 'signed_out' | 'refused'): void {
    this.stop();
    this.tell(state, null);
  }

  /** Ends whatever is under way: the socket, the attempt, the pause. */
  private drop(): void {
    this.tried += 1;
    this.pausing = false;
    clearTimeout(this.watchdog);
    clearTimeout(this.retry);
    const socket = this.socket;
    this.socket = null;
    socket?.close();
  }

  private tell(state: LinkState, retryAt: number | null): void {
    this.ports.onLink({ state, attempt: this.attempt, retryAt });
  }
}
