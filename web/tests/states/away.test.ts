import { describe, expect, it } from 'vitest';
import { apply, type Picture } from '../../src/picture/picture';
import { Away } from '../../src/states/away.svelte';
import { at, makeSnapshot, makeUnit, T0 } from '../make';

const pictureOf = (seconds: number, ...statuses: ('available' | 'on_scene')[]): Picture =>
  apply(
    null,
    makeSnapshot({
      now: at(seconds),
      units: statuses.map((status, i) => makeUnit({ id: `u${i}`, status })),
    }),
  )!;

const then = pictureOf(0, 'available', 'available');
const one = pictureOf(30, 'on_scene', 'available');
const both = pictureOf(60, 'on_scene', 'on_scene');

const count = (away: Away) => away.absence?.changes.length ?? 0;

describe('a board that was away', () => {
  it('lists what changed, and from when until when', () => {
    const away = new Away();
    away.left(then);
    away.returned(one);
    expect(away.absence).toMatchObject({ from: T0, until: T0 + 30_000 });
    expect(count(away)).toBe(1);
  });

  it('lists nothing where nothing changed, nor before it was ever live', () => {
    const away = new Away();
    away.returned(then);
    away.left(then);
    away.returned(then);
    expect(away.absence).toBeNull();
  });

  it('does not grow by what is seen live after the return', () => {
    const away = new Away();
    away.left(then);
    away.returned(one);
    away.returned(both);
    expect(count(away)).toBe(1);
  });

  it('tells again what was not dismissed when it was away once more', () => {
    const away = new Away();
    away.left(then);
    away.returned(one);
    away.left(one);
    expect(count(away), 'the list stays while it is away').toBe(1);
    away.returned(both);
    expect(count(away)).toBe(2);
  });

  it('begins anew after it was dismissed', () => {
    const away = new Away();
    away.left(then);
    away.returned(one);
    away.dismiss();
    expect(away.absence).toBeNull();
    away.left(one);
    away.returned(both);
    expect(count(away)).toBe(1);
  });

  it('is left once, however often the connection is tried', () => {
    const away = new Away();
    away.left(then);
    away.left(one);
    away.returned(both);
    expect(count(away)).toBe(2);
  });
});
