/** How long the hands rest before what was typed is checked. */
export const REST_MS = 400;

/**
 * Asks about the newest input once the hands rest, and hears only the newest answer: one that was
 * overtaken by more typing says something about a text that is no longer there.
 */
export class Latest<In, Out> {
  private turn = 0;
  private waiting: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly ask: (input: In) => Promise<Out>,
    private readonly hear: (answer: Out) => void,
    private readonly fail: (error: unknown) => void = () => undefined,
    private readonly restMs = REST_MS,
  ) {}

  give(input: In): void {
    this.stop();
    const turn = this.turn;
    this.waiting = setTimeout(() => void this.run(input, turn), this.restMs);
  }

  /** Forgets what waits, and what is under way. */
  stop(): void {
    clearTimeout(this.waiting);
    this.turn += 1;
  }

  private async run(input: In, turn: number): Promise<void> {
    try {
      const answer = await this.ask(input);
      if (turn === this.turn) this.hear(answer);
    } catch (error) {
      if (turn === this.turn) this.fail(error);
    }
  }
}
