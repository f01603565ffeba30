import type { OverrideReason } from '../wire/advice';

/** Why another unit was chosen than the advised one, in the order of its digits. */
export const OVERRIDE_REASONS: readonly { id: OverrideReason; short: string; name: string }[] = [
  { id: 'road_known_better', short: 'Road', name: 'the road is known better here' },
  { id: 'unit_not_as_shown', short: 'Unit', name: 'the advised one is not as the board shows it' },
  { id: 'crew', short: 'Crew', name: 'one crew or the other' },
  { id: 'lender_said_so', short: 'Lender', name: 'the lender said so' },
  { id: 'keep_own_cover', short: 'Cover', name: 'to keep the own cover' },
  { id: 'caller_or_scene', short: 'Scene', name: 'what is heard from the caller or the scene' },
  { id: 'other', short: 'Other', name: 'another reason' },
];

/** So many characters may be added in writing. */
export const MOST_NOTE = 200;

/** "You chose M3, M7 was advised. Why? (optional)". */
export const overrideQuestion = (chosen: string, advised: string): string =>
  `You chose ${chosen}, ${advised} was advised. Why? (optional)`;

/** The reason whose digit was pressed. */
export const reasonAt = (key: string): OverrideReason | null =>
  /^[1-9]$/.test(key) ? (OVERRIDE_REASONS[Number(key) - 1]?.id ?? null) : null;
