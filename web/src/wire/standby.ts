/** Standing by: what is proposed and what was asked, by the names that the page uses. */

export type {
  BackfillRow as Backfill,
  PostingBody as Posting,
  StandbyAskedRow as StandbyAsked,
  StandbyBody as StandbyAsk,
  StandbyMoveRow as StandbyMove,
  StandbyPlaceRow as StandbyPlace,
  StandbyProposalsRow as StandbyProposals,
  StandbyStepRow as StandbyStep,
} from './generated';
