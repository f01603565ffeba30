/**
 * What the board reads and sends, by the names that the page uses. The shapes come from the server's
 * classes (`generated.ts`); here is only what the server does not say.
 */

import type * as wire from './generated';

export type {
  AssignmentRow,
  AssignmentState,
  BeatFrame,
  CoverReasonRow as CoverReason,
  CoverRow,
  CoverState,
  DeclineReason,
  EtaBasis,
  Freshness,
  HelloFrame,
  IncidentBody as NewIncident,
  IncidentRow,
  JurisdictionRow as JurisdictionInfo,
  LabelRow as RegionLabel,
  MeRow as SignedIn,
  NatureRow as Nature,
  NeedRow as Need,
  OpenedIncidentRow as OpenedIncident,
  OwnUnitRow as OwnUnit,
  PermitRow as PermitFacts,
  PersonRow as Person,
  PingFrame,
  PositionsFrame,
  Priority,
  Purpose,
  ReasonCode,
  ReasonRow as Reason,
  RecommendationRow as Recommendation,
  RefusedUnitRow as RefusedUnit,
  RegionRow as RegionInfo,
  RequestRow,
  RequestState,
  Role,
  ShownCandidateRow as Candidate,
  SnapshotFrame,
  TicketRow,
  UnitRow,
  UnitStatus,
  UnitType,
  WatcherRow as Me,
} from './generated';

/** A clause with its terms; one that is being written has no sentence of the server's yet. */
export interface Clause {
  id: string;
  type: string;
  [term: string]: unknown;
}

/** What the board reads of an agreement. */
export interface AgreementInfo extends Pick<
  wire.AgreementRow,
  'id' | 'title' | 'version' | 'in_force' | 'parties' | 'state' | 'effective_to'
> {
  clauses: Clause[];
}

export type Figures = wire.ReasonRow['figures'];
export type GoneKind = wire.GoneRow['kind'];
export type Place = wire.HospitalRow | wire.StationRow;
export type PositionEntry = wire.PositionsFrame['rows'][number];

type Head = 'type' | 'seq' | 'now';

/** Rows that changed. The server sends every list, most of them empty; a board needs none to be there. */
export type DeltaFrame = Pick<wire.DeltaFrame, Head> & Partial<Omit<wire.DeltaFrame, Head>>;

export type Frame = wire.SnapshotFrame | DeltaFrame | wire.PositionsFrame | wire.BeatFrame;
