/**
 * The server's time, told by the page's monotonic clock: whoever sets this computer's clock ten
 * minutes wrong still sees the right countdown.
 *
 * Each frame gives one sample `server time - local time`, too small by the frame's delay; the
 * largest of the last samples is the nearest to the truth.
 */
export class ServerClock {
  private samples: number[] = [];

  constructor(private readonly monotonic: () => number = () => performance.now()) {}

  hear(serverMs: number): void {
    if (!Number.isFinite(serverMs)) return;
    this.samples.push(serverMs - this.monotonic());
    if (this.samples.length > 30) this.samples.shift();
  }

  /** ms since 1970 on the server, or this computer's own idea before the first frame. */
  now(): number {
    if (!this.samples.length) return Date.now();
    return this.monotonic() + Math.max(...this.samples);
  }
}
