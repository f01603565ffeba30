import { expect, test } from 'vitest';
import { scaledText } from '../../src/theme/text-scale';

test('px of text follow the person’s size, px of boxes do not', () => {
  expect(scaledText('font-size', '12.5px')).toBe('calc(12.5px * var(--text-scale))');
  expect(scaledText('line-height', '18px')).toBe('calc(18px * var(--text-scale))');
  expect(scaledText('font', '600 10.5px/15px var(--font)')).toBe(
    '600 calc(10.5px * var(--text-scale))/calc(15px * var(--text-scale)) var(--font)',
  );
  expect(scaledText('min-height', '24px')).toBe('24px');
});

test('what has no px, or was multiplied already, stays', () => {
  for (const value of ['inherit', '1.4', '8.5pt', 'calc(12px * var(--text-scale))']) {
    expect(scaledText('font-size', value)).toBe(value);
  }
});
