import { derive, type Scene } from '../../src/alarms/derive';
import { acknowledge, EMPTY, fold, listPresent, type Ledger } from '../../src/alarms/ledger';
import { rememberLoans, type LoanMemory } from '../../src/alarms/loans';
import { apply } from '../../src/picture/picture';
import type { AgreementInfo, Role } from '../../src/wire/types';
import { makeSnapshot, T0 } from '../make';

type Rows = Parameters<typeof makeSnapshot>[0];

export const makePicture = (rows: Rows = {}) => apply(null, makeSnapshot(rows))!;

export const makeAgreement = (row: Partial<AgreementInfo> = {}): AgreementInfo => ({
  id: 'harlow-cedar',
  title: 'Harlow / Cedar',
  version: 1,
  in_force: 1,
  state: 'active',
  parties: ['harlow', 'cedar'],
  effective_to: null,
  clauses: [],
  ...row,
});

export const makeScene = (
  rows: Rows = {},
  { seconds = 0, ...scene }: Partial<Scene> & { seconds?: number } = {},
): Scene => {
  return {
    picture: makePicture(rows),
    now: T0 + seconds * 1000,
    live: true,
    heardAt: T0,
    role: 'dispatcher',
    home: 'harlow',
    agreements: null,
    loans: {},
    ...scene,
  };
};

/** The codes of what is so, in order. */
export const codes = (scene: Scene) =>
  derive(scene)
    .conditions.filter((found) => found.raises)
    .map((found) => found.code);

/** One console: rows are shown to it at moments, in seconds after T0. */
export class Desk {
  ledger: Ledger = EMPTY;
  loans: LoanMemory = {};
  /** Codes as they were raised. */
  raised: string[] = [];

  constructor(private readonly role: Role = 'dispatcher') {}

  see(seconds: number, rows: Rows, live = true): this {
    const now = T0 + seconds * 1000;
    const scene = makeScene(rows, { seconds, live, role: this.role });
    if (live && scene.picture) this.loans = rememberLoans(this.loans, scene.picture, now);
    const folded = fold(this.ledger, now, derive({ ...scene, loans: this.loans }));
    this.ledger = folded.ledger;
    this.raised.push(...folded.raised.map((alarm) => alarm.code));
    return this;
  }

  acknowledgeAll(seconds: number): this {
    for (const { key } of this.ledger.alarms) {
      this.ledger = acknowledge(this.ledger, key, T0 + seconds * 1000, 'dana').ledger;
    }
    return this;
  }

  get present(): string[] {
    return listPresent(this.ledger).map((alarm) => alarm.code);
  }
}
