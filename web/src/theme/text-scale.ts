const SCALED = new Set(['font-size', 'font', 'line-height']);
const FACTOR = 'var(--text-scale)';

/**
 * What a style sheet's declaration says once a person's text size counts: px of text are multiplied,
 * px of boxes stay. Style sheets are written in plain px and need not know of it.
 */
export function scaledText(property: string, value: string): string {
  if (!SCALED.has(property) || value.includes(FACTOR)) return value;
  return value.replace(/(?<![\w.])(\d*\.?\d+)px\b/g, `calc($1px * ${FACTOR})`);
}
