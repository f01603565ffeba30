import { expect, test } from 'vitest';
import { incidentMarks, reachLabel, unitMarks } from '../../src/map/scene';
import { apply } from '../../src/picture/picture';
import { at, makeIncident, makeSnapshot, makeUnit, T0 } from '../make';

const picture = (frame: Parameters<typeof makeSnapshot>[0]) => apply(null, makeSnapshot(frame))!;

test('a unit without a position is not on the map', () => {
  const units = [makeUnit({ lon: null, lat: null, position_at: null })];
  expect(unitMarks(picture({ units }), T0, null)).toEqual([]);
});

test('an old position is marked and its label carries the question mark', () => {
  const [mark] = unitMarks(picture({ units: [makeUnit()] }), T0 + 121_000, null);
  expect([mark?.doubtful, mark?.label]).toEqual([true, 'M1 ?']);
});

test('units at one place stand apart, a lone unit stands where it is', () => {
  const together = ['a', 'b', 'c'].map((id) => makeUnit({ id }));
  const alone = makeUnit({ id: 'd', lon: -82.5 });
  const marks = unitMarks(picture({ units: [...together, alone] }), T0, null);
  const shifts = marks.filter((mark) => mark.id !== 'd').map((mark) => mark.shift.join());
  expect(new Set(shifts).size).toBe(3);
  expect(marks.find((mark) => mark.id === 'd')?.shift).toEqual([0, 0]);
});

test('only a P1 without any unit for more than a minute is an alarm', () => {
  const incidents = [
    makeIncident({ id: 'late', opened_at: at(-61) }),
    makeIncident({ id: 'new', opened_at: at(-59) }),
    makeIncident({ id: 'served', opened_at: at(-600), assigned: ['u1'] }),
    makeIncident({ id: 'left', opened_at: at(-600), came: 1 }),
    makeIncident({ id: 'p2', opened_at: at(-600), priority: 'emergent' }),
    makeIncident({ id: 'closed', opened_at: at(-600), state: 'closed' }),
  ];
  const marks = incidentMarks(picture({ incidents }), T0, null);
  expect(marks.filter((mark) => mark.alarm).map((mark) => mark.id)).toEqual(['late']);
  expect(marks.some((mark) => mark.id === 'closed')).toBe(false);
});

test('a line says what its time rests on and that it is not the way', () => {
  expect(reachLabel(260, 'straight_line')).toBe('≈ 4:20 straight-line estimate');
  expect(reachLabel(260, 'road')).toBe('4:20 by road (line is not the route)');
});
