/** Moments as the form has them: wall-clock time of the agreement's zone, in `datetime-local` shape. */

const WALL = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/;

const parts = new Map<string, Intl.DateTimeFormat>();

function clock(zone: string): Intl.DateTimeFormat {
  let format = parts.get(zone);
  if (!format) {
    const options: Intl.DateTimeFormatOptions = {
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      hourCycle: 'h23',
    };
    try {
      format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
    }
    parts.set(zone, format);
  }
  return format;
}

/** "2026-12-01T05:00:00Z" in America/New_York -> "2026-12-01T00:00". Empty for no moment. */
export function toWall(moment: string | null, zone: string): string {
  const ms = moment ? Date.parse(moment) : NaN;
  if (Number.isNaN(ms)) return '';
  const found = Object.fromEntries(
    clock(zone)
      .formatToParts(ms)
      .map((part) => [part.type, part.value]),
  );
  const year = found['year']!.padStart(4, '0');
  return `${year}-${found['month']}-${found['day']}T${found['hour']}:${found['minute']}`;
}

/**
 * The moment at which the zone's clocks show this. A time that a clock change skips becomes the moment
 * after it; one that comes twice, its first coming.
 */
export function fromWall(wall: string, zone: string): string | null {
  // Parsers of dates are lenient: what is half typed must be no date.
  const asUtc = WALL.test(wall) ? Date.parse(`${wall}:00Z`) : NaN;
  if (Number.isNaN(asUtc)) return null;
  const shown = (ms: number) => Date.parse(`${toWall(iso(ms), zone)}:00Z`);
  const offsets = [-86_400_000, 86_400_000].map((away) => shown(asUtc + away) - (asUtc + away));
  const found = offsets
    .map((offset) => asUtc - offset)
    .filter((ms) => shown(ms) === asUtc)
    .sort((a, b) => a - b);
  return iso(found[0] ?? asUtc - Math.min(...offsets));
}

const iso = (ms: number) => new Date(ms).toISOString().replace('.000Z', 'Z');

/** "1 Dec 2026, 00:00" on the zone's clocks. */
export function momentWords(moment: string | null | undefined, zone: string): string {
  const wall = toWall(moment ?? null, zone);
  return wall ? wall.replace('T', ' ') : '–';
}

/** Whole days from now until then, at least 0. */
export function daysUntil(moment: string, now: number): number {
  return Math.max(0, Math.floor((Date.parse(moment) - now) / 86_400_000));
}

/** The month that holds the moment, in UTC: "2026-10". */
export const monthOf = (ms: number) => new Date(ms).toISOString().slice(0, 7);
