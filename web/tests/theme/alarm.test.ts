import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const src = new URL('../../src/', import.meta.url);
const read = (file: string) => readFileSync(new URL(file, src), 'utf8');
const files = readdirSync(src, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(svelte|css|ts)$/.test(file))
  .sort();
const using = (what: RegExp) => files.filter((file) => what.test(read(file)));

test('one style sheet alone uses the alarm colour, and the map for the mark of a P1', () => {
  expect(using(/var\(--(on-)?alarm\)/)).toEqual(['theme/alarm.css']);
  expect(using(/token\('(on-)?alarm'\)/)).toEqual(['map/looks.ts']);
  expect(using(/#c8102e/i)).toEqual(['theme/tokens.css']);
});

test('each red place is the look of one alarm class', () => {
  expect(using(/alarm-(fill|box|sign)\b/)).toEqual([
    'board/AlarmChip.svelte', // any high alarm
    'board/CoverBanner.svelte', // cover_red
    'board/IncidentLine.svelte', // p1_waiting
    'board/IncomingCard.svelte', // request_to_answer: its countdown
    'board/LinkBar.svelte', // server_lost
    'theme/alarm.css',
  ]);
});

test('only signs blink, at most once a second', () => {
  expect(using(/\banimation:/)).toEqual(['theme/alarm.css', 'theme/base.css']);
  const seconds = /\.blink \{\s*animation: blink ([\d.]+)s/.exec(read('theme/alarm.css'))?.[1];
  expect(Number(seconds)).toBeGreaterThanOrEqual(1);
  for (const file of using(/class:blink/)) {
    for (const [element] of read(file).matchAll(/<span[^>]*class:blink[^>]*>/g)) {
      expect(element, file).toContain('aria-hidden="true"');
    }
  }
});

test('whom the system keeps still sees nothing move', () => {
  const still = read('theme/base.css').split('@media (prefers-reduced-motion: reduce)')[1];
  expect(still).toContain('animation: none !important');
});
