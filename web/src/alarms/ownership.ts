/**
 * One window of this computer has it: the sound, or the pen that writes the log. The next window gets it when
 * that one closes. Where the browser has no locks (a page without TLS on another computer) every window has it.
 */
export class Ownership {
  owns = false;
  ownedElsewhere = false;
  private letGo: (() => void) | null = null;
  private waiting: AbortController | null = null;
  private ended = false;
  /** Counts what was asked: an answer to anything but the last is old. */
  private asked = 0;

  constructor(
    private readonly name: string,
    private readonly locks: LockManager | undefined,
    private readonly onChange: () => void,
  ) {}

  /** Stands in the queue. Claiming twice is no error. */
  claim(): void {
    if (this.owns || this.waiting || this.ended) return;
    if (!this.locks) return this.gained();
    this.waiting = new AbortController();
    this.ask({ signal: this.waiting.signal });
  }

  /** Takes it from whichever window has it; that one stands in the queue again. */
  take(): void {
    if (this.owns || this.ended || !this.locks) return;
    this.waiting?.abort();
    this.waiting = new AbortController();
    this.ask({ steal: true });
  }

  /** Gives it back, or leaves the queue. */
  release(): void {
    this.waiting?.abort();
    this.waiting = null;
    this.letGo?.();
    this.letGo = null;
    if (this.owns) this.lost();
  }

  end(): void {
    this.ended = true;
    this.release();
  }

  /** Looks up whether another window has it. */
  async look(): Promise<void> {
    if (!this.locks) return;
    const { held } = await this.locks.query();
    const elsewhere = !this.owns && Boolean(held?.some((lock) => lock.name === this.name));
    if (elsewhere === this.ownedElsewhere) return;
    this.ownedElsewhere = elsewhere;
    this.onChange();
  }

  private ask(options: LockOptions): void {
    const mine = (this.asked += 1);
    const hold = () =>
      new Promise<void>((done) => {
        this.letGo = done;
        this.waiting = null;
        this.gained();
      });
    this.locks!.request(this.name, options, hold).catch(() => {
      // Taken by another window, or not wanted any more.
      if (!this.owns || mine !== this.asked) return;
      this.lost();
      this.claim();
      void this.look();
    });
  }

  private gained(): void {
    this.owns = true;
    this.ownedElsewhere = false;
    this.onChange();
  }

  private lost(): void {
    this.owns = false;
    this.onChange();
  }
}
