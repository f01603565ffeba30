import { changesBetween, type Change } from '../picture/changes';
import type { Picture } from '../picture/picture';

/** What happened while the board was not live. Times in ms since 1970, by the server's clock. */
export interface Absence {
  from: number;
  until: number;
  changes: readonly Change[];
}

/** Remembers the picture as it was left, and says what changed when the board is back. */
export class Away {
  /** Until it is dismissed; null: nothing changed, or everything was seen. */
  absence = $state.raw<Absence | null>(null);
  private before: Picture | null = null;
  private gone = false;

  left(picture: Picture): void {
    // What was not dismissed yet is told again with what comes: nothing unseen is lost.
    this.before ??= picture;
    this.gone = true;
  }

  returned(picture: Picture): void {
    if (!this.before || !this.gone) return;
    this.gone = false;
    const changes = changesBetween(this.before, picture);
    this.absence = changes.length ? { from: this.before.asOf, until: picture.asOf, changes } : null;
    if (!changes.length) this.before = null;
  }

  dismiss(): void {
    this.absence = null;
    if (!this.gone) this.before = null;
  }
}
