import type { PreAlertRow } from '../wire/cover';
import type { FeedEntry, FeedRow, ServiceRow } from '../wire/health';
import type { ClosureRow, WaiverRow } from '../wire/standing';
import type {
  AssignmentRow,
  BeatFrame,
  CoverRow,
  DeltaFrame,
  Frame,
  GoneKind,
  IncidentRow,
  Me,
  PositionsFrame,
  RequestRow,
  SnapshotFrame,
  UnitRow,
} from '../wire/types';

/** A position as measured: `at` is the fix's own time in ms since 1970, not its receipt. */
export interface Fix {
  lon: number;
  lat: number;
  at: number | null;
}

/** What changes of a feed with every report; it comes with the beat. Times in ms since 1970. */
export interface FeedAges {
  heardAt: number | null;
  newestFixAt: number | null;
  units: number;
  /** null: an agreement withholds how old the positions are. */
  staleUnits: number | null;
  silentAfterS: number;
}

/** All that the server has told this board. Never changed in place: every frame gives a new one. */
export interface Picture {
  epoch: string;
  seq: number;
  /** Server time of the newest frame, ms since 1970. */
  asOf: number;
  me: Me;
  units: ReadonlyMap<string, UnitRow>;
  incidents: ReadonlyMap<string, IncidentRow>;
  requests: ReadonlyMap<string, RequestRow>;
  assignments: ReadonlyMap<string, AssignmentRow>;
  covers: ReadonlyMap<string, CoverRow>;
  closures: ReadonlyMap<string, ClosureRow>;
  waivers: ReadonlyMap<string, WaiverRow>;
  preAlerts: ReadonlyMap<string, PreAlertRow>;
  feeds: ReadonlyMap<string, FeedRow>;
  /** Of feeds that are in `feeds`, as of the newest beat. */
  feedAges: ReadonlyMap<string, FeedAges>;
  /** One row: what the service itself lacks. */
  service: ReadonlyMap<string, ServiceRow>;
  fixes: ReadonlyMap<string, Fix>;
}

/** How the service itself is; null before the server has said anything of it. */
export function serviceOf(picture: Pick<Picture, 'service'>): ServiceRow | null {
  return picture.service.values().next().value ?? null;
}

/** The picture after a frame. A frame before the first snapshot has nothing to apply to: null stays. */
export function apply(picture: Picture | null, frame: Frame): Picture | null {
  if (frame.type === 'snapshot') return fromSnapshot(frame);
  if (!picture) return null;
  switch (frame.type) {
    case 'delta':
      return withDelta(picture, frame);
    case 'positions':
      return withPositions(picture, frame);
    case 'beat':
      return withBeat(picture, frame);
    default:
      return picture;
  }
}

function fromSnapshot(frame: SnapshotFrame): Picture {
  const units = byId(frame.units);
  return {
    epoch: frame.epoch,
    seq: frame.seq,
    asOf: Date.parse(frame.now),
    me: frame.me,
    units,
    incidents: byId(frame.incidents),
    requests: byId(frame.requests),
    assignments: byId(frame.assignments),
    covers: new Map(frame.covers.map((row) => [row.jurisdiction, row])),
    closures: byId(frame.closures),
    waivers: byId(frame.waivers),
    preAlerts: byId(frame.pre_alerts),
    feeds: byId(frame.feeds),
    feedAges: new Map(),
    service: byId(frame.service),
    fixes: withFixesOf(new Map(), frame.units),
  };
}

function withDelta(picture: Picture, frame: DeltaFrame): Picture {
  const gone = (kind: GoneKind) =>
    (frame.gone ?? []).filter((g) => g.kind === kind).map((g) => g.id);
  const goneUnits = gone('unit');
  return {
    ...picture,
    seq: Math.max(picture.seq, frame.seq),
    asOf: laterOf(picture.asOf, frame.now),
    units: merge(picture.units, frame.units, goneUnits),
    incidents: merge(picture.incidents, frame.incidents, gone('incident')),
    requests: merge(picture.requests, frame.requests, gone('request')),
    assignments: merge(picture.assignments, frame.assignments, gone('assignment')),
    covers: replaceBy((row) => row.jurisdiction, picture.covers, frame.covers, gone('cover')),
    closures: replaceBy((row) => row.id, picture.closures, frame.closures, gone('closure')),
    waivers: replaceBy((row) => row.id, picture.waivers, frame.waivers, gone('waiver')),
    preAlerts: replaceBy((row) => row.id, picture.preAlerts, frame.pre_alerts, gone('pre_alert')),
    feeds: replaceBy((row) => row.id, picture.feeds, frame.feeds, gone('feed')),
    service: replaceBy((row) => row.id, picture.service, frame.service, gone('service')),
    fixes: mergeFixes(picture.fixes, frame.units, goneUnits),
  };
}

function withPositions(picture: Picture, frame: PositionsFrame): Picture {
  const fixes = new Map(picture.fixes);
  for (const [id, lon, lat, at] of frame.rows) {
    if (picture.units.has(id)) keepNewer(fixes, id, { lon, lat, at });
  }
  return { ...picture, asOf: laterOf(picture.asOf, frame.now), fixes };
}

function withBeat(picture: Picture, frame: BeatFrame): Picture {
  return {
    ...picture,
    asOf: laterOf(picture.asOf, frame.now),
    feedAges: new Map((frame.feeds ?? []).map(([id, ...ages]) => [id, agesOf(ages)])),
  };
}

function agesOf([heard, fix, units, stale, silentAfter]: Tail<FeedEntry>): FeedAges {
  return {
    heardAt: heard,
    newestFixAt: fix,
    units,
    staleUnits: stale,
    silentAfterS: silentAfter,
  };
}

type Tail<T extends unknown[]> = T extends [unknown, ...infer Rest] ? Rest : never;

function byId<T extends { id: string }>(rows: readonly T[]): Map<string, T> {
  return new Map(rows.map((row) => [row.id, row]));
}

/** Rows are whole states: the higher version wins, whatever order they come in. */
function merge<T extends { id: string; version: number }>(
  old: ReadonlyMap<string, T>,
  rows: readonly T[] | undefined,
  gone: readonly string[],
): ReadonlyMap<string, T> {
  if (!rows?.length && !gone.length) return old;
  const next = new Map(old);
  for (const id of gone) next.delete(id);
  for (const row of rows ?? []) {
    const known = next.get(row.id);
    if (!known || row.version >= known.version) next.set(row.id, row);
  }
  return next;
}

/** Rows without a version of their own: the newest frame's stand. */
function replaceBy<T>(
  keyOf: (row: T) => string,
  old: ReadonlyMap<string, T>,
  rows: readonly T[] | undefined,
  gone: readonly string[],
): ReadonlyMap<string, T> {
  if (!rows?.length && !gone.length) return old;
  const next = new Map(old);
  for (const id of gone) next.delete(id);
  for (const row of rows ?? []) next.set(keyOf(row), row);
  return next;
}

function mergeFixes(
  old: ReadonlyMap<string, Fix>,
  rows: readonly UnitRow[] | undefined,
  gone: readonly string[],
): ReadonlyMap<string, Fix> {
  if (!rows?.length && !gone.length) return old;
  const next = new Map(old);
  for (const id of gone) next.delete(id);
  return withFixesOf(next, rows ?? []);
}

function withFixesOf(fixes: Map<string, Fix>, rows: readonly UnitRow[]): Map<string, Fix> {
  for (const row of rows) {
    // Withheld by an agreement: what was known of its place while it was lent is known no more.
    if (row.coarse === null) fixes.delete(row.id);
    if (row.lon === null || row.lat === null) continue;
    const at = row.position_at === null ? null : Date.parse(row.position_at);
    keepNewer(fixes, row.id, { lon: row.lon, lat: row.lat, at });
  }
  return fixes;
}

/** A late report never moves a unit back. An equal time may: exact sight can replace a coarse one. */
function keepNewer(fixes: Map<string, Fix>, id: string, fix: Fix): void {
  const known = fixes.get(id);
  if (known && (known.at ?? -Infinity) > (fix.at ?? -Infinity)) return;
  fixes.set(id, fix);
}

function laterOf(asOf: number, now: string): number {
  return Math.max(asOf, Date.parse(now));
}
