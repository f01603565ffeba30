import fc from 'fast-check';
import { expect, test } from 'vitest';
import { layoutOf } from '../../src/board/layout';
import { columnSizes } from '../../src/comforts/sizes';
import { PANELS } from '../../src/board/panels';
import { readPlace, START, type Place } from '../../src/board/place';
import {
  isLater,
  pointedAfter,
  panelQuery,
  panelsOut,
  readMessage,
  readWindowName,
  toTell,
  windowName,
  type Pointed,
} from '../../src/board/windows';

const panels = fc.constantFrom(...PANELS.map(({ name }) => name));

test('a panel is out from its window’s first word to its last, for its owner alone', () => {
  const here = { kind: 'here', panel: 'map', owner: 'a' } as const;
  const out = panelsOut(new Set(), here, 'a');
  expect([...out]).toEqual(['map']);
  expect(panelsOut(out, here, 'a')).toBe(out);
  expect(panelsOut(new Set(), here, 'b').size).toBe(0);
  expect(panelsOut(out, { ...here, kind: 'gone' }, 'b')).toBe(out);
  expect(panelsOut(out, { ...here, kind: 'gone' }, 'a').size).toBe(0);
  expect(panelsOut(out, { kind: 'who' }, 'a')).toBe(out);
});

test('what is no message is nothing', () => {
  for (const data of [null, 1, 'here', [], {}, { kind: 'hello' }, { kind: 'here' }]) {
    expect(readMessage(data)).toBeNull();
  }
  expect(readMessage({ kind: 'here', panel: 'radio', owner: 'a' })).toBeNull();
  expect(readMessage({ kind: 'who' })).toEqual({ kind: 'who' });
});

test('a window’s name tells its panel and its owner', () => {
  fc.assert(
    fc.property(panels, fc.stringMatching(/^[a-z0-9]{1,12}$/), (panel, owner) => {
      expect(readWindowName(windowName({ panel, owner }))).toEqual({ panel, owner });
    }),
  );
  for (const name of ['', 'main', 'panel-radio-a', 'panel-map-']) {
    expect(readWindowName(name)).toBeNull();
  }
});

test('two windows that point at once end up at the same', () => {
  const pointing = fc.record({ at: fc.integer(), from: fc.constantFrom('a', 'b', 'c') });
  fc.assert(
    fc.property(pointing, pointing, (one, other) => {
      const last = isLater(one, other) ? one : other;
      const first = isLater(other, one) ? other : one;
      if (one.at !== other.at || one.from !== other.from) expect(first).toEqual(last);
    }),
  );
  expect(isLater({ at: 0, from: '' }, null)).toBe(true);
});

const POINTED: Pointed = {
  unit: null,
  incident: 'i1',
  candidate: null,
  picking: true,
  pin: { lon: 9, lat: 47 },
};

test('a window tells what is pointed at whenever that changes, and nothing otherwise', () => {
  const pin = { ...POINTED.pin! };
  expect(toTell({ ...POINTED, pin }, POINTED)).toBeNull();
  expect(toTell({ ...POINTED, unit: 'u1' }, POINTED)?.unit).toBe('u1');
  expect(toTell({ ...POINTED, pin: null }, POINTED)?.pin).toBeNull();
});

test('a window that was opened after the form neither stops the picking nor takes the pin away', () => {
  const late = { ...POINTED, picking: false, pin: null };
  const told = toTell({ ...late, unit: 'u1' }, late)!;
  expect(pointedAfter(POINTED, told)).toEqual({ ...POINTED, unit: 'u1' });
});

test('a pin that lies where it lay is the same pin: nobody has clicked on the map', () => {
  const told = { ...POINTED, unit: 'u1', pin: { ...POINTED.pin! } };
  expect(pointedAfter(POINTED, told).pin).toBe(POINTED.pin);
  const moved = { lon: 9, lat: 47.5 };
  expect(pointedAfter(POINTED, { ...told, pin: moved }).pin).toBe(moved);
  expect(pointedAfter(POINTED, { ...told, pin: null }).pin).toBeNull();
});

test('what one window tells makes the other point at the same, where both did before', () => {
  const id = fc.constantFrom(null, 'a', 'b');
  const pin = fc.constantFrom(null, { lon: 9, lat: 47 }, { lon: 9, lat: 48 });
  const pointed = fc.record({
    unit: id,
    incident: id,
    candidate: id,
    picking: fc.boolean(),
    pin,
  });
  fc.assert(
    fc.property(pointed, pointed, (before, now) => {
      const told = toTell(now, before);
      expect(told ? pointedAfter(before, told) : before).toEqual(now);
    }),
  );
});

test('a panel’s window begins as the panel was, and points at the same', () => {
  const place: Place = {
    ...START,
    page: 'board',
    only: 'AV',
    columns: ['unit'],
    unit: 'u1',
    incident: 'i1',
    side: 'cover',
    map: { lon: 1, lat: 2, zoom: 3 },
    incidents: 'closed',
  };
  expect(readPlace(panelQuery(place, 'units'))).toEqual({
    ...START,
    panel: 'units',
    only: 'AV',
    columns: ['unit'],
    unit: 'u1',
    incident: 'i1',
  });
  expect(readPlace(panelQuery(place, 'map')).map).toEqual(place.map);
  expect(readPlace(panelQuery(place, 'incidents')).incidents).toBe('closed');
  for (const { name } of PANELS) {
    const there = readPlace(panelQuery(place, name));
    expect([there.panel, there.side, there.page]).toEqual([name, 'advice', null]);
  }
});

const even = (percent: number) => ({ left: percent, centre: percent, right: percent });

test('larger text needs the room that a smaller window lacks', () => {
  expect(layoutOf(1920, even(100))).toBe('wide');
  expect(layoutOf(1366, even(100))).toBe('wide');
  expect(layoutOf(1366, even(150))).toBe('two');
  expect(layoutOf(683, even(100))).toBe('one');
  expect(layoutOf(1366, even(90))).toBe(layoutOf(1366, even(100)));
});

test('one panel with large text needs room for its own column, not for all', () => {
  const units = { font_percent: 100, panel_font_percent: { units: 140 } };
  expect(columnSizes(units)).toEqual({ left: 140, centre: 100, right: 100 });
  expect(layoutOf(1366, columnSizes(units))).toBe('wide');
  expect(layoutOf(1280, columnSizes(units))).toBe('two');
  expect(layoutOf(1280, columnSizes(units, new Set(['units'])))).toBe('wide');
  const smaller = { font_percent: 120, panel_font_percent: { incidents: 90, requests: 130 } };
  expect(columnSizes(smaller)).toEqual({ left: 120, centre: 120, right: 130 });
});
