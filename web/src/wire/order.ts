/** Orders for many units, by the names that the page uses. */

export type {
  AidPlanBody as OrderAsk,
  AidPlanRow as AidPlan,
  AidPlanSentRow as AidPlanSent,
  Lack,
  LenderShareRow as LenderShare,
  MissingRow as Missing,
  NotAskedRow as NotAsked,
  PickRow as Pick,
  PlanFiguresRow as PlanFigures,
} from './generated';
