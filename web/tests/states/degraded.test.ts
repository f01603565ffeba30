import { expect, it } from 'vitest';
import { affectedWords } from '../../src/states/degraded';

it('says what to doubt', () => {
  expect(affectedWords(['arrivals', 'cover'])).toBe('Doubt arrival times (≈) and cover.');
  expect(affectedWords(['commands'])).toBe('Doubt commands.');
  expect(affectedWords(['commands', 'requests', 'orders'])).toBe(
    'Doubt commands, requests and orders for many units.',
  );
  expect(affectedWords(['units'])).toBe('Doubt unit positions and feed states.');
  expect(affectedWords(['board'])).toBe('Doubt what this board shows.');
  expect(affectedWords([])).toBe('');
});
