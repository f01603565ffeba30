/** The server names a ledger's columns; this page gives them words and a fit place. */

type Row = Record<string, unknown>;

export const cellWords = (value: unknown): string => {
  if (value === null || value === undefined) return '–';
  if (typeof value === 'number') return value.toLocaleString('en', { maximumFractionDigits: 2 });
  if (Array.isArray(value)) return value.map(cellWords).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value)
      .map(([name, one]) => `${name.replaceAll('_', ' ')} ${cellWords(one)}`)
      .join(', ');
  }
  return String(value);
};

/** Every column that any row has, in the order in which they first come. */
export function columnsOf(rows: readonly Row[]): string[] {
  return [...new Set(rows.flatMap((row) => Object.keys(row)))];
}

export const isFigure = (rows: readonly Row[], column: string): boolean =>
  rows.some((row) => typeof row[column] === 'number') &&
  rows.every((row) => row[column] === null || ['number', 'undefined'].includes(typeof row[column]));

const PARTNERS = ['partner', 'other', 'counterparty'];

/** The party on the other side, for the statement's address. */
export function partnerOf(row: Row): string {
  const found = PARTNERS.map((name) => row[name]).find((value) => typeof value === 'string');
  return typeof found === 'string' ? found : '';
}
