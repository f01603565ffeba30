import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LOOKS, STATUSES as WORDS } from '../../src/words/statuses';
import { contrast, difference, VISIONS } from './colour';

const css = readFileSync(new URL('../../src/theme/tokens.css', import.meta.url), 'utf8');
const STATUSES = ['AV', 'DP', 'ER', 'OS', 'TR', 'AH', 'OO'];

function tokens(selector: string): Record<string, string> {
  const block = css.slice(css.indexOf(selector)).split('}')[0] ?? '';
  return Object.fromEntries(
    [...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/gi)].map((m) => [m[1]!, m[2]!]),
  );
}

const dark = tokens(':root {');
const light = { ...dark, ...tokens(":root[data-theme='light']") };

test('a status has one of seven colours, and no two of them are one', () => {
  expect(LOOKS.map(({ look }) => look)).toEqual(STATUSES);
  expect(new Set(Object.values(WORDS).map(({ look }) => look))).toEqual(new Set(STATUSES));
  for (const theme of [dark, light]) {
    expect(new Set(STATUSES.map((look) => theme[look])).size).toBe(7);
    const coded = Object.keys(theme).filter((token) => /^[A-Z]{2}$/.test(token));
    expect(coded.sort()).toEqual([...STATUSES].sort());
  }
});

for (const [name, theme] of Object.entries({ dark, light })) {
  test(`${name}: any two status colours differ in every kind of colour vision`, () => {
    for (const vision of VISIONS) {
      STATUSES.forEach((a, i) =>
        STATUSES.slice(i + 1).forEach((b) => {
          const apart = difference(theme[a]!, theme[b]!, vision);
          expect(apart, `${a} and ${b}, ${vision.name}`).toBeGreaterThan(15);
        }),
      );
    }
  });

  test(`${name}: status glyphs stand out from every ground they are drawn on`, () => {
    for (const status of STATUSES) {
      for (const ground of ['bg', 'panel', 'raised', 'hover', 'selected']) {
        const seen = contrast(theme[status]!, theme[ground]!);
        expect(seen, `${status} on ${ground}`).toBeGreaterThanOrEqual(3);
      }
    }
  });

  test(`${name}: every text can be read`, () => {
    const pairs = [
      ...['text', 'muted', 'accent', 'good', 'caution', 'lent'].flatMap((ink) =>
        ['bg', 'panel', 'hover', 'selected'].map((ground) => [ink, ground]),
      ),
      ['on-alarm', 'alarm'],
      ['on-accent', 'accent-fill'],
      ['on-accent', 'accent-fill-hover'],
      ['danger-text', 'danger-fill'],
      ['caution', 'caution-fill'],
      ['text', 'incoming'],
      ['muted', 'incoming'],
    ];
    for (const [ink, ground] of pairs as [string, string][]) {
      const seen = contrast(theme[ink]!, theme[ground]!);
      expect(seen, `${ink} on ${ground}`).toBeGreaterThanOrEqual(4.5);
    }
  });
}
