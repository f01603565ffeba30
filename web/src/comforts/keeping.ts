import type { PreferencesRow } from '../wire/generated';
import { Problem } from '../wire/problem';
import { readChanges, readChosen, withChanges, type Changes, type Chosen } from './preferences';

/** What the server keeps for a person; `version` 0: nothing was ever set. */
export type KeptRow = Pick<PreferencesRow, 'version' | 'preferences'>;

export interface KeepingPorts {
  read: () => Promise<KeptRow>;
  write: (preferences: Chosen, version: number) => Promise<KeptRow>;
  /** This computer's own memory, for a while without the server. */
  remember: (text: string) => void;
  recall: () => string | null;
  onChange: (chosen: Chosen, saved: boolean) => void;
}

/** Two consoles of one person that change at once settle within so many turns. */
const MOST_TURNS = 4;

/**
 * Keeps a person's preferences on the server, and on this computer until the server has them.
 *
 * Changes are kept by key: where another console changed something else meanwhile, both hold; where it
 * changed the same, the later word holds.
 */
export class Keeping {
  private chosen: Chosen = {};
  private changes: Changes = {};
  private version = 0;
  private running: Promise<void> | null = null;

  constructor(private readonly ports: KeepingPorts) {
    this.take(ports.recall());
  }

  /** What holds here and now, kept or not. */
  get held(): Chosen {
    return withChanges(this.chosen, this.changes);
  }

  get saved(): boolean {
    return Object.keys(this.changes).length === 0;
  }

  /** Holds at once; the server has it with the next `sync`. */
  change(changes: Changes): void {
    this.changes = { ...this.changes, ...changes };
    this.tell();
  }

  /** Another window of this computer has changed something. */
  hear(text: string | null): void {
    this.take(text);
    this.ports.onChange(this.held, this.saved);
  }

  /** Brings both sides together. Never fails: without the server everything stays as it is here. */
  async sync(): Promise<void> {
    this.running ??= this.settle().finally(() => (this.running = null));
    await this.running;
  }

  private async settle(): Promise<void> {
    try {
      this.adopt(await this.ports.read());
      for (let turn = 0; turn < MOST_TURNS && !this.saved; turn += 1) await this.write();
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
    }
  }

  private async write(): Promise<void> {
    const sent = this.changes;
    try {
      const row = await this.ports.write(withChanges(this.chosen, sent), this.version);
      this.forget(sent);
      this.adopt(row);
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      if (error.code === 'stale_version') this.adopt(await this.ports.read());
      else if (error.status === 422) {
        // The server knows these keys otherwise: what it has stands.
        this.forget(sent);
        this.tell();
      } else throw error;
    }
  }

  /** What was changed again while it was under way is still to be kept. */
  private forget(sent: Changes): void {
    const left = Object.entries(this.changes).filter(
      ([key, value]) => sent[key as keyof Changes] !== value,
    );
    this.changes = Object.fromEntries(left);
  }

  private adopt(row: KeptRow): void {
    this.chosen = readChosen(row.preferences);
    this.version = row.version;
    this.tell();
  }

  private tell(): void {
    const { chosen, changes, version } = this;
    this.ports.remember(JSON.stringify({ chosen, changes, version }));
    this.ports.onChange(this.held, this.saved);
  }

  private take(text: string | null): void {
    try {
      const known = JSON.parse(text ?? '{}') as Record<string, unknown>;
      this.chosen = readChosen(known['chosen']);
      this.changes = readChanges(known['changes']);
      this.version = Number.isInteger(known['version']) ? (known['version'] as number) : 0;
    } catch {
      // Written by a hand: as if nothing were there.
    }
  }
}
