import { readFileSync } from 'node:fs';
import type { LinePicture } from '../../src/line/picture';
import type { Role } from '../../src/wire/types';

export interface Case {
  line: string;
  role?: Role;
  kind: 'complete' | 'incomplete' | 'ambiguous' | 'unknown';
  verb: string | null;
  args?: Record<string, unknown>;
  opens?: string;
  [more: string]: unknown;
}

interface File extends Omit<LinePicture, 'now'> {
  now: string;
  next_status: Record<string, string[]>;
  cases: Case[];
}

/** The cases that the terminal runs too, and the picture that they are about. */
export const FILE = JSON.parse(
  readFileSync(new URL('../../../tests/line/cases.json', import.meta.url), 'utf8'),
) as File;

export const PICTURE: LinePicture = { ...FILE, now: Date.parse(FILE.now) };
