/** Feeds and the service's own state, by the names that the page uses. */

import type * as wire from './generated';

export type { Affected, DegradedRow, FeedRow, FeedState, Loss, ServiceRow } from './generated';

/** Id, heard, newest fix, units, stale units, silent after: a feed in the beat. */
export type FeedEntry = NonNullable<wire.BeatFrame['feeds']>[number];
