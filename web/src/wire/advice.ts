/** What is advised and what it is weighed with, by the names that the page uses. */

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
