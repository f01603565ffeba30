/** SHA-256 of the text's UTF-8 bytes, in hex. Null where the browser has no secure context to do it in. */
export async function sha256Hex(text: string): Promise<string | null> {
  if (!globalThis.crypto?.subtle) return null;
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const shortHash = (hash: string) => `${hash.slice(0, 4)}…${hash.slice(-4)}`;

/** What the sign dialog knows of the text on the screen. */
export type HashCheck =
  | { state: 'computing' }
  | { state: 'same'; hash: string }
  | { state: 'differs'; hash: string; server: string }
  | { state: 'impossible' };

/** Computes the hash of what is shown and holds it against what the server says it is. */
export async function checkHash(text: string, server: string): Promise<HashCheck> {
  const hash = await sha256Hex(text);
  if (hash === null) return { state: 'impossible' };
  return hash === server ? { state: 'same', hash } : { state: 'differs', hash, server };
}

/** Why signing is not possible yet; null once all is given. */
export function whyNotSign(given: {
  check: HashCheck;
  id: string;
  typed: string;
  password: string;
}): string | null {
  switch (given.check.state) {
    case 'computing':
      return 'The text is being compared with its hash.';
    case 'impossible':
      return 'This browser cannot compute the hash here: open the page over https.';
    case 'differs':
      return 'The text shown is not the text that the server would record. Do not sign; reload and compare.';
  }
  if (!given.typed.trim()) return 'Type the agreement’s number.';
  if (given.typed.trim() !== given.id) return `The number typed is not ${given.id}.`;
  if (!given.password) return 'Give your password.';
  return null;
}
