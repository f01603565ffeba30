/** What is advised and what it is weighed with, by the names that the page uses. */

import type * as wire from './generated';

export type {
  AdviceOverrideRow,
  AdviceRow,
  ArrivalPart,
  ArrivalRow as Arrival,
  Course as CourseName,
  CoursePlayedRow as OpinionCourse,
  CrewRow as Crew,
  HeldBackRow as HeldBack,
  OverrideReason,
  Rule as RuleName,
  SecondOpinionRow as SecondOpinion,
  UnitFiguresRow as UnitFigures,
} from './generated';

/** What an own unit and a neighbour's have both, beside their own facts. */
export type WeighedUnit = wire.OwnUnitRow | wire.ShownCandidateRow;
