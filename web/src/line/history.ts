/** What was typed before, oldest first, and where the hand stands in it. */
export interface History {
  lines: readonly string[];
  /** Index of the line that is shown again; null: the one being typed. */
  at: number | null;
  /** What was being typed before the hand went up. */
  draft: string;
}

const MOST_LINES = 100;

export const NO_HISTORY: History = { lines: [], at: null, draft: '' };

/** A line that was run comes last; the same again stands once. */
export function remember(history: History, line: string): History {
  const text = line.trim();
  if (!text) return { ...history, at: null, draft: '' };
  const lines = [...history.lines.filter((other) => other !== text), text].slice(-MOST_LINES);
  return { lines, at: null, draft: '' };
}

/** The line before; the oldest one stays. Null: there is none. */
export function older(history: History, typing: string): [History, string] | null {
  if (!history.lines.length) return null;
  const at = Math.max(0, (history.at ?? history.lines.length) - 1);
  const draft = history.at === null ? typing : history.draft;
  return [{ ...history, at, draft }, history.lines[at]!];
}

/** The line after; behind the newest stands what was being typed. Null: the hand is there already. */
export function newer(history: History): [History, string] | null {
  if (history.at === null) return null;
  const at = history.at + 1;
  return at < history.lines.length
    ? [{ ...history, at }, history.lines[at]!]
    : [{ ...history, at: null, draft: '' }, history.draft];
}
