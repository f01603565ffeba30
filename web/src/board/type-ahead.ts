/** What somebody types while a list has the focus. `at` is when the last character came, in ms. */
export interface Typed {
  text: string;
  at: number;
}

export const NOTHING_TYPED: Typed = { text: '', at: -Infinity };

/** After so long the next character begins a new word. */
export const TYPING_MS = 1200;

export const isTyping = (typed: Typed, now: number) =>
  typed.text !== '' && now - typed.at < TYPING_MS;

export function addTyped(typed: Typed, character: string, now: number): Typed {
  const before = isTyping(typed, now) ? typed.text : '';
  return { text: before + character.toLowerCase(), at: now };
}

/** Letters and digits make signs; all else keeps the meaning that it has elsewhere. */
export const isOfSign = (character: string) => /^[\p{L}\p{N}]$/u.test(character);

/** Whether a sign begins with the character: then it begins a word, and is no shortcut. */
export function beginsSome(signs: Iterable<string>, character: string): boolean {
  for (const sign of signs) if (plain(sign).startsWith(plain(character))) return true;
  return false;
}

/**
 * The row that is meant by what was typed: the sign is the text, begins with it or, last, ends with
 * it. Blanks and case do not count. Among equals the first row from `from` on, and around.
 */
export function findTyped(signs: readonly string[], text: string, from = 0): number | null {
  const wanted = plain(text);
  if (!wanted) return null;
  const fits = [
    (sign: string) => sign === wanted,
    (sign: string) => sign.startsWith(wanted),
    (sign: string) => sign.endsWith(wanted),
  ];
  const plainly = signs.map(plain);
  for (const fit of fits) {
    for (let step = 0; step < plainly.length; step += 1) {
      const row = (Math.max(0, from) + step) % plainly.length;
      if (fit(plainly[row]!)) return row;
    }
  }
  return null;
}

const plain = (sign: string) => sign.replace(/[\s-]+/g, '').toLowerCase();
