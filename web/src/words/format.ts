/** 272 -> "04:32", 3672 -> "1:01:12". Fixed width below an hour, so that columns stay still. */
export function mmss(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const hours = Math.floor(whole / 3600);
  const minutes = Math.floor((whole % 3600) / 60);
  const rest = two(whole % 60);
  return hours ? `${hours}:${two(minutes)}:${rest}` : `${two(minutes)}:${rest}`;
}

/** An ETA as shown big: "4:20", with ≈ where it is an estimate. */
export function eta(seconds: number | null | undefined, estimated = false): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  return `${estimated ? '≈ ' : ''}${Math.floor(whole / 60)}:${two(whole % 60)}`;
}

/** A gain against the own unit: "1:50 sooner". */
export function gain(seconds: number): string {
  return `${eta(Math.abs(seconds))} ${seconds > 0 ? 'sooner' : 'later'}`;
}

/** Age of a position: "7 s", "4:21", "1 h 05". */
export function age(seconds: number | null): string {
  if (seconds === null) return 'none';
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
  return `${Math.floor(seconds / 3600)} h ${two(Math.floor((seconds % 3600) / 60))}`;
}

/** Rough time ahead: "≈ 14 min". */
export function minutesAhead(seconds: number): string {
  return `≈ ${Math.max(1, Math.round(seconds / 60))} min`;
}

const clocks = new Map<string, Intl.DateTimeFormat>();

function clockFor(
  zone: string,
  options: Intl.DateTimeFormatOptions,
  locale = 'en-GB',
): Intl.DateTimeFormat {
  const key = locale + zone + JSON.stringify(options);
  let format = clocks.get(key);
  if (!format) {
    try {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone: zone });
    } catch {
      format = new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' });
    }
    clocks.set(key, format);
  }
  return format;
}

/** Wall clock in the region's zone: "14:02:11". */
export function wallClock(ms: number, zone: string): string {
  return clockFor(zone, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  }).format(ms);
}

/** The clock of a moment that may lie on another day: "14:02:11" today, "24 Nov 14:02" on any other. */
export function wallMoment(ms: number, now: number, zone: string): string {
  if (wallDate(ms, zone) === wallDate(now, zone)) return wallClock(ms, zone);
  const day = clockFor(zone, { day: 'numeric', month: 'short' }).format(ms);
  return `${day} ${wallClock(ms, zone).slice(0, 5)}`;
}

export function wallDate(ms: number, zone: string): string {
  return clockFor(zone, { year: 'numeric', month: 'short', day: '2-digit' }).format(ms);
}

/** The zone's short name at that moment: "EST", "CET", "UTC". */
export function zoneName(ms: number, zone: string): string {
  // en-US is the locale that knows the most of these names.
  const parts = clockFor(zone, { timeZoneName: 'short' }, 'en-US').formatToParts(ms);
  return parts.find((part) => part.type === 'timeZoneName')?.value ?? zone;
}

/** "Cedar M12" of Cedar -> "M12": where the agency stands beside the call sign, it need not stand twice. */
export function shortSign(callSign: string, agency: string): string {
  const prefix = `${agency} `.toLowerCase();
  const rest = callSign.slice(prefix.length).trim();
  return rest && callSign.toLowerCase().startsWith(prefix) ? rest : callSign;
}

/** "26-000161" -> "#161": the ending by which people call an incident where space is short. */
export function shortNumber(number: string): string {
  const ending = /(\d+)$/.exec(number)?.[1];
  return ending ? `#${Number(ending)}` : number;
}

export function plural(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** "-76.8842, 40.2731" or "-76.8842 40.2731", longitude first. Null unless it is a place. */
export function parseLonLat(text: string): { lon: number; lat: number } | null {
  const match = /^\s*([+-]?\d+(?:\.\d+)?)\s*[,;\s]\s*([+-]?\d+(?:\.\d+)?)\s*$/.exec(text);
  if (!match) return null;
  const [lon, lat] = [Number(match[1]), Number(match[2])];
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 ? { lon, lat } : null;
}

const two = (value: number) => String(value).padStart(2, '0');

/** Of units that came to a call and are not there any more. */
export const leftPhrase = (came: number) =>
  `${plural(came, 'unit')} ${came === 1 ? 'has' : 'have'} left`;
