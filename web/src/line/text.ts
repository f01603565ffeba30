/** Words as they are compared: what a hand types at three in the morning and what a table shows are one. */

export interface Word {
  text: string;
  /** Where it begins in the line, and where it ends. */
  from: number;
  to: number;
}

/** The words of a line with their places. Control characters and all white space are blanks. */
export function wordsOf(line: string): Word[] {
  return [...line.matchAll(/[^\s\p{Cc}]+/gu)].map((found) => ({
    text: found[0],
    from: found.index,
    to: found.index + found[0].length,
  }));
}

export const joined = (words: readonly Word[]): string => words.map((w) => w.text).join(' ');

/** Lower case, letters and digits only: "Cedar Fen M-311" is "cedarfenm311". */
export const squash = (text: string): string => text.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');

/** A text with its runs of digits bare of leading zeros. */
const withoutZeros = (text: string): string => text.replace(/[0-9]+/g, (run) => bare(run));
/** "007" is "7", "000" is "0". */
const bare = (digits: string): string => digits.replace(/^0+(?=[0-9])/, '');

/** As `squash`, with the leading zeros of each run of digits gone: "Medic 07" is "medic7". */
export const canon = (text: string): string => withoutZeros(squash(text));

/** The last run of digits without its leading zeros: "26-00042" is "42". Null without digits. */
export function lastNumber(text: string): string | null {
  const runs = text.match(/[0-9]+/g);
  return runs ? bare(runs[runs.length - 1]!) : null;
}

export const isDigits = (text: string): boolean => /^[0-9]+$/.test(text);

/** "26-00042" and "26-42" are one: runs of digits compared without leading zeros, dashes kept. */
export const numberKey = (text: string): string => withoutZeros(text.toLowerCase());

/** How many characters there are, as the server counts them. */
export const lengthOf = (text: string): number => [...text].length;

/** Edits between two words: insert, delete, replace, swap of neighbours. */
export function editsBetween(one: string, other: string): number {
  const [a, b] = [[...one], [...other]];
  const rows: number[][] = [b.map((_, j) => j).concat(b.length)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min(rows[i - 1]![j]! + 1, row[j - 1]! + 1, rows[i - 1]![j - 1]! + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        least = Math.min(least, rows[i - 2]![j - 2]! + 1);
      }
      row.push(least);
    }
    rows.push(row);
  }
  return rows[a.length]![b.length]!;
}

/** A typed word in the forms in which it is compared, worked out once for all that it may mean. */
export interface Typed {
  squash: string;
  canon: string;
  numberKey: string;
  isDigits: boolean;
  /** The last run of digits without its leading zeros; null without digits. */
  lastNumber: string | null;
}

export function typedOf(text: string): Typed {
  const key = squash(text);
  return {
    squash: key,
    canon: withoutZeros(key),
    numberKey: numberKey(text.replace(/^#/, '')),
    isDigits: isDigits(key),
    lastNumber: lastNumber(key),
  };
}
