import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  age,
  eta,
  gain,
  minutesAhead,
  mmss,
  parseLonLat,
  shortNumber,
  shortSign,
  wallClock,
  wallMoment,
} from '../../src/words/format';

test('times have a fixed width below an hour', () => {
  expect([mmss(0), mmss(65.9), mmss(3599), mmss(3672), mmss(-5)]).toEqual([
    '00:00',
    '01:05',
    '59:59',
    '1:01:12',
    '00:00',
  ]);
});

test('an estimate looks like one', () => {
  expect(eta(260)).toBe('4:20');
  expect(eta(260, true)).toBe('≈ 4:20');
  expect(eta(null)).toBe('–');
  expect(minutesAhead(840)).toBe('≈ 14 min');
});

test('a gain against the own unit is said in words', () => {
  expect(gain(110)).toBe('1:50 sooner');
  expect(gain(-30)).toBe('0:30 later');
});

test('ages are read at a glance', () => {
  expect([age(7), age(261), age(3900), age(null)]).toEqual(['7 s', '4:21', '1 h 05', 'none']);
});

test('a place is longitude first, and only a place', () => {
  expect(parseLonLat('-76.8842, 40.2731')).toEqual({ lon: -76.8842, lat: 40.2731 });
  expect(parseLonLat(' 9.5 47.1 ')).toEqual({ lon: 9.5, lat: 47.1 });
  for (const text of ['', '12', '200, 10', '10, 95', '1,2,3', 'a, b']) {
    expect(parseLonLat(text)).toBeNull();
  }
});

test('every place that is written can be read back', () => {
  const lon = fc.double({ min: -180, max: 180, noNaN: true });
  const lat = fc.double({ min: -90, max: 90, noNaN: true });
  fc.assert(
    fc.property(lon, lat, (x, y) => {
      const read = parseLonLat(`${x.toFixed(5)}, ${y.toFixed(5)}`)!;
      expect(read.lon).toBeCloseTo(x, 4);
      expect(read.lat).toBeCloseTo(y, 4);
    }),
  );
});

test('the wall clock is the region’s, not the computer’s', () => {
  const noon = Date.parse('2026-11-23T12:00:00Z');
  expect(wallClock(noon, 'America/New_York')).toBe('07:00:00');
  expect(wallClock(noon, 'no such zone')).toBe('12:00:00');
});

test('names are shortened only where nothing is lost', () => {
  expect(shortSign('Cedar M12', 'Cedar')).toBe('M12');
  expect(shortSign('Cedar', 'Cedar')).toBe('Cedar');
  expect(shortSign('M12', 'Cedar')).toBe('M12');
  expect(shortNumber('26-000161')).toBe('#161');
  expect(shortNumber('abc')).toBe('abc');
});

test('a clock time on another day names the day', () => {
  const now = Date.parse('2026-11-27T17:58:31Z');
  const zone = 'America/New_York';
  expect(wallMoment(Date.parse('2026-11-27T18:09:17Z'), now, zone)).toBe('13:09:17');
  expect(wallMoment(Date.parse('2026-11-28T17:58:31Z'), now, zone)).toBe('28 Nov 12:58');
  expect(wallMoment(Date.parse('2026-11-28T03:00:00Z'), now, zone)).toBe('22:00:00');
});
