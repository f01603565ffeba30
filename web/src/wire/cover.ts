/** Cover per capability, what people set by hand, and what partners tell each other. */

export type {
  Capability,
  CoverLevelRow as CoverLevel,
  OverrideRow,
  PreAlertRow,
} from './generated';
