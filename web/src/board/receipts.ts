import type { Stage } from '../wire/instead';
import { Problem } from '../wire/problem';
import type { RequestRow } from '../wire/types';
import { receiptKey, receiptOwed } from '../words/receipts';

/**
 * Says by itself that requests have arrived at this board, and that a person has them in view. It is moved by
 * frames and by what comes into view, never by a timer: a hidden tab gives its receipts as promptly.
 */
export class Receipts {
  private readonly inView = new Set<string>();
  private readonly said = new Set<string>();

  constructor(private readonly send: (request: string, stage: Stage) => Promise<unknown>) {}

  /** After every frame: what could not be said is tried again with the next. */
  hear(requests: ReadonlyMap<string, RequestRow>): void {
    for (const set of [this.inView, this.said]) {
      for (const key of set) if (!requests.has(key.split(' ')[0]!)) set.delete(key);
    }
    for (const request of requests.values()) this.settle(request);
  }

  /** The request's card is in view on a page that can be seen. */
  saw(request: RequestRow): void {
    this.inView.add(request.id);
    this.settle(request);
  }

  private settle(request: RequestRow): void {
    const stage = receiptOwed(request, this.inView, this.said);
    if (stage) void this.say(request.id, stage);
  }

  private async say(request: string, stage: Stage): Promise<void> {
    // What was seen was delivered: one receipt is enough for both.
    const keys = stage === 'seen' ? [receiptKey(request, 'delivered')] : [];
    keys.push(receiptKey(request, stage));
    keys.forEach((key) => this.said.add(key));
    try {
      await this.send(request, stage);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (isPassing(error)) keys.forEach((key) => this.said.delete(key));
    }
  }
}

/** Whether the same may go better in a moment. */
const isPassing = ({ status }: Problem): boolean => status === 0 || status === 429 || status >= 500;
