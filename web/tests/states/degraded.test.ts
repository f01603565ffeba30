import { expect, it } from 'vitest';
import { affectedWords } from '../../src/states/degraded';

it('says what to doubt', () => {
  expect(affectedWords(['arrivals', 'cover'])).toBe('Doubt arrival times (≈) and cover.');
  expect(affectedWords(['commands'])).toBe('Doubt commands.');
  expect(affectedWords(['commands', 'requests', 'orders'])).toBe(
    'Doubt commands, requests and orders for many units.',
  );
  expect(affectedWords([])).toBe('');
});
